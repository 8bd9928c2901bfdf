import type { Conversation, MessageRecord } from '@streamfold/core'

/** One record as a message, not joined with the other records of its group. */
export function findMessage({ records: { base, recent } }: Conversation, serial: string): MessageRecord | undefined {
  for (let i = recent.length - 1; i >= 0; i--) if (recent[i]!.id === serial) return recent[i]
  let low = 0
  let high = base.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (base[middle]!.id < serial) low = middle + 1
    else high = middle
  }
  return base[low]?.id === serial ? base[low] : undefined
}

/** All records, unordered; a recent one may appear twice, the newest last. */
export function allMessages({ records: { base, recent } }: Conversation): readonly MessageRecord[] {
  return [...base, ...recent]
}
