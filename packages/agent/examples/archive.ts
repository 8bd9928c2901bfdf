import { openConversation } from '@streamfold/ably'
import { catchUp, type ArchivePage } from '@streamfold/agent/archive'
import type { RealtimeChannel } from 'ably'

/** Opens a conversation from the archive, and takes only what is newer from the channel. */
export async function openFromArchive(channel: RealtimeChannel) {
  const response = await fetch(`/api/archive?channel=${encodeURIComponent(channel.name)}`)
  const page = (await response.json()) as ArchivePage
  const initial = await catchUp(page, () => channel.history({ limit: 100 }), 'agent')
  return openConversation(channel, { initial, history: 1, agent: 'agent' })
}
