import type { ChannelStateChange, ConnectionStateChange, ErrorInfo, RealtimeChannel } from 'ably'
import type { ComputedRef, MaybeRefOrGetter, ShallowRef } from 'vue'
import { computed, shallowReadonly, shallowRef, toValue } from 'vue'
import { useClient } from './ably-client.ts'
import type { ChannelNameAndAblyId, ProvidedChannel } from './channel-instance.ts'
import { useChannelInstance } from './channel-instance.ts'
import { useConnectionState } from './use-connection-state.ts'
import { whileAlive } from '../while-alive.ts'

/** Options of the channel hooks, as in `ably/react`; each may be reactive. */
export interface ChannelNameAndOptions extends ChannelNameAndAblyId {
  /** Neither attaches nor subscribes while true. Default false. */
  readonly skip?: MaybeRefOrGetter<boolean | undefined> | undefined
  readonly onConnectionError?: ((error: ErrorInfo) => unknown) | undefined
  readonly onChannelError?: ((error: ErrorInfo) => unknown) | undefined
}

/** The last errors of the channel and the client in use, until they have recovered: `ably/react` goes on giving those of the ones before. */
export interface StateErrors {
  readonly connectionError: Readonly<ShallowRef<ErrorInfo | null>>
  readonly channelError: Readonly<ShallowRef<ErrorInfo | null>>
}

/** The result of `useChannelAttached`. */
export interface AttachedChannel extends StateErrors {
  readonly instance: ComputedRef<Pick<ProvidedChannel, 'channel' | 'regular'>>
  /** The channel while it should be used: not skipped, on a connection that is or will be up. */
  readonly wanted: ComputedRef<RealtimeChannel | undefined>
}

// Channels go down in these connection states; after shorter interruptions the client attaches them again itself.
const INACTIVE = new Set(['suspended', 'closing', 'closed', 'failed'])

/** Attaches a channel, and attaches it again when the connection returns from a state that loses channels. Unmounting does not detach it. */
export function useChannelAttached(options: ChannelNameAndOptions): AttachedChannel {
  const instance = useChannelInstance(options)
  const connection = useConnectionState(options.ablyId)
  const wanted = computed(() => (toValue(options.skip) || INACTIVE.has(connection.value) ? undefined : instance.value.channel))
  const errors = useStateErrors(options)
  whileAlive(wanted, (channel) => {
    // Rejects if the attachment fails, which `channelError` shows.
    channel?.attach().catch(() => {})
    return () => {}
  })
  return { instance, wanted, ...errors }
}

function useStateErrors(options: ChannelNameAndOptions): StateErrors {
  const client = useClient(options.ablyId)
  const instance = useChannelInstance(options)
  return {
    connectionError: useLastError<ConnectionStateChange>(
      () => client.value.connection,
      ['suspended', 'failed', 'disconnected'],
      ['connected', 'closed'],
      (error) => options.onConnectionError?.(error),
    ),
    channelError: useLastError<ChannelStateChange>(
      () => instance.value.channel,
      ['suspended', 'failed', 'detached'],
      ['attached'],
      (error) => options.onChannelError?.(error),
    ),
  }
}

/** A channel or a connection. */
interface Stateful<Change extends StateChange> {
  readonly state: Change['current']
  on(listener: (change: Change) => void): void
  off(listener: (change: Change) => void): void
}

type StateChange = ChannelStateChange | ConnectionStateChange

function useLastError<Change extends StateChange>(
  source: () => Stateful<Change>,
  broken: readonly Change['current'][],
  recovered: readonly Change['current'][],
  report: (error: ErrorInfo) => void,
): Readonly<ShallowRef<ErrorInfo | null>> {
  const error = shallowRef<ErrorInfo | null>(null)
  let last: Stateful<Change> | undefined
  whileAlive(source, (now) => {
    // The error of another channel or client, or one that was over while nothing was heard.
    if (now !== last || recovered.includes(now.state)) error.value = null
    last = now
    const heard = ({ current, reason }: Change) => {
      if (recovered.includes(current)) error.value = null
      else if (reason && broken.includes(current)) {
        error.value = reason
        report(reason)
      }
    }
    now.on(heard)
    return () => now.off(heard)
  })
  return shallowReadonly(error)
}
