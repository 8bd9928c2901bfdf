import type { OpenOptions, UnheldConversation } from '@streamfold/ably'
import { agentKey, conversationOf, lateOptions } from '@streamfold/ably'
import type { Headers, HeadersOf } from '@streamfold/core'
import { AblyContext } from 'ably/react'
import { useContext, useEffect, useMemo } from 'react'

/** Each may be another with the next render. */
export interface UseConversationOptions<H extends HeadersOf<H> = Headers> extends OpenOptions<H> {
  /** When it changes, the conversation before is released. */
  readonly channelName: string
  /** Which `AblyProvider`. Default `default`. */
  readonly ablyId?: string | undefined
}

/** The conversation on a channel, held as long as the component is mounted; undefined without options. */
export function useOpened(options: UseConversationOptions | undefined): UnheldConversation | undefined {
  const ably = useContext(AblyContext)
  const client = options && ably[options.ablyId ?? 'default']?.client
  if (options && !client) {
    throw new Error('unable to open the conversation; no AblyProvider is above this component: render it inside one')
  }
  // By name from the client, so that the options of a ChannelProvider hold.
  const channel = options && client?.channels.get(options.channelName)
  const agent = agentKey(options?.agent)
  const opened = useMemo(() => {
    if (!channel || !options) return undefined
    const newest = { options }
    return {
      newest,
      conversation: conversationOf(
        channel,
        lateOptions((field) => newest.options[field]),
      ),
    }
    // The other options are read when they are needed, from the newest render.
  }, [channel, agent])
  useEffect(() => {
    if (opened && options) opened.newest.options = options
  })
  useEffect(() => opened?.conversation.hold(), [opened])
  return opened?.conversation
}
