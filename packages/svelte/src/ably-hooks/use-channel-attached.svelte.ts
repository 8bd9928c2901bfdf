import type { ErrorInfo, RealtimeChannel } from 'ably'
import type { MaybeGetter } from '../maybe-getter.ts'
import { valueOf } from '../maybe-getter.ts'
import type { Current } from '../select-state.svelte.ts'
import { whileMounted } from '../while-mounted.svelte.ts'
import type { ChannelInstance, ChannelNameAndAblyId } from './channel-instance.svelte.ts'
import { useChannelInstance } from './channel-instance.svelte.ts'
import { useChannelStateListener } from './use-channel-state-listener.ts'
import { useConnectionState, useConnectionStateListener } from './use-connection-state.svelte.ts'

/** Options of the channel hooks, as in `ably/react`; give a function for each that may change. */
export interface ChannelNameAndOptions extends ChannelNameAndAblyId {
  /** Neither attaches nor subscribes while true. Default false. */
  readonly skip?: MaybeGetter<boolean | undefined> | undefined
  readonly onConnectionError?: ((error: ErrorInfo) => unknown) | undefined
  readonly onChannelError?: ((error: ErrorInfo) => unknown) | undefined
}

/** The last errors of channel and connection, until they have recovered. They are getters, as in `useConversation`. */
export interface StateErrors {
  readonly connectionError: ErrorInfo | null
  readonly channelError: ErrorInfo | null
}

/** The result of `useChannelAttached`. */
interface AttachedChannel {
  readonly instance: Current<ChannelInstance>
  /** The channel while it should be used: not skipped, on a connection that is or will be up. */
  readonly wanted: () => RealtimeChannel | undefined
  readonly errors: StateErrors
}

// Channels go down in these connection states; after shorter interruptions the client attaches them again itself.
const INACTIVE = new Set(['suspended', 'closing', 'closed', 'failed'])

/** Attaches a channel, and attaches it again when the connection returns from a state that loses channels. Unmounting does not detach it. */
export function useChannelAttached(options: ChannelNameAndOptions): AttachedChannel {
  const instance = useChannelInstance(options)
  const connection = useConnectionState(() => valueOf(options.ablyId))
  const wanted = $derived(valueOf(options.skip) || INACTIVE.has(connection.current) ? undefined : instance.current.channel)
  const errors = useStateErrors(options)
  whileMounted(
    () => wanted,
    (channel) => {
      // Rejects if the attachment fails, which `channelError` shows.
      channel?.attach().catch(() => {})
      return () => {}
    },
  )
  return { instance, wanted: () => wanted, errors }
}

/** A result with the errors among its values: a spread would read them once. */
export function withErrors<Result extends object>(result: Result, errors: StateErrors): Result & StateErrors {
  return Object.defineProperties(result, Object.getOwnPropertyDescriptors(errors)) as Result & StateErrors // It has them now.
}

function useStateErrors(options: ChannelNameAndOptions): StateErrors {
  let connectionError = $state.raw<ErrorInfo | null>(null)
  let channelError = $state.raw<ErrorInfo | null>(null)
  useConnectionStateListener(
    ({ current, reason }) => {
      if (current === 'connected' || current === 'closed') connectionError = null
      else if (reason && ['suspended', 'failed', 'disconnected'].includes(current)) {
        connectionError = reason
        options.onConnectionError?.(reason)
      }
    },
    () => valueOf(options.ablyId),
  )
  useChannelStateListener(options, ({ current, reason }) => {
    if (current === 'attached') channelError = null
    else if (reason && ['suspended', 'failed', 'detached'].includes(current)) {
      channelError = reason
      options.onChannelError?.(reason)
    }
  })
  return {
    get connectionError() {
      return connectionError
    },
    get channelError() {
      return channelError
    },
  }
}
