import type { Conversation, Message } from '@streamfold/core'

/** One message as it is on the channel: a part of an over-long response by itself, not joined with the others. */
export function findMessage({ records: { base, recent } }: Conversation, serial: string): Message | undefined {
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

/** All messages as they are on the channel, in no order; those being written may come twice, the newest last. */
export function allMessages({ records: { base, recent } }: Conversation): readonly Message[] {
  return [...base, ...recent]
}
