import type { ErrorInfo, RealtimeChannel } from 'ably'
import type { ComputedRef, MaybeRefOrGetter, ShallowRef } from 'vue'
import { computed, shallowReadonly, shallowRef, toValue } from 'vue'
import type { ChannelNameAndAblyId, ProvidedChannel } from './channel-instance.ts'
import { useChannelInstance } from './channel-instance.ts'
import { useChannelStateListener } from './use-channel-state-listener.ts'
import { useConnectionState, useConnectionStateListener } from './use-connection-state.ts'
import { whileAlive } from '../while-alive.ts'

/** Options of the channel hooks, as in `ably/react`; each may be reactive. */
export interface ChannelNameAndOptions extends ChannelNameAndAblyId {
  /** Neither attaches nor subscribes while true. Default false. */
  readonly skip?: MaybeRefOrGetter<boolean | undefined> | undefined
  readonly onConnectionError?: ((error: ErrorInfo) => unknown) | undefined
  readonly onChannelError?: ((error: ErrorInfo) => unknown) | undefined
}

/** The last errors of channel and connection, until they have recovered. */
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
  const connectionError = shallowRef<ErrorInfo | null>(null)
  const channelError = shallowRef<ErrorInfo | null>(null)
  const ablyId = computed(() => toValue(options.ablyId))
  useConnectionStateListener(({ current, reason }) => {
    if (current === 'connected' || current === 'closed') connectionError.value = null
    else if (reason && ['suspended', 'failed', 'disconnected'].includes(current)) {
      connectionError.value = reason
      options.onConnectionError?.(reason)
    }
  }, ablyId)
  useChannelStateListener(options, ({ current, reason }) => {
    if (current === 'attached') channelError.value = null
    else if (reason && ['suspended', 'failed', 'detached'].includes(current)) {
      channelError.value = reason
      options.onChannelError?.(reason)
    }
  })
  return { connectionError: shallowReadonly(connectionError), channelError: shallowReadonly(channelError) }
}
