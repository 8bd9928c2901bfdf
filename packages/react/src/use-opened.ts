import { ablyTransport } from '@streamfold/ably'
import type { ConversationOpener, OpenOptions } from '@streamfold/client'
import {
  ConversationError,
  channelNameProblem,
  checkNaming,
  conversationOf,
  everyOption,
  isNamed,
  optionNames,
  unopenedConversation,
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
  const { channelName: name, transport, enabled = true } = options ?? {}
  const opens = options !== undefined
  // Not with every render: a component renders for each token.
  const problem = useMemo(() => {
    if (opens) checkNaming(options)
    return enabled && isNamed(name) ? channelNameProblem(name) : undefined
  }, [opens, name, enabled])
  const wanted = enabled && !transport && typeof name === 'string' && !problem
  const client = wanted ? ably[options?.ablyId ?? 'default']?.client : undefined
  if (wanted && !client) throw noClient(options?.ablyId, Object.keys(ably))
  // Found by name, so that the options of a ChannelProvider apply.
  const channel = wanted ? client?.channels.get(name) : undefined
  const opened = useMemo(() => {
    if (!options) return undefined
    const followed = enabled ? (transport ?? (channel && ablyTransport(channel))) : undefined
    return followed ? conversationOf(followed, all(options)) : unopenedConversation(problem)
    // `setOptions` below applies changed options.
  }, [channel, transport, enabled, opens, problem])
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
