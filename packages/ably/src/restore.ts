import type { Conversation, ConversationEvent, Message, MessageStatus } from '@streamfold/core'
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
  if (!here) restored.set(saved, (here = asleep.reduce(reduce, timeless(saved))))
  return here
}

const ended: ReadonlySet<string> = new Set(['complete', 'cancelled', 'failed', 'deleted'] satisfies MessageStatus[])

/** By the clock of a server or of another day, ours might stand still for as long as that one was ahead. */
function timeless({ messages: { settled, hot }, context }: Conversation): Conversation {
  // What has ended is not judged by when it was heard, and stays the very message.
  const unheard = (message: Message): Message =>
    message.heardAt === 0 || (message.role === 'assistant' && ended.has(message.status)) ? message : { ...message, heardAt: 0 }
  return {
    messages: { settled: settled.map(unheard), hot: hot.map(unheard) },
    context: { ...context, now: 0, liveSince: 0, pending: context.pending.map(unheard) },
  }
}
