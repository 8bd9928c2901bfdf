import type { Conversation, ConversationEvent, MessageRecord } from '@streamfold/core'
import { hasEnded, reduce } from '@streamfold/core'

/** The states of channel and client before they are used. */
const asleep: readonly ConversationEvent[] = [
  { type: 'channel', state: 'detached' },
  { type: 'connection', state: 'connecting' },
  { type: 'channel', state: 'attaching' },
]

const restored = new WeakMap<Conversation, Conversation>()

/** Restores a saved conversation: its messages are kept; its channel and connection states are not those of this page. */
export function restore(saved: Conversation): Conversation {
  let here = restored.get(saved)
  if (!here) restored.set(saved, (here = asleep.reduce(reduce, timeless(saved))))
  return here
}

/** Removes times of another clock: time would stand still for as long as that clock was ahead. */
function timeless({ records: { base, recent }, context }: Conversation): Conversation {
  // The idle rules do not apply to an ended response, so it stays the same object.
  const unheard = (record: MessageRecord): MessageRecord =>
    record.lastActivityAt === 0 || (record.role === 'assistant' && hasEnded(record)) ? record : { ...record, lastActivityAt: 0 }
  return {
    records: { base: base.map(unheard), recent: recent.map(unheard) },
    context: { ...context, now: 0, liveSince: 0, pending: context.pending.map(unheard) },
  }
}
