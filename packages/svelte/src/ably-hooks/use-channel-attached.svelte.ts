import type { ChannelStateChange, ConnectionStateChange, ErrorInfo, RealtimeChannel } from 'ably'
import type { MaybeGetter } from '../maybe-getter.ts'
import { valueOf } from '../maybe-getter.ts'
import type { Current } from '../select-state.svelte.ts'
import { whileMounted } from '../while-mounted.svelte.ts'
import { useClient } from './ably-client.ts'
import type { ChannelInstance, ChannelNameAndAblyId } from './channel-instance.svelte.ts'
import { useChannelInstance } from './channel-instance.svelte.ts'
import { useConnectionState } from './use-connection-state.svelte.ts'

/** Options of the channel hooks, as in `ably/react`; give a function for each that may change. */
export interface ChannelNameAndOptions extends ChannelNameAndAblyId {
  /** Neither attaches nor subscribes while true. Default false. */
  readonly skip?: MaybeGetter<boolean | undefined> | undefined
  readonly onConnectionError?: ((error: ErrorInfo) => unknown) | undefined
  readonly onChannelError?: ((error: ErrorInfo) => unknown) | undefined
}

/**
 * The last errors of the channel and the client in use, until they have recovered: `ably/react` goes on giving those of the ones before. They are
 * getters, as in `useConversation`.
 */
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
  const client = useClient(() => valueOf(options.ablyId))
  const instance = useChannelInstance(options)
  const connectionError = useLastError<ConnectionStateChange>(
    () => client.current.connection,
    ['suspended', 'failed', 'disconnected'],
    ['connected', 'closed'],
    (error) => options.onConnectionError?.(error),
  )
  const channelError = useLastError<ChannelStateChange>(
    () => instance.current.channel,
    ['suspended', 'failed', 'detached'],
    ['attached'],
    (error) => options.onChannelError?.(error),
  )
  return {
    get connectionError() {
      return connectionError.current
    },
    get channelError() {
      return channelError.current
    },
  }
}

/** A channel or a connection. */
interface Stateful<Change extends StateChange> {
  on(listener: (change: Change) => void): void
  off(listener: (change: Change) => void): void
}

type StateChange = ChannelStateChange | ConnectionStateChange

function useLastError<Change extends StateChange>(
  source: () => Stateful<Change>,
  broken: readonly Change['current'][],
  recovered: readonly Change['current'][],
  report: (error: ErrorInfo) => void,
): Current<ErrorInfo | null> {
  let error = $state.raw<ErrorInfo | null>(null)
  whileMounted(source, (now) => {
    // The error of another channel or client.
    error = null
    const heard = ({ current, reason }: Change) => {
      if (recovered.includes(current)) error = null
      else if (reason && broken.includes(current)) {
        error = reason
        report(reason)
      }
    }
    now.on(heard)
    return () => now.off(heard)
  })
  return {
    get current() {
      return error
    },
  }
}
