import type { Message } from '@streamfold/core'

/** A complete answer, unless told otherwise. */
export function message(changes: Partial<Message> = {}): Message {
  return {
    id: '01-a',
    key: '01-a',
    role: 'assistant',
    text: 'Hello',
    status: 'complete',
    continuity: 'contiguous',
    source: 'live',
    replyTo: undefined,
    clientId: 'agent',
    error: undefined,
    createdAt: 0,
    updatedAt: 0,
    version: '01-b',
    headers: {},
    live: '01-b',
    heardAt: 0,
    marked: true,
    ...changes,
  }
}
