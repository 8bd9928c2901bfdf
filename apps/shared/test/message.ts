import type { Message, MessageRecord } from '@streamfold/core'

/** A complete answer, unless told otherwise. */
export function message(changes: Partial<Message & MessageRecord> = {}): Message & MessageRecord {
  const { text = 'Hello' } = changes
  return {
    id: '01-a',
    key: '01-a',
    role: 'assistant',
    text,
    parts: text === '' ? [] : [{ type: 'text', text, state: 'done' }],
    metadata: undefined,
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
    into: undefined,
    parent: undefined,
    edits: undefined,
    again: undefined,
    placement: undefined,
    declaredPhase: 'streaming',
    deliveredVersion: '01-b',
    lastActivityAt: 0,
    ...changes,
  }
}
