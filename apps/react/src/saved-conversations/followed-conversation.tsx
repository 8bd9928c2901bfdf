import { channelOf, clientTools, rememberConversation, storedMessages } from '@streamfold/app-shared'
import { ConversationProvider, useClientTools, useStore } from '@streamfold/react'
import { useEffect, useMemo } from 'react'

interface Props {
  readonly id: string
}

/** Follows a conversation that the page does not show until its answer has ended, so that the list says what has become of it. */
export function FollowedConversation({ id }: Props) {
  const initial = useMemo(() => storedMessages(id), [id])
  return (
    <ConversationProvider channelName={channelOf(id)} agent="agent" initial={initial}>
      <Noted id={id} />
    </ConversationProvider>
  )
}

function Noted({ id }: Props) {
  const store = useStore()
  useClientTools(clientTools)
  useEffect(() => rememberConversation(store, id, false), [store, id])
  return null
}
