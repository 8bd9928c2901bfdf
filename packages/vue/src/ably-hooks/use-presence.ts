import type { RealtimeChannel } from 'ably'
import type { MaybeRef } from 'vue'
import { isRef, unref, watch } from 'vue'
import type { ChannelNameAndOptions, StateErrors } from './use-channel-attached.ts'
import { useChannelAttached } from './use-channel-attached.ts'
import { named } from './use-channel-state-listener.ts'
import { whileAlive } from '../while-alive.ts'

/** The result of `usePresence`. */
export interface PresenceResult<Data> extends StateErrors {
  readonly updateStatus: (data: Data) => Promise<void>
}

/** Keeps the client present on a channel while mounted, as `usePresence` of `ably/react` does. @param data a ref of it updates the presence */
export function usePresence<Data = unknown>(
  channel?: MaybeRef<string> | ChannelNameAndOptions,
  data?: MaybeRef<Data>,
): PresenceResult<Data> {
  const { instance, wanted, ...errors } = useChannelAttached(named(channel))
  let present: RealtimeChannel | undefined
  let entered: Promise<unknown> = Promise.resolve()

  whileAlive(wanted, (channel) => {
    if (!channel) return () => {}
    present = channel
    entered = channel.presence.enter(unref(data)).catch(() => {})
    return () => {
      present = undefined
      if (['attached', 'attaching'].includes(channel.state)) channel.presence.leave().catch(() => {})
    }
  })
  async function follow(next: Data): Promise<void> {
    await entered
    // The channel's state shows a refusal.
    await present?.presence.update(next).catch(() => {})
  }
  if (isRef(data)) watch(data, follow)

  return { ...errors, updateStatus: (data) => instance.value.channel.presence.update(data) }
}
