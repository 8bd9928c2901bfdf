import type { PresenceMessage } from 'ably'
import { whileMounted } from '../while-mounted.svelte.ts'
import type { ChannelNameAndOptions, StateErrors } from './use-channel-attached.svelte.ts'
import { useChannelAttached, withErrors } from './use-channel-attached.svelte.ts'
import { named } from './use-channel-state-listener.ts'

/** The result of `usePresenceListener`. Values are getters: read them from the result. */
export interface PresenceListenerResult<Data> extends StateErrors {
  readonly presenceData: readonly (PresenceMessage & { data: Data })[]
}

type Listener = (message: PresenceMessage) => void
type Channel = string | ChannelNameAndOptions

/**
 * Reads the members present on a channel, as `usePresenceListener` of `ably/react` does. A function as first argument is the listener: pass a
 * name that changes as `{ channelName: () => name }`.
 */
export function usePresenceListener<Data = unknown>(listener?: Listener): PresenceListenerResult<Data>
export function usePresenceListener<Data = unknown>(channel: Channel, listener?: Listener): PresenceListenerResult<Data>
export function usePresenceListener<Data = unknown>(given?: Channel | Listener, last?: Listener): PresenceListenerResult<Data> {
  const [which, listener] = typeof given === 'function' ? [undefined, given] : [given, last]
  const { wanted, errors } = useChannelAttached(named(which))
  let presenceData = $state.raw<readonly PresenceMessage[]>([])

  whileMounted(wanted, (channel) => {
    let gone = false
    presenceData = []
    if (!channel) return () => {}
    const { presence } = channel
    const read = async () => {
      const members = await presence.get()
      if (!gone) presenceData = members
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
  return withErrors(
    {
      get presenceData() {
        return presenceData as PresenceListenerResult<Data>['presenceData'] // Each member chooses the type of its data.
      },
    },
    errors,
  )
}

function ignore(): void {}
