import { ablyTransport } from '@streamfold/ably'
import type { OpenOptions, UnheldConversation } from '@streamfold/client'
import {
  ConversationError,
  agentKey,
  channelNameProblem,
  conversationOf,
  isNamed,
  lateOptions,
  unopenedConversation,
} from '@streamfold/client'
import type { Headers, HeadersOf } from '@streamfold/core'
import { AblyContext } from 'ably/react'
import { useContext, useEffect, useMemo } from 'react'

/** Options of `useConversation` and `ConversationProvider`. Each may change with any render. */
export interface UseConversationOptions<H extends HeadersOf<H> = Headers> extends OpenOptions<H> {
  /** When it changes, the previous conversation is released. Undefined or null opens nothing: the conversation is empty and `disconnected`. */
  readonly channelName: string | null | undefined
  /** The id of the `AblyProvider`. Default `default`. */
  readonly ablyId?: string | undefined
}

/** Holds the conversation on a channel while the component is mounted; undefined without options. */
export function useOpened(options: UseConversationOptions | undefined): UnheldConversation | undefined {
  const ably = useContext(AblyContext)
  const name = options?.channelName
  const problem = isNamed(name) ? channelNameProblem(name) : undefined
  const wanted = typeof name === 'string' && !problem
  const client = wanted ? ably[options?.ablyId ?? 'default']?.client : undefined
  if (wanted && !client) throw noClient(options?.ablyId, Object.keys(ably))
  // Found by name, so that the options of a ChannelProvider apply.
  const channel = wanted ? client?.channels.get(name) : undefined
  const opens = options !== undefined
  const agent = agentKey(options?.agent)
  const opened = useMemo(() => {
    if (!options) return undefined
    const newest = { options }
    if (!channel) return { newest, conversation: unopenedConversation(problem) }
    return {
      newest,
      conversation: conversationOf(
        ablyTransport(channel),
        lateOptions((field) => newest.options[field]),
      ),
    }
    // The other options are read when they are needed, from the newest render.
  }, [channel, opens, problem?.message, agent])
  useEffect(() => {
    if (opened && options) opened.newest.options = options
  })
  useEffect(() => opened?.conversation.hold(), [opened])
  return opened?.conversation
}

function noClient(ablyId: string | undefined, given: readonly string[]): ConversationError {
  const known = given.map((id) => `"${id}"`).join(', ')
  const reason =
    ablyId === undefined
      ? 'no AblyProvider is above this component: render it inside one'
      : `no AblyProvider is above this component with the ablyId "${ablyId}": render it inside one, or name one of those that are (${known || 'none'})`
  return new ConversationError('no-client', `unable to open the conversation; ${reason}`)
}
