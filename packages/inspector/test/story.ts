import type { ConversationEvent, Log } from '@streamfold/core'
import { emptyConversation, normalise } from '@streamfold/core'
import { createRecorder } from '@streamfold/core/log'

const headers = { role: 'assistant', status: 'streaming' }

/** A message as the client delivers it. */
export function raw(action: string, version: string, data: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    serial: 's1',
    action: `message.${action}`,
    version: { serial: version, timestamp: 1_000 },
    data,
    clientId: 'agent',
    timestamp: 900,
    extras: { headers },
    ...more,
  }
}

export const live = (...args: Parameters<typeof raw>) => normalise(raw(...args))
const read = (...args: Parameters<typeof raw>) => normalise(raw(...args), { source: 'history' })
const ended = { extras: { headers: { role: 'assistant', status: 'complete' } } }

/** A response that loses continuity in the middle, is read again, and ends. */
export const story: readonly ConversationEvent[] = [
  { type: 'tick', now: 1_000 },
  { type: 'connection', state: 'connected' },
  { type: 'channel', state: 'attaching' },
  { type: 'channel', state: 'attached', resumed: false },
  { type: 'history', state: 'loaded' },
  live('create', 'v1', ''),
  live('append', 'v2', 'Hello'),
  live('append', 'v3', ', world'),
  { type: 'connection', state: 'disconnected', error: 'gone' },
  { type: 'connection', state: 'connected' },
  { type: 'channel', state: 'attached', resumed: false },
  live('append', 'v5', ' more'),
  read('update', 'v5', 'Hello, world: and more'),
  { type: 'history', state: 'loaded' },
  read('update', 'v5', 'Hello, world: and more'),
  live('append', 'v6', '.', ended),
  live('update', 'v6', 'Hello, world: and more.', ended),
  normalise({ serial: 's9', action: 'meta.occupancy' }),
]

/** The story, an event every 100 ms. */
export function storyLog(events = story): Log {
  const recorder = createRecorder(emptyConversation(), { raw: true })
  for (const [index, event] of events.entries()) recorder.record(event, { at: 1_000 + index * 100 })
  return recorder.log
}
