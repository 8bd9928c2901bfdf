import type { RealtimeChannel } from 'ably'
import type { MaybeGetter } from '../maybe-getter.ts'
import { valueOf } from '../maybe-getter.ts'
import { whileMounted } from '../while-mounted.svelte.ts'
import type { ChannelNameAndOptions, StateErrors } from './use-channel-attached.svelte.ts'
import { useChannelAttached, withErrors } from './use-channel-attached.svelte.ts'
import { named } from './use-channel-state-listener.ts'

/** The result of `usePresence`. Values are getters: read them from the result. */
export interface PresenceResult<Data> extends StateErrors {
  readonly updateStatus: (data: Data) => Promise<void>
}

/**
 * Keeps the client present on a channel while mounted, as `usePresence` of `ably/react` does.
 *
 * @param data a function that returns it updates the presence when it returns another value
 */
export function usePresence<Data = unknown>(
  channel?: string | ChannelNameAndOptions,
  data?: MaybeGetter<Data>,
): PresenceResult<Data> {
  const { instance, wanted, errors } = useChannelAttached(named(channel))
  let present: RealtimeChannel | undefined
  let told: Data | undefined
  let entered: Promise<unknown> = Promise.resolve()

  whileMounted(wanted, (channel) => {
    if (!channel) return () => {}
    present = channel
    told = valueOf(data)
    entered = channel.presence.enter(told).catch(() => {})
    return () => {
      present = undefined
      if (['attached', 'attaching'].includes(channel.state)) channel.presence.leave().catch(() => {})
    }
  })
  async function follow(next: Data | undefined): Promise<void> {
    await entered
    // The channel's state shows a refusal.
    await present?.presence.update(next).catch(() => {})
  }
  whileMounted(
    () => valueOf(data),
    (next) => {
      if (next !== told) void follow(next)
      told = next
      return () => {}
    },
  )
  return withErrors({ updateStatus: (data: Data) => instance.current.channel.presence.update(data) }, errors)
}
