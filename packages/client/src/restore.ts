import type { Conversation, ConversationEvent, MessageRecord } from '@streamfold/core'
import { hasEnded, reduce } from '@streamfold/core'

/** How channel and client stand before they are asked for anything. */
const asleep: readonly ConversationEvent[] = [
  { type: 'channel', state: 'detached' },
  { type: 'connection', state: 'connecting' },
  { type: 'channel', state: 'attaching' },
]

const restored = new WeakMap<Conversation, Conversation>()

/** A conversation of another time or place, here: its messages hold, its channel and connection are not ours. */
export function restore(saved: Conversation): Conversation {
  let here = restored.get(saved)
  if (!here) restored.set(saved, (here = asleep.reduce(reduce, timeless(saved))))
  return here
}

/** By the clock of a server or of another day, ours might stand still for as long as that one was ahead. */
function timeless({ records: { base, recent }, context }: Conversation): Conversation {
  // The idle rules do not judge what has ended, and it stays the very message.
  const unheard = (record: MessageRecord): MessageRecord =>
    record.lastActivityAt === 0 || (record.role === 'assistant' && hasEnded(record)) ? record : { ...record, lastActivityAt: 0 }
  return {
    records: { base: base.map(unheard), recent: recent.map(unheard) },
    context: { ...context, now: 0, liveSince: 0, pending: context.pending.map(unheard) },
  }
}
