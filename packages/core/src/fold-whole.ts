import type { Conversation } from './conversation.ts'
import { isOpen, member } from './fold.ts'
import { stepStatus } from './lifecycle.ts'
import type { Message } from './message.ts'
import { put } from './messages.ts'
import { counting, partsOf, standing } from './whole.ts'

/**
 * What a change of one of its parts means for a whole: it is open as the part that it stands by is, and no longer silent when any
 * of them was heard.
 */
export function settleWhole(state: Conversation, whole: string, sign = false): Conversation {
  const { messages, context } = state
  const parts = partsOf(messages, whole)
  const known = standing(counting(parts))
  if (!known) return state
  const heard = sign || parts.some(({ heardAt }) => heardAt === context.now)
  const stands = heard ? revived(known, context.now) : known
  // Known by its first part, as it is to its readers.
  const open = parts.reduce((set, { id }, index) => member(set, id, index === 0 && isOpen(stands)), context.open)
  if (stands === known && open === context.open) return state
  return { messages: stands === known ? messages : put(messages, stands), context: { ...context, open } }
}

function revived(message: Message, now: number): Message {
  const { status } = message
  if (message.role === 'user' || (status !== 'streaming' && status !== 'stalled' && status !== 'abandoned')) return message
  const next = stepStatus(status, 'version.streaming')
  return next === status && message.heardAt === now ? message : { ...message, status: next, heardAt: now }
}
