import { beginConversation, channelOf, currentConversation, onConversationChange, requestResponse } from '@streamfold/app-shared'
import { ConversationProvider } from '@streamfold/react'
import { ChannelProvider } from 'ably/react'
import { useEffect, useState } from 'react'
import { ConversationPage } from './conversation-page.tsx'

// A re-attached channel brings back what was said in the last two minutes; older messages come from history.
const channelOptions = { params: { rewind: '2m' } }

export function App() {
  const [id, setId] = useState(currentConversation)
  useEffect(() => onConversationChange(setId), [])
  const channelName = channelOf(id)

  return (
    <ChannelProvider key={id} channelName={channelName} options={channelOptions}>
      <ConversationProvider channelName={channelName} agent="agent" trigger={requestResponse}>
        <ConversationPage id={id} onNew={() => setId(beginConversation())} />
      </ConversationProvider>
    </ChannelProvider>
  )
}
