import type { PresenceMessage } from 'ably'
import type { MaybeRef, ShallowRef } from 'vue'
import { shallowReadonly, shallowRef } from 'vue'
import type { ChannelNameAndOptions, StateErrors } from './use-channel-attached.ts'
import { useChannelAttached } from './use-channel-attached.ts'
import { named } from './use-channel-state-listener.ts'
import { whileAlive } from '../while-alive.ts'

/** The result of `usePresenceListener`. */
export interface PresenceListenerResult<Data> extends StateErrors {
  readonly presenceData: Readonly<ShallowRef<readonly (PresenceMessage & { data: Data })[]>>
}

type Listener = (message: PresenceMessage) => void
type Channel = MaybeRef<string> | ChannelNameAndOptions

/** Reads the members present on a channel, as `usePresenceListener` of `ably/react` does. */
export function usePresenceListener<Data = unknown>(listener?: Listener): PresenceListenerResult<Data>
export function usePresenceListener<Data = unknown>(channel: Channel, listener?: Listener): PresenceListenerResult<Data>
export function usePresenceListener<Data = unknown>(given?: Channel | Listener, last?: Listener): PresenceListenerResult<Data> {
  const [which, listener] = typeof given === 'function' ? [undefined, given] : [given, last]
  const { wanted, ...errors } = useChannelAttached(named(which))
  const presenceData = shallowRef<readonly PresenceMessage[]>([])

  whileAlive(wanted, (channel) => {
    let gone = false
    presenceData.value = []
    if (!channel) return () => {}
    const { presence } = channel
    const read = async () => {
      const members = await presence.get()
      if (!gone) presenceData.value = members
    }
    const heard: Listener = (message) => {
      read().then(() => gone || listener?.(message), ignore)
    }
    // Rejects if the attachment fails, which `channelError` shows.
    presence.subscribe(['enter', 'leave', 'update'], heard).catch(ignore)
    read().catch(ignore)
    return () => {
      gone = true
      presence.unsubscribe(['enter', 'leave', 'update'], heard)
    }
  })
  return { ...errors, presenceData: shallowReadonly(presenceData) as PresenceListenerResult<Data>['presenceData'] } // Each member chooses the type of its data.
}

function ignore(): void {}
