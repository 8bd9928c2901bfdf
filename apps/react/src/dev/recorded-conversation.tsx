import { connectionView, exposeStore, texts } from '@streamfold/app-shared'
import { useConversation, useStore } from '@streamfold/react'
import { useCallback, useEffect } from 'react'
import { Announcer } from '../announcer.tsx'
import { MessageList } from '../messages/message-list.tsx'
import { State } from '../state.tsx'
import { ConnectButton } from '../conversation/connect-button.tsx'
import { useAttempt } from '../conversation/use-attempt.ts'
import { useFollowBottom } from '../messages/use-follow-bottom.ts'
import { InspectButton } from './inspect-button.tsx'

/** The conversation of a recorded log, with what a viewer can do: pause, play and inspect. */
export function RecordedConversation() {
  const { connectionStatus, error, retry } = useConversation()
  const store = useStore()
  const { view, following, jump, hold } = useFollowBottom()
  const { problem, attempt } = useAttempt()
  const paused = connectionStatus === 'disconnected'
  // When the recording page tried again is long past.
  const connection = connectionView(connectionStatus, undefined, 0, error)
  const onRetry = useCallback((id: string) => void attempt(() => retry(id)), [attempt, retry])
  useEffect(() => exposeStore(store), [store])

  return (
    <div className="page">
      <header className="page-header">
        <div className="bar">
          <h1 className="brand">{texts.recordedLog}</h1>
          <State tone={connection.tone} text={connection.text} testId="connection" />
          <nav className="controls" aria-label={texts.headerLabel}>
            <ConnectButton off={paused} connectText={texts.play} disconnectText={texts.pause} />
            <InspectButton />
          </nav>
        </div>
      </header>
      <main className="view" ref={view} tabIndex={0} aria-label={texts.conversationLabel}>
        <div className="column">
          <MessageList view={view} following={following} hold={hold} attempt={attempt} onRetry={onRetry} jump={jump} />
          {problem !== '' && <p role="alert">{problem}</p>}
        </div>
      </main>
      {!following && (
        <footer className="page-footer">
          <button type="button" className="floating jump" data-testid="jump-to-latest" onClick={jump}>
            {texts.jumpToLatest}
          </button>
        </footer>
      )}
      <Announcer />
    </div>
  )
}
