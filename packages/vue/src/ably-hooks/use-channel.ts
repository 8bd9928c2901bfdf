import type { InboundMessage, RealtimeChannel, RealtimeClient } from 'ably'
import type { ComputedRef, MaybeRef } from 'vue'
import { computed, unref } from 'vue'
import { useClient } from './ably-client.ts'
import { named } from './use-channel-state-listener.ts'
import type { ChannelNameAndOptions, StateErrors } from './use-channel-attached.ts'
import { useChannelAttached } from './use-channel-attached.ts'
import { whileAlive } from '../while-alive.ts'

/** The result of `useChannel`. */
export interface ChannelResult extends StateErrors {
  readonly channel: ComputedRef<RealtimeChannel>
  readonly publish: RealtimeChannel['publish']
  readonly history: RealtimeChannel['history']
  readonly ably: ComputedRef<RealtimeClient>
}

type Callback = (message: InboundMessage) => void
type Channel = MaybeRef<string> | ChannelNameAndOptions

/**
 * Attaches a channel and passes its messages to `callback`, as `useChannel` of `ably/react` does: unmounting unsubscribes and does not
 * detach. Without a name it uses the channel of the nearest `ChannelProvider`; a name needs no provider. A function as first argument is
 * the callback: pass a name that is a getter as `{ channelName }`.
 */
export function useChannel(callback?: Callback): ChannelResult
export function useChannel(channel: Channel, callback?: Callback): ChannelResult
export function useChannel(channel: Channel, event: MaybeRef<string>, callback?: Callback): ChannelResult
export function useChannel(
  given?: Channel | Callback,
  eventOrCallback?: MaybeRef<string> | Callback,
  last?: Callback,
): ChannelResult {
  const inferred = typeof given === 'function'
  const [event, callback] = inferred
    ? [undefined, given]
    : typeof eventOrCallback === 'function'
      ? [undefined, eventOrCallback]
      : [eventOrCallback, last]
  const options: ChannelNameAndOptions = named(inferred ? undefined : given)
  const ably = useClient(options.ablyId)
  const { instance, wanted, ...errors } = useChannelAttached(options)
  const source = computed(() => ({ channel: wanted.value, name: unref(event) }))

  whileAlive(source, ({ channel, name }) => {
    if (!channel || !callback) return () => {}
    // One function per subscription, so that two components with the same callback are two.
    const heard: Callback = (message) => callback(message)
    // Rejects if the attachment fails, which `channelError` shows.
    ;(name === undefined ? channel.subscribe(heard) : channel.subscribe(name, heard)).catch(() => {})
    return () => (name === undefined ? channel.unsubscribe(heard) : channel.unsubscribe(name, heard))
  })

  type Publish = RealtimeChannel['publish']
  type History = RealtimeChannel['history']
  return {
    channel: computed(() => instance.value.channel),
    ably,
    ...errors,
    publish: ((...args: Parameters<Publish>) => instance.value.regular.publish(...args)) as Publish, // The overloads of the method it calls.
    history: ((...args: Parameters<History>) => instance.value.channel.history(...args)) as History, // The overloads of the method it calls.
  }
}
