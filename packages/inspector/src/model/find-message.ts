import type { Conversation, Message } from '@streamfold/core'

/** One message as it is on the channel: a part of an over-long response by itself, not joined with the others. */
export function findMessage({ messages: { settled, hot } }: Conversation, serial: string): Message | undefined {
  for (let i = hot.length - 1; i >= 0; i--) if (hot[i]!.id === serial) return hot[i]
  let low = 0
  let high = settled.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (settled[middle]!.id < serial) low = middle + 1
    else high = middle
  }
  return settled[low]?.id === serial ? settled[low] : undefined
}

/** All messages as they are on the channel, in no order; those being written may come twice, the newest last. */
export function allMessages({ messages: { settled, hot } }: Conversation): readonly Message[] {
  return [...settled, ...hot]
}
