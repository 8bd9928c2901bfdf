import type { Message } from '../protocol/message.ts'
import type { MessageRecord } from './record.ts'

/** Whether a response is still being written, as far as is known: `streaming` or `stalled`. */
export function isOpen({ role, status }: Pick<Message, 'role' | 'status'>): boolean {
  return role === 'assistant' && (status === 'streaming' || status === 'stalled')
}

/** Whether a response may still grow: it is open, it waits for a person, or it is abandoned and may be revived. */
export function isUnended({ status }: Pick<Message, 'status'>): boolean {
  return status === 'streaming' || status === 'waiting' || status === 'stalled' || status === 'abandoned'
}

/** Whether a response has ended: its author ended it, or it was deleted. */
export function hasEnded({ status }: Pick<Message, 'status'>): boolean {
  return status === 'complete' || status === 'cancelled' || status === 'failed' || status === 'deleted'
}

/** Whether the stream has passed the message's text, so no append can repair it and a newer snapshot is being read (P62). */
export function isBehind(message: Message | MessageRecord): boolean {
  const { deliveredVersion, version } = message as MessageRecord // A message has the fields of its records.
  return deliveredVersion !== undefined && deliveredVersion > version
}

/** The set with or without a serial; the same set if nothing changes. */
export function withMember(set: readonly string[], serial: string, belongs: boolean): readonly string[] {
  const at = set.indexOf(serial)
  if (at >= 0 === belongs) return set
  return belongs ? [...set, serial] : set.toSpliced(at, 1)
}
