import type { ChannelState, ChannelStateChange } from 'ably'
import type { MaybeGetter } from '../maybe-getter.ts'
import { valueOf } from '../maybe-getter.ts'
import { whileMounted } from '../while-mounted.svelte.ts'
import type { ChannelNameAndAblyId } from './channel-instance.svelte.ts'
import { useChannelInstance } from './channel-instance.svelte.ts'

type States = MaybeGetter<ChannelState | readonly ChannelState[]>
type Listener = (change: ChannelStateChange) => void
type Which = string | ChannelNameAndAblyId

/**
 * Calls `listener` with every change of a channel, or only with changes to `state`; as in `ably/react`. A function as first argument is the
 * listener: pass a name that changes as `{ channelName: () => name }`.
 */
export function useChannelStateListener(listener: Listener): void
export function useChannelStateListener(channel: Which, listener: Listener): void
export function useChannelStateListener(channel: Which, state: States, listener: Listener): void
export function useChannelStateListener(given: Which | Listener, stateOrListener?: States | Listener, last?: Listener): void {
  const [which, states, listener] =
    typeof given === 'function'
      ? [{}, undefined, given]
      : last
        ? [given, stateOrListener as States, last]
        : [given, undefined, stateOrListener as Listener] // The overloads pair these.
  const instance = useChannelInstance(named(which))
  const own: Listener = (change) => {
    if (states === undefined || [valueOf(states)].flat().includes(change.current)) listener(change)
  }
  whileMounted(
    () => instance.current.channel,
    (channel) => {
      channel.on(own)
      return () => channel.off(own)
    },
  )
}

/** A channel given by name or by options, as options. */
export function named<Options extends ChannelNameAndAblyId>(given: string | Options | undefined): Options | ChannelNameAndAblyId {
  if (given === undefined) return {}
  return typeof given === 'string' ? { channelName: given } : given
}
