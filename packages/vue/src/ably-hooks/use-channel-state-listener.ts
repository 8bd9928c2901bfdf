import type { ChannelState, ChannelStateChange } from 'ably'
import type { MaybeRef } from 'vue'
import { isRef, unref } from 'vue'
import type { ChannelNameAndAblyId } from './channel-instance.ts'
import { useChannelInstance } from './channel-instance.ts'
import { whileAlive } from '../while-alive.ts'

type States = MaybeRef<ChannelState | readonly ChannelState[]>
type Listener = (change: ChannelStateChange) => void
type Which = MaybeRef<string> | ChannelNameAndAblyId

/** Calls `listener` with every change of a channel, or only with changes to `state`; as in `ably/react`. */
export function useChannelStateListener(listener: Listener): void
export function useChannelStateListener(channel: Which, listener: Listener): void
export function useChannelStateListener(channel: Which, state: States, listener: Listener): void
export function useChannelStateListener(given: Which | Listener, stateOrListener?: States | Listener, last?: Listener): void {
  const [which, states, listener] =
    typeof given === 'function'
      ? [{}, undefined, given]
      : typeof stateOrListener === 'function'
        ? [given, undefined, stateOrListener]
        : [given, stateOrListener, last]
  const instance = useChannelInstance(named(which))
  const own: Listener = (change) => {
    if (states === undefined || [unref(states)].flat().includes(change.current)) listener?.(change)
  }
  whileAlive(
    () => instance.value.channel,
    (channel) => {
      channel.on(own)
      return () => channel.off(own)
    },
  )
}

/** A channel given by name or by options, as options. */
export function named<Options extends ChannelNameAndAblyId>(
  given: MaybeRef<string> | Options | undefined,
): Options | ChannelNameAndAblyId {
  if (given === undefined) return {}
  return typeof given === 'string' || isRef(given) ? { channelName: given } : given
}
