import { openConversation } from '@streamfold/ably'
import { fromArchive, type ArchivePage } from '@streamfold/agent/archive'
import type { RealtimeChannel } from 'ably'

/** Opens a conversation from the archive, and takes only what is newer from the channel. */
export async function openFromArchive(channel: RealtimeChannel) {
  const response = await fetch(`/api/archive?channel=${encodeURIComponent(channel.name)}`)
  const page = (await response.json()) as ArchivePage
  return openConversation(channel, { initial: fromArchive(page, 'agent'), since: page.upTo, agent: 'agent' })
}
