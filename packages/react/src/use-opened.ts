import { ablyTransport } from '@streamfold/ably'
import type { ConversationOpener, OpenOptions } from '@streamfold/client'
import {
  ConversationError,
  checkNaming,
  conversationOf,
  everyOption,
  optionNames,
  unopenedConversation,
  whatToOpen,
} from '@streamfold/client'
import type { MessageTypes, MessageTypesOf } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import { AblyContext } from 'ably/react'
import { useContext, useEffect, useMemo } from 'react'

/** Options of `useConversation` and `ConversationProvider`. Each may change with any render. */
export interface UseConversationOptions<T extends MessageTypesOf<T> = MessageTypes> extends OpenOptions<T> {
  /** When it changes, the previous conversation is released. Undefined or null opens nothing: the conversation is empty and `disconnected`. */
  readonly channelName: string | null | undefined
  /** While false nothing is opened, as without a channel name, and no `AblyProvider` is needed. Default true. */
  readonly enabled?: boolean | undefined
  /** Follows this transport instead of a channel of Ably, for example that of `playLog`. No `AblyProvider` is needed then. Default: none. */
  readonly transport?: ConversationTransport | undefined
  /** The id of the `AblyProvider`. Default `default`. */
  readonly ablyId?: string | undefined
}

/** Holds the conversation on a channel while the component is mounted; undefined without options. */
export function useOpened(options: UseConversationOptions | undefined): ConversationOpener | undefined {
  const ably = useContext(AblyContext)
  const opens = options !== undefined
  // Not with every render: a component renders for each token.
  const { transport, name, problem } = useMemo(() => {
    if (opens) checkNaming(options)
    return whatToOpen(options ?? { channelName: undefined })
  }, [opens, options?.channelName, options?.enabled, options?.transport])
  const client = name === undefined ? undefined : ably[options?.ablyId ?? 'default']?.client
  if (name !== undefined && !client) throw noClient(options?.ablyId, Object.keys(ably))
  // Found by name, so that the options of a ChannelProvider apply.
  const channel = name === undefined ? undefined : client?.channels.get(name)
  const opened = useMemo(() => {
    if (!options) return undefined
    const followed = transport ?? (channel && ablyTransport(channel))
    return followed ? conversationOf(followed, all(options)) : unopenedConversation(problem)
    // `setOptions` below applies changed options.
  }, [channel, transport, opens, problem])
  useEffect(() => {
    if (options) opened?.setOptions(all(options))
  }, [opened, ...optionNames.map((field) => options?.[field])])
  useEffect(() => opened?.retain(), [opened])
  return opened
}

function all(options: OpenOptions): OpenOptions {
  return everyOption((field) => options[field])
}

function noClient(ablyId: string | undefined, given: readonly string[]): ConversationError {
  const known = given.map((id) => `"${id}"`).join(', ')
  const reason =
    ablyId === undefined
      ? 'no AblyProvider is above this component: render it inside one'
      : `no AblyProvider is above this component with the ablyId "${ablyId}": render it inside one, or name one of those that are (${known || 'none'})`
  return new ConversationError('no-client', `unable to open the conversation; ${reason}`)
}
