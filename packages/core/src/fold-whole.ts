import type { Conversation } from './conversation.ts'
import { isOpen, member } from './fold.ts'
import { stepStatus } from './lifecycle.ts'
import type { Message } from './message.ts'
import { put } from './messages.ts'
import { counting, partsOf, standing } from './whole.ts'

/** What a change of one of its parts means for a whole: it is open as the part that it stands by is. */
export function settleWhole(state: Conversation, whole: string): Conversation {
  const { messages, context } = state
  const all = partsOf(messages, whole)
  const parts = counting(all)
  const stands = standing(parts)
  if (!stands) return state
  // Silence was judged of all of it, and is over when any of it is heard.
  const silent = stands.status === 'stalled' || stands.status === 'abandoned'
  if (silent && parts.some(({ heardAt }) => heardAt === context.now)) return hear(state, whole)
  // Known by its first part, as it is to its readers.
  const open = all.reduce((set, { id }, index) => member(set, id, index === 0 && isOpen(stands)), context.open)
  return open === context.open ? state : { messages, context: { ...context, open } }
}

/** The agent of a whole was heard. */
export function hear(state: Conversation, whole: string): Conversation {
  const { now } = state.context
  const stands = standing(counting(partsOf(state.messages, whole)))
  const next = stands && alive(stands, now)
  return next === stands || !next ? state : settleWhole({ ...state, messages: put(state.messages, next) }, whole)
}

function alive(message: Message, now: number): Message {
  const { status } = message
  if (status !== 'streaming' && status !== 'stalled' && status !== 'abandoned') return message
  const next = stepStatus(status, 'version.streaming')
  return next === status && message.heardAt === now ? message : { ...message, status: next, heardAt: now }
}
