import { ablyTransport } from '@streamfold/ably'
import type { ConversationOpener, OpenOptions } from '@streamfold/client'
import { checkNaming, conversationOf, everyOption, unopenedConversation, whatToOpen } from '@streamfold/client'
import type { Conversation, MessageTypes, MessageTypesOf } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import { untrack } from 'svelte'
import { useClient } from './ably-hooks/ably-client.ts'
import type { MaybeGetter } from './maybe-getter.ts'
import { valueOf } from './maybe-getter.ts'
import type { OpenedConversation } from './opened-conversation.ts'

/** Options of `useConversation`, `provideConversation` and `ConversationProvider`. Give a function that returns them if any of them may change. */
export interface UseConversationOptions<T extends MessageTypesOf<T> = MessageTypes> extends OpenOptions<T> {
  /** When it changes, the previous conversation is released. Undefined or null opens nothing: the conversation is empty and `disconnected`. */
  readonly channelName: string | null | undefined
  /** While false nothing is opened, as without a channel name, and no client is needed. Default true. */
  readonly enabled?: boolean | undefined
  /** Follows this transport instead of a channel of Ably, for example that of `playLog`. No `provideAbly` is needed then. Default: none. */
  readonly transport?: ConversationTransport | undefined
  /** The client's id. Default `default`. */
  readonly ablyId?: string | undefined
}

/** Holds the conversation on a channel while the component is mounted. */
export function useOpened(given: MaybeGetter<UseConversationOptions>): OpenedConversation {
  const options = $derived(valueOf(given))
  const client = useClient(() => options.ablyId)
  untrack(() => checkNaming(options))
  const { transport, name, problem } = $derived(whatToOpen(options))
  // Another error may say the same, and must not open another conversation.
  const reason = $derived(problem?.message)
  const channel = $derived(name === undefined ? undefined : client.current.channels.get(name))
  const followed = $derived(transport ?? (channel && ablyTransport(channel)))
  const all = () => everyOption((field) => options[field])

  const conversation: ConversationOpener = $derived.by(() => {
    if (followed) return conversationOf(followed, untrack(all))
    return unopenedConversation(reason === undefined ? undefined : untrack(() => problem))
  })
  // Svelte does not say whether it hydrates, so markup that a server may have rendered is rendered from the server's state until it is mounted.
  let mounted = $state(untrack(() => options.initial === undefined))

  $effect.pre(() => {
    const changed = all()
    untrack(() => conversation.setOptions(changed))
  })
  $effect(() => {
    mounted = true
    const { retain } = conversation
    return untrack(retain)
  })
  return {
    get current() {
      return conversation
    },
    state(): Conversation {
      return mounted && typeof document !== 'undefined' ? conversation.store.getSnapshot() : conversation.initial
    },
  }
}
