import {
  activity,
  clientTools,
  currentPerson,
  exposeStore,
  focusPrompt,
  hasStalled,
  isReadersTurn,
  jumpText,
  keepBranch,
  onEscape,
  rememberConversation,
  texts,
  watchAttention,
} from '@streamfold/app-shared'
import type { PromptFile } from '@streamfold/app-shared'
import { useClientTools, useConversation, useMessageIds, useSelector, useStore } from '@streamfold/react'
import { useCallback, useEffect } from 'react'
import { Composer } from '../input/composer.tsx'
import { MessageList } from '../messages/message-list.tsx'
import { ModelLine } from './model-line.tsx'
import { PageHeader } from './page-header.tsx'
import { useAttempt } from './use-attempt.ts'
import { useFollowBottom } from '../messages/use-follow-bottom.ts'
import { useUnread } from '../messages/use-unread.ts'
import { WaitingBar } from '../input/waiting-bar.tsx'
import { Welcome } from './welcome.tsx'
import { whenNeeded } from '../when-needed.ts'

const Announcer = whenNeeded(async () => (await import('../announcer.tsx')).Announcer)
const { clientId } = currentPerson()

interface Props {
  readonly id: string
  /** Whether the list of conversations is shown beside the page; undefined where there is no room for it. */
  readonly listed: boolean | undefined
  readonly onList: (shown: boolean) => void
  readonly onNew: () => void
  readonly onOpen: (id: string) => void
}

export function ConversationPage({ id, listed, onList, onNew, onOpen }: Props) {
  const { status, connectionStatus, head, sendMessage, stop, retry } = useConversation()
  const store = useStore()
  const empty = useMessageIds().length === 0
  const stalled = useSelector(hasStalled)
  const mine = useSelector((state, head) => isReadersTurn(state, clientId, head))
  const reading = connectionStatus === 'connecting' || connectionStatus === 'catching-up'
  const { view, following, jump, hold } = useFollowBottom()
  const unread = useUnread(following)
  const { problem, attempt } = useAttempt()

  const onStop = useCallback(() => void attempt(() => stop()), [attempt, stop])
  const onRetry = useCallback(
    (id: string) => {
      jump()
      void attempt(() => retry(id))
      focusPrompt()
    },
    [attempt, jump, retry],
  )
  useEffect(() => keepBranch(id, head), [id, head])
  useEffect(() => (mine ? onEscape(onStop) : undefined), [mine, onStop])
  useClientTools(clientTools)
  useEffect(() => watchAttention(store, clientId), [store])
  useEffect(() => exposeStore(store), [store])
  useEffect(() => rememberConversation(store, id), [store, id])

  function send(text: string, files: readonly PromptFile[] = [], steer = false) {
    jump()
    return attempt(() => sendMessage({ text, ...(files.length > 0 && { files }), ...(steer && { into: 'running' }) }))
  }

  function choose(prompt: string) {
    void send(prompt)
    focusPrompt()
  }

  return (
    <div className="page">
      <PageHeader conversation={id} listed={listed} onList={onList} onNew={onNew} onOpen={onOpen} />
      <main className="view" ref={view} tabIndex={0} aria-label={texts.conversationLabel}>
        <div className="column">
          {empty && !reading ? (
            <Welcome onChoose={choose} />
          ) : (
            <MessageList view={view} following={following} hold={hold} attempt={attempt} onRetry={onRetry} jump={jump} />
          )}
        </div>
      </main>
      <footer className="page-footer">
        {!following && (
          <button type="button" className="floating jump" data-testid="jump-to-latest" onClick={jump}>
            {jumpText(unread)}
          </button>
        )}
        <WaitingBar jump={jump} />
        <Composer
          conversation={id}
          activity={activity(status, connectionStatus, stalled)}
          canStop={mine}
          canSteer={mine && status === 'streaming'}
          problem={problem}
          onSend={send}
          onStop={onStop}
        />
        <ModelLine />
      </footer>
      <Announcer />
    </div>
  )
}
