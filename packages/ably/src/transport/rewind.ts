import type { RealtimeChannel } from 'ably'
import { channelOptionsOf } from './channel-internals.ts'

/** The params set here; only these may be changed here. */
const ours = new WeakMap<RealtimeChannel, string>()

/**
 * Lets the next attachment start with the messages published just before it. A param that the app has set stays, and an existing
 * attachment is left alone, because the service would not rewind it (P25).
 */
export function applyRewind(channel: RealtimeChannel, wanted: string | false): void {
  const options = channelOptionsOf(channel)
  const { rewind, ...params } = options.params ?? {}
  if (rewind === (wanted || undefined) || (rewind !== undefined && rewind !== ours.get(channel))) return
  if (channel.state === 'attached' || channel.state === 'attaching') return
  if (wanted) ours.set(channel, wanted)
  // Rejects only if it re-attaches, which it does not do here.
  void channel.setOptions({ ...options, params: wanted ? { ...params, rewind: wanted } : params })
}
