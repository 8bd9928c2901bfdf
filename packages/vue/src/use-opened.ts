import type { OpenOptions, UnheldConversation } from '@streamfold/ably'
import { conversationOf } from '@streamfold/ably'
import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { computed, toValue } from 'vue'
import { useAbly } from './ably-client.ts'
import { whileAlive } from './while-alive.ts'

export interface UseConversationOptions extends Omit<OpenOptions, 'rewind' | 'history'> {
  /** When it changes, the conversation before is released. */
  readonly channelName: MaybeRefOrGetter<string>
  readonly rewind?: MaybeRefOrGetter<OpenOptions['rewind']>
  readonly history?: MaybeRefOrGetter<OpenOptions['history']>
  /** Which client. Default `default`. */
  readonly ablyId?: string | undefined
}

/** The conversation on a channel, held as long as the component is mounted. */
export function useOpened(options: UseConversationOptions): ComputedRef<UnheldConversation> {
  const client = useAbly(options.ablyId)
  const channel = computed(() => client.channels.get(toValue(options.channelName)))
  const conversation = computed(() => {
    const late: OpenOptions = {
      ...options,
      get rewind() {
        return toValue(options.rewind)
      },
      get history() {
        return toValue(options.history)
      },
      get trigger() {
        return options.trigger
      },
    }
    return conversationOf(channel.value, late)
  })
  whileAlive(conversation, ({ hold }) => hold())
  return conversation
}
