import type { Conversation, ConversationEvent } from '@streamfold/core'
import { reduce } from '@streamfold/core'

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
  if (!here) restored.set(saved, (here = asleep.reduce(reduce, saved)))
  return here
}
