import type { RealtimeChannel } from 'ably'
import { channelOptionsOf } from './channel-internals.ts'

/**
 * Lets the next attachment begin with what was published just before it. What the app has chosen itself holds, and an
 * attachment that exists is left alone: the service would not rewind it anyway.
 */
export function applyRewind(channel: RealtimeChannel, rewind: string | false): void {
  const options = channelOptionsOf(channel)
  if (rewind === false || options.params?.['rewind'] !== undefined) return
  if (channel.state === 'attached' || channel.state === 'attaching') return
  // Rejects only where it re-attaches, and it does not here.
  void channel.setOptions({ ...options, params: { ...options.params, rewind } })
}
