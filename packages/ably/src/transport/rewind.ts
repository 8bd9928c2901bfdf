import type { RealtimeChannel } from 'ably'
import { channelOptionsOf } from './channel-internals.ts'

/** What was set here, and may be changed here. */
const ours = new WeakMap<RealtimeChannel, string>()

/**
 * Lets the next attachment begin with what was published just before it. What the app has chosen itself holds, and an
 * attachment that exists is left alone: the service would not rewind it anyway.
 */
export function applyRewind(channel: RealtimeChannel, wanted: string | false): void {
  const options = channelOptionsOf(channel)
  const { rewind, ...params } = options.params ?? {}
  if (rewind === (wanted || undefined) || (rewind !== undefined && rewind !== ours.get(channel))) return
  if (channel.state === 'attached' || channel.state === 'attaching') return
  if (wanted) ours.set(channel, wanted)
  // Rejects only where it re-attaches, and it does not here.
  void channel.setOptions({ ...options, params: wanted ? { ...params, rewind: wanted } : params })
}
