import { activity, exposeStore, onEscape, texts } from '@streamfold/app-shared'
import { useConversation, useMessageIds, useStore } from '@streamfold/react'
import { useCallback, useEffect } from 'react'
import { Announcer } from './announcer.tsx'
import { Composer } from './composer.tsx'
import { MessageList } from './message-list.tsx'
import { ModelLine } from './model-line.tsx'
import { PageHeader } from './page-header.tsx'
import { useAttempt } from './use-attempt.ts'
import { useFollowBottom } from './use-follow-bottom.ts'
import { Welcome } from './welcome.tsx'

interface Props {
  readonly id: string
  readonly onNew: () => void
}

export function ConversationPage({ id, onNew }: Props) {
  const { status, connectionStatus, sendMessage, stop } = useConversation()
  const store = useStore()
  const empty = useMessageIds().length === 0
  const reading = connectionStatus === 'connecting' || connectionStatus === 'catching-up'
  const { view, following, jump } = useFollowBottom()
  const { problem, attempt } = useAttempt()

  const onStop = useCallback(() => void attempt(() => stop()), [attempt, stop])
  useEffect(() => onEscape(onStop), [onStop])
  useEffect(() => exposeStore(store), [store])

  function send(text: string) {
    jump()
    return attempt(() => sendMessage(text))
  }

  function choose(prompt: string) {
    void send(prompt)
    // The button that had the focus goes.
    view.current?.focus()
  }

  return (
    <div className="page">
      <PageHeader conversation={id} onNew={onNew} />
      <main className="view" ref={view} tabIndex={0} aria-label={texts.conversationLabel}>
        <div className="column">{empty && !reading ? <Welcome onChoose={choose} /> : <MessageList attempt={attempt} />}</div>
      </main>
      <footer className="page-footer">
        {!following && (
          <button type="button" className="floating jump" data-testid="jump-to-latest" onClick={jump}>
            {texts.jumpToLatest}
          </button>
        )}
        <Composer activity={activity(status, connectionStatus)} problem={problem} onSend={send} onStop={onStop} />
        <ModelLine />
      </footer>
      <Announcer />
    </div>
  )
}
