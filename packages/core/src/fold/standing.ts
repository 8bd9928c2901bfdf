import type { Message } from '../protocol/message.ts'
import type { MessageRecord } from './record.ts'

/** A response whose end has not been seen, and may still be. */
export function isOpen({ role, status }: Pick<Message, 'role' | 'status'>): boolean {
  return role === 'assistant' && (status === 'streaming' || status === 'stalled')
}

/** A response that may still grow: one that is open, or that was given up and may come back. */
export function isUnended({ status }: Pick<Message, 'status'>): boolean {
  return status === 'streaming' || status === 'stalled' || status === 'abandoned'
}

/** The author has ended it, or somebody deleted it. */
export function hasEnded({ status }: Pick<Message, 'status'>): boolean {
  return status === 'complete' || status === 'cancelled' || status === 'failed' || status === 'deleted'
}

/** Whether the stream has passed the text shown, so that no append can mend it: a newer snapshot is being fetched. */
export function isBehind(message: Message): boolean {
  const { deliveredVersion, version } = message as MessageRecord // A message is made of a record, or is one.
  return deliveredVersion !== undefined && deliveredVersion > version
}

/** The set with or without a serial; the same set where nothing changes. */
export function withMember(set: readonly string[], serial: string, belongs: boolean): readonly string[] {
  const at = set.indexOf(serial)
  if (at >= 0 === belongs) return set
  return belongs ? [...set, serial] : set.toSpliced(at, 1)
}
