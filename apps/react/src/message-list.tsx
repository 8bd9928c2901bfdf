import { tabClientId, texts } from '@streamfold/app-shared'
import { useConversation, useMessageIds } from '@streamfold/react'
import { useCallback, useState } from 'react'
import { MessageItem } from './message-item.tsx'

interface Props {
  readonly attempt: (work: () => Promise<void>) => Promise<boolean>
}

const clientId = tabClientId()

export function MessageList({ attempt }: Props) {
  const { status, connectionStatus, unanswered, hasOlder, loadOlder, retry } = useConversation()
  const ids = useMessageIds()
  const [loading, setLoading] = useState(false)
  const onRetry = useCallback((id: string) => void attempt(() => retry(id)), [attempt, retry])

  async function older() {
    setLoading(true)
    await attempt(loadOlder)
    setLoading(false)
  }

  return (
    <>
      <h2 className="unseen">{texts.conversationLabel}</h2>
      {hasOlder && (
        <div className="older">
          <button type="button" disabled={loading} onClick={() => void older()}>
            {loading ? texts.loadingOlder : texts.loadOlder}
          </button>
        </div>
      )}
      <ol className="messages" data-testid="messages">
        {ids.map(({ key, id }, index) => (
          <MessageItem
            key={key}
            id={id}
            connectionStatus={connectionStatus}
            clientId={clientId}
            waiting={status === 'submitted' && index === ids.length - 1}
            unansweredReason={unanswered?.prompt.id === id ? unanswered.reason : undefined}
            onRetry={onRetry}
          />
        ))}
      </ol>
    </>
  )
}
