import type { MessageRecord } from '@streamfold/core'

/** A complete answer, unless told otherwise. */
export function message(changes: Partial<MessageRecord> = {}): MessageRecord {
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
    into: undefined,
    placement: undefined,
    declaredPhase: 'streaming',
    deliveredVersion: '01-b',
    lastActivityAt: 0,
    ...changes,
  }
}
