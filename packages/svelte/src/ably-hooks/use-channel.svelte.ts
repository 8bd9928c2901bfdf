import type { InboundMessage, RealtimeChannel, RealtimeClient } from 'ably'
import type { MaybeGetter } from '../maybe-getter.ts'
import { valueOf } from '../maybe-getter.ts'
import { whileMounted } from '../while-mounted.svelte.ts'
import { useClient } from './ably-client.ts'
import type { ChannelNameAndOptions, StateErrors } from './use-channel-attached.svelte.ts'
import { useChannelAttached, withErrors } from './use-channel-attached.svelte.ts'
import { named } from './use-channel-state-listener.ts'

/** The result of `useChannel`. Values are getters: read them from the result. */
export interface ChannelResult extends StateErrors {
  readonly channel: RealtimeChannel
  readonly publish: RealtimeChannel['publish']
  readonly history: RealtimeChannel['history']
  readonly ably: RealtimeClient
}

type Callback = (message: InboundMessage) => void
type Channel = string | ChannelNameAndOptions

/**
 * Attaches a channel and passes its messages to `callback`, as `useChannel` of `ably/react` does: unmounting unsubscribes and does not
 * detach. Without a name it uses the channel of the nearest `ChannelProvider`; a name needs no provider. A function as first argument is
 * the callback: pass a name that changes as `{ channelName: () => name }`.
 */
export function useChannel(callback?: Callback): ChannelResult
export function useChannel(channel: Channel, callback?: Callback): ChannelResult
export function useChannel(channel: Channel, event: string, callback?: Callback): ChannelResult
export function useChannel(channel: Channel, event: MaybeGetter<string>, callback: Callback): ChannelResult
export function useChannel(
  given?: Channel | Callback,
  eventOrCallback?: MaybeGetter<string> | Callback,
  last?: Callback,
): ChannelResult {
  const inferred = typeof given === 'function'
  const [event, callback] = inferred
    ? [undefined, given]
    : last || typeof eventOrCallback !== 'function'
      ? [eventOrCallback as MaybeGetter<string> | undefined, last]
      : [undefined, eventOrCallback as Callback] // The overloads pair these.
  const options: ChannelNameAndOptions = named(inferred ? undefined : given)
  const ably = useClient(() => valueOf(options.ablyId))
  const { instance, wanted, errors } = useChannelAttached(options)

  // Derived, so that the same name does not subscribe again.
  const name = $derived(valueOf(event))

  whileMounted(
    () => ({ channel: wanted(), name }),
    ({ channel, name }) => {
      if (!channel || !callback) return () => {}
      // One function per subscription, so that two components with the same callback are two.
      const heard: Callback = (message) => callback(message)
      // Rejects if the attachment fails, which `channelError` shows.
      ;(name === undefined ? channel.subscribe(heard) : channel.subscribe(name, heard)).catch(() => {})
      return () => (name === undefined ? channel.unsubscribe(heard) : channel.unsubscribe(name, heard))
    },
  )

  type Publish = RealtimeChannel['publish']
  type History = RealtimeChannel['history']
  return withErrors(
    {
      get channel() {
        return instance.current.channel
      },
      get ably() {
        return ably.current
      },
      publish: ((...args: Parameters<Publish>) => instance.current.regular.publish(...args)) as Publish, // The overloads of the method it calls.
      history: ((...args: Parameters<History>) => instance.current.channel.history(...args)) as History, // The overloads of the method it calls.
    },
    errors,
  )
}
