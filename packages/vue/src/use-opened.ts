import { ablyTransport } from '@streamfold/ably'
import type { OpenOptions, ConversationOpener } from '@streamfold/client'
import { checkNaming, conversationOf, everyOption, unopenedConversation, whatToOpen } from '@streamfold/client'
import type { MessageTypes, MessageTypesOf } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { MaybeRef, MaybeRefOrGetter, ShallowRef } from 'vue'
import { computed, shallowRef, toValue, unref, watch } from 'vue'
import { useClient } from './ably-hooks/ably-client.ts'
import { whileAlive } from './while-alive.ts'

/** Options that are functions: a getter of one could not be distinguished from it. */
type FunctionOption = 'agent' | 'text' | 'notifyAgent' | 'upload' | 'scheduler'

type Reactive<Options> = {
  readonly [Name in keyof Options]: Name extends FunctionOption ? MaybeRef<Options[Name]> : MaybeRefOrGetter<Options[Name]>
}

/** Options of `useConversation` and `ConversationProvider`. Each may be a ref, and if it is not a function also a getter. */
export interface UseConversationOptions<T extends MessageTypesOf<T> = MessageTypes> extends Reactive<OpenOptions<T>> {
  /** When it changes, the previous conversation is released. Undefined or null opens nothing: the conversation is empty and `disconnected`. */
  readonly channelName: MaybeRefOrGetter<string | null | undefined>
  /** While false nothing is opened, as without a channel name, and no client is needed. Default true. */
  readonly enabled?: MaybeRefOrGetter<boolean | undefined>
  /** Follows this transport instead of a channel of Ably, for example that of `playLog`. No `ablyPlugin` is needed then. Default: none. */
  readonly transport?: MaybeRefOrGetter<ConversationTransport | undefined>
  /** The client's id. Default `default`. */
  readonly ablyId?: MaybeRefOrGetter<string | undefined>
}

/** Holds the conversation on a channel while the component is mounted. */
export function useOpened(options: UseConversationOptions): Readonly<ShallowRef<ConversationOpener>> {
  checkNaming(options)
  const client = useClient(options.ablyId)
  const { channelName, enabled, transport: given } = options
  const opens = computed(() =>
    whatToOpen({ channelName: toValue(channelName), enabled: toValue(enabled), transport: toValue(given) }),
  )
  const transport = computed(() => opens.value.transport)
  const channel = computed(() => {
    const { name } = opens.value
    return name === undefined ? undefined : client.value.channels.get(name)
  })
  const problem = computed(() => opens.value.problem?.message)
  const all = () =>
    everyOption((field) => {
      const option = options[field]
      return isFunctionOption(field) ? unref(option) : toValue(option)
    })
  const open = () => {
    const followed = transport.value ?? (channel.value && ablyTransport(channel.value))
    return followed ? conversationOf(followed, all()) : unopenedConversation(opens.value.problem)
  }
  const conversation = shallowRef(open())
  watch([channel, transport, problem], () => (conversation.value = open()), { flush: 'sync' })
  watch(all, (changed) => conversation.value.setOptions(changed), { flush: 'sync' })
  whileAlive(conversation, ({ retain }) => retain())
  return conversation
}

function isFunctionOption(field: keyof OpenOptions): field is FunctionOption {
  return field === 'agent' || field === 'text' || field === 'notifyAgent' || field === 'upload' || field === 'scheduler'
}
