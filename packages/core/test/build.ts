import type { Conversation, ConversationEvent } from '@streamfold/core'
import { emptyConversation, normalise, reduce } from '@streamfold/core'

export const streaming = { role: 'assistant', status: 'streaming' }

/** A message as the Ably client delivers it; versions `v1`, `v2`… order like serials. */
export function raw(action: string, version: string, data: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    serial: 's1',
    action: `message.${action}`,
    version: { serial: version, timestamp: 2 },
    data,
    clientId: 'agent',
    timestamp: 1,
    extras: { headers: streaming },
    ...more,
  }
}

export const live = (...args: Parameters<typeof raw>) => normalise(raw(...args), { agent: 'agent' })
export const read = (...args: Parameters<typeof raw>) => normalise(raw(...args), { agent: 'agent', source: 'history' })

export function fold(events: readonly ConversationEvent[], state: Conversation = emptyConversation()): Conversation {
  return events.reduce(reduce, state)
}

export const attached: readonly ConversationEvent[] = [
  { type: 'connection', state: 'connected' },
  { type: 'channel', state: 'attaching' },
  { type: 'channel', state: 'attached', resumed: false },
  { type: 'history', state: 'loaded' },
]
