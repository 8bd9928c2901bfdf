import {
  beginConversation,
  channelOf,
  currentConversation,
  onConversationChange,
  onPersonalLink,
  requestResponse,
  showConversation,
  storedMessages,
} from '@streamfold/app-shared'
import { inspectorLog } from '@streamfold/app-shared/inspector'
import { ConversationProvider } from '@streamfold/react'
import { ChannelProvider } from 'ably/react'
import { useEffect, useMemo, useState } from 'react'
import { ConversationPage } from './conversation-page.tsx'

// A re-attached channel delivers the messages of the last two minutes again; older ones come from history.
const channelOptions = { params: { rewind: '2m' } }

export function App() {
  const [id, setId] = useState(currentConversation)
  useEffect(() => onConversationChange(setId), [])
  useEffect(onPersonalLink, [])
  const channelName = channelOf(id)
  const initial = useMemo(() => storedMessages(id), [id])

  return (
    <ChannelProvider key={id} channelName={channelName} options={channelOptions}>
      <ConversationProvider
        channelName={channelName}
        agent="agent"
        initial={initial}
        notifyAgent={requestResponse}
        log={inspectorLog}
      >
        <ConversationPage id={id} onNew={() => setId(beginConversation())} onOpen={(next) => setId(showConversation(next))} />
      </ConversationProvider>
    </ChannelProvider>
  )
}
