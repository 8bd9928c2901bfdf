import type { AskedLog } from '@streamfold/app-shared'
import { texts } from '@streamfold/app-shared'
import { inspectorLog } from '@streamfold/app-shared/inspector'
import { loadLog } from '@streamfold/app-shared/recorded-log'
import { ConversationProvider } from '@streamfold/react'
import { useEffect, useState } from 'react'
import { RecordedConversation } from './recorded-conversation.tsx'

type Loaded = Awaited<ReturnType<typeof loadLog>>

/** A recorded log, played like a conversation: without a server, an agent or an Ably client. */
export function LogPage({ asked }: { readonly asked: AskedLog }) {
  const [loaded, setLoaded] = useState<Loaded>()
  const [problem, setProblem] = useState('')
  useEffect(() => {
    let left = false
    loadLog(asked, location.origin).then(
      (log) => left || setLoaded(log),
      (error: unknown) => left || setProblem(error instanceof Error ? error.message : String(error)),
    )
    return () => void (left = true)
  }, [asked])

  if (!loaded)
    return (
      <main className="view">
        <div className="column">
          {problem === '' ? (
            <p>{texts.loadingLog}</p>
          ) : (
            <p role="alert" data-testid="log-problem">
              {problem}
            </p>
          )}
        </div>
      </main>
    )
  return (
    <ConversationProvider channelName={undefined} transport={loaded.transport} {...loaded.options} log={inspectorLog}>
      <RecordedConversation />
    </ConversationProvider>
  )
}
