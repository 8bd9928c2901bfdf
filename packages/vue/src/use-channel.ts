import type { ChannelOptions, ChannelStateChange, ErrorInfo, InboundMessage, RealtimeChannel, RealtimeClient } from 'ably'
import type { ComputedRef, MaybeRefOrGetter, ShallowRef } from 'vue'
import { computed, shallowRef, toValue } from 'vue'
import { useAbly } from './ably-client.ts'
import { useConnectionStateListener } from './use-connection-state.ts'
import { whileAlive } from './while-alive.ts'

export interface ChannelNameAndOptions {
  readonly channelName: MaybeRefOrGetter<string>
  /** Channel options, where React has a `ChannelProvider`. */
  readonly options?: ChannelOptions
  readonly ablyId?: string
  /** Neither attaches nor subscribes while true. Default false. */
  readonly skip?: MaybeRefOrGetter<boolean>
}

export interface ChannelResult {
  readonly channel: ComputedRef<RealtimeChannel>
  readonly publish: RealtimeChannel['publish']
  readonly history: RealtimeChannel['history']
  readonly ably: RealtimeClient
  readonly connectionError: Readonly<ShallowRef<ErrorInfo | null>>
  readonly channelError: Readonly<ShallowRef<ErrorInfo | null>>
}

const INACTIVE = new Set(['suspended', 'closing', 'closed', 'failed'])

type Callback = (message: InboundMessage) => void
type Channel = MaybeRefOrGetter<string> | ChannelNameAndOptions

/** A channel, attached, and its messages given to `callback`, as `useChannel` of `ably/react` does: leaving unsubscribes and does not detach. */
export function useChannel(channel: Channel, callback?: Callback): ChannelResult
export function useChannel(channel: Channel, event: string, callback?: Callback): ChannelResult
export function useChannel(given: Channel, eventOrCallback?: string | Callback, last?: Callback): ChannelResult {
  const { channelName, options, ablyId, skip = false }: ChannelNameAndOptions = isOptions(given) ? given : { channelName: given }
  const [event, callback] = typeof eventOrCallback === 'string' ? [eventOrCallback, last] : [undefined, eventOrCallback]
  const ably = useAbly(ablyId)
  const channel = computed(() => ably.channels.get(toValue(channelName)))
  const connectionError = shallowRef<ErrorInfo | null>(null)
  const channelError = shallowRef<ErrorInfo | null>(null)

  let inactive = false
  useConnectionStateListener(({ current, reason }) => {
    if (current === 'connected' || current === 'closed') connectionError.value = null
    else if (reason) connectionError.value = reason
    inactive ||= INACTIVE.has(current)
    if (current !== 'connected') return
    // These states take channels down with them; anything shorter the client mends itself.
    if (inactive && !toValue(skip)) attach(channel.value)
    inactive = false
  }, ablyId)

  whileAlive(
    () => (toValue(skip) ? undefined : channel.value),
    (channel) => {
      if (!channel) return () => {}
      const stop = followErrors(channel, channelError)
      if (options) channel.setOptions({ ...options, attachOnSubscribe: false }).catch(() => {})
      const heard: Callback = (message) => callback?.(message)
      attach(channel)
      // Rejects where the attachment fails, which `channelError` says.
      if (callback) (event === undefined ? channel.subscribe(heard) : channel.subscribe(event, heard)).catch(() => {})
      return () => {
        stop()
        if (event === undefined) channel.unsubscribe(heard)
        else channel.unsubscribe(event, heard)
      }
    },
  )

  return {
    channel,
    ably,
    connectionError,
    channelError,
    publish: ((...args: Parameters<RealtimeChannel['publish']>) => channel.value.publish(...args)) as RealtimeChannel['publish'], // The overloads of the method it calls.
    history: ((...args: Parameters<RealtimeChannel['history']>) => channel.value.history(...args)) as RealtimeChannel['history'], // Likewise.
  }
}

function attach(channel: RealtimeChannel): void {
  channel.attach().catch(() => {})
}

function followErrors(channel: RealtimeChannel, error: ShallowRef<ErrorInfo | null>): () => void {
  const onChange = ({ current, reason }: ChannelStateChange) => {
    if (current === 'attached') error.value = null
    else if (reason && current !== 'attaching') error.value = reason
  }
  channel.on(onChange)
  return () => channel.off(onChange)
}

function isOptions(channel: Channel): channel is ChannelNameAndOptions {
  return typeof channel === 'object' && 'channelName' in channel
}
