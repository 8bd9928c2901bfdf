import { currentPerson, texts } from '@streamfold/app-shared'
import { useConversation, useMessageIds } from '@streamfold/react'
import type { RefObject } from 'react'
import { useCallback, useState } from 'react'
import { MessageItem } from './message-item.tsx'
import { useListWindow } from './use-list-window.ts'

interface Props {
  readonly view: RefObject<HTMLElement | null>
  readonly following: boolean
  /** Keeps the reader's place. */
  readonly hold: () => void
  readonly attempt: (work: () => Promise<void>) => Promise<boolean>
  readonly onRetry: (id: string) => void
  readonly jump: () => void
}

const { clientId } = currentPerson()

export function MessageList({ view, following, hold, attempt, onRetry, jump }: Props) {
  const { status, connectionStatus, unanswered, hasOlder, loadOlder } = useConversation()
  const ids = useMessageIds({ order: 'replies' })
  const { rows, hasEarlier, hasLater, showEarlier } = useListWindow(ids, view, following, hold)
  const [loading, setLoading] = useState(false)
  const lastKey = ids.at(-1)?.key

  const older = useCallback(async () => {
    setLoading(true)
    await attempt(loadOlder)
    setLoading(false)
  }, [attempt, loadOlder])

  return (
    <div data-more-below={hasLater || undefined}>
      <h2 className="unseen">{texts.conversationLabel}</h2>
      {(hasOlder || hasEarlier) && (
        <div className="older">
          <button type="button" disabled={loading} onClick={hasEarlier ? showEarlier : () => void older()}>
            {loading ? texts.loadingOlder : texts.loadOlder}
          </button>
        </div>
      )}
      <ol className="messages" data-testid="messages">
        {rows.map(({ key, id }) => (
          <MessageItem
            key={key}
            id={id}
            connectionStatus={connectionStatus}
            clientId={clientId}
            waiting={status === 'submitted' && key === lastKey}
            unansweredReason={unanswered?.prompt.id === id ? unanswered.reason : undefined}
            last={key === lastKey}
            attempt={attempt}
            onRetry={onRetry}
            jump={jump}
          />
        ))}
      </ol>
    </div>
  )
}
