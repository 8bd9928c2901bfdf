import type { OpenOptions, UnheldConversation } from '@streamfold/ably'
import { conversationOf } from '@streamfold/ably'
import { AblyContext } from 'ably/react'
import { useContext, useEffect, useMemo, useRef } from 'react'

export interface UseConversationOptions extends OpenOptions {
  readonly channelName: string
  /** Which `AblyProvider`. Default `default`. */
  readonly ablyId?: string | undefined
}

/** The conversation on a channel, held as long as the component is mounted; undefined without options. */
export function useOpened(options: UseConversationOptions | undefined): UnheldConversation | undefined {
  const ably = useContext(AblyContext)
  const trigger = useRef(options?.trigger)
  useEffect(() => {
    trigger.current = options?.trigger
  })
  const client = options && ably[options.ablyId ?? 'default']?.client
  if (options && !client) {
    throw new Error('unable to open the conversation; no AblyProvider is above this component: render it inside one')
  }
  // By name from the client, so that the options of a ChannelProvider hold.
  const channel = options && client?.channels.get(options.channelName)
  const conversation = useMemo(() => {
    if (!channel) return undefined
    const late: OpenOptions = {
      ...options,
      // The newest render's: an inline function is another with each.
      get trigger() {
        return trigger.current
      },
    }
    return conversationOf(channel, late)
    // The other options hold from the first render on.
  }, [channel])
  useEffect(() => conversation?.hold(), [conversation])
  return conversation
}
