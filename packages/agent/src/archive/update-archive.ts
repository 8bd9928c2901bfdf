import type { AgentChannel, ResponseArchive } from '@streamfold/core/transport'
import { archivable } from './archive.ts'

/**
 * Brings an archive up to its channel: what has ended since, and what has become of what was there, deleted messages among it.
 *
 * @param from serial of the oldest message that may have changed. Default: every message that the archive hands out may have.
 * @throws when the channel's history cannot be read
 */
export async function updateArchive(archive: ResponseArchive, channel: AgentChannel, from?: string): Promise<void> {
  const { messages, upTo } = await archive.read(channel.name, from === undefined ? undefined : 1)
  const changed = from ?? messages[0]?.serial
  // Also back to where the archive ends: what is put there must not leave a gap.
  const downTo = changed !== undefined && upTo !== undefined && upTo < changed ? upTo : changed
  await archive.put(channel.name, archivable(await channel.conversation(downTo)))
}
