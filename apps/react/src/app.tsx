import {
  beginConversation,
  channelOf,
  currentConversation,
  isListShown,
  keepListShown,
  onConversationChange,
  onPersonalLink,
  readBranch,
  requestResponse,
  showConversation,
  storedMessages,
  texts,
  unfinishedConversations,
} from '@streamfold/app-shared'
import { inspectorLog } from '@streamfold/app-shared/inspector'
import { ConversationProvider } from '@streamfold/react'
import { ChannelProvider } from 'ably/react'
import { useEffect, useMemo, useState } from 'react'
import { ConversationList } from './saved-conversations/conversation-list.tsx'
import { ConversationPage } from './conversation/conversation-page.tsx'
import { FollowedConversation } from './saved-conversations/followed-conversation.tsx'
import { useSavedConversations } from './saved-conversations/use-saved-conversations.ts'
import { useWide } from './saved-conversations/use-wide.ts'

// A re-attached channel delivers the messages of the last two minutes again; older ones come from history.
const channelOptions = { params: { rewind: '2m' } }

export function App() {
  const [id, setId] = useState(currentConversation)
  useEffect(() => onConversationChange(setId), [])
  useEffect(onPersonalLink, [])
  const channelName = channelOf(id)
  const initial = useMemo(() => storedMessages(id), [id])
  const branch = useMemo(() => readBranch(id), [id])
  const wide = useWide()
  const [listed, setListed] = useState(isListShown)
  const unfinished = unfinishedConversations(useSavedConversations(), id)
  const onNew = () => setId(beginConversation())
  const onList = (shown: boolean) => {
    setListed(shown)
    keepListShown(shown)
  }
  const onOpen = (next: string) => setId(showConversation(next))

  return (
    <div className="frame">
      {wide && listed && (
        <nav className="side" id="conversation-list" aria-label={texts.conversations} data-testid="conversation-list">
          <ConversationList current={id} onNew={onNew} onOpen={onOpen} />
        </nav>
      )}
      <ChannelProvider key={id} channelName={channelName} options={channelOptions}>
        <ConversationProvider
          channelName={channelName}
          agent="agent"
          initial={initial}
          head={branch}
          notifyAgent={requestResponse}
          log={inspectorLog}
        >
          <ConversationPage id={id} listed={wide ? listed : undefined} onList={onList} onNew={onNew} onOpen={onOpen} />
        </ConversationProvider>
      </ChannelProvider>
      {unfinished.map((other) => (
        <FollowedConversation key={other} id={other} />
      ))}
    </div>
  )
}
