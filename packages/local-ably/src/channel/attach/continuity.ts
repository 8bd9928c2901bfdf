import { AblyError } from '../../protocol/ably-error.ts'
import { serialTime } from '../../protocol/serials.ts'
import type { ChannelClient } from '../channel-client.ts'
import type { Channel } from '../channel.ts'

export type Continuity =
  | { readonly kind: 'initial' }
  | { readonly kind: 'resumed'; readonly from: string; readonly source: 'backlog' | 'store' }
  | { readonly kind: 'lost'; readonly error: AblyError }

/** Whether an attach continues from the client's position: the last channel serial that it received (P82). */
export function continuityOf(connection: ChannelClient, channel: Channel, channelSerial: unknown): Continuity {
  if (typeof channelSerial !== 'string' || channelSerial === '') return { kind: 'initial' }
  const from = channelSerial
  if (connection.continuityLost || !channel.serials.issued(from) || from < channel.forgottenUntil) return lost(channel)
  const { clock, backlogRetention } = channel.host.options
  channel.backlog.trim(clock.now())
  if (from >= channel.backlog.coveredFrom) return { kind: 'resumed', from, source: 'backlog' }
  const recent = serialTime(from) >= clock.now() - backlogRetention
  // After a restart the backlog is gone, but a durable store still holds the latest state of what changed.
  if (channel.host.store.durable && recent) return { kind: 'resumed', from, source: 'store' }
  return lost(channel)
}

function lost(channel: Channel): Continuity {
  return {
    kind: 'lost',
    error: new AblyError(90003, 404, `unable to continue on "${channel.name}"; its backlog no longer reaches that far`),
  }
}
