import type { Conversation, ConversationEvent } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { describeVersion } from '@streamfold/core/log'

/**
 * An event as JSON. A version of a message with parts also says in words what it changed, in `changes`; and `parts` has the message's
 * parts, unless it is an append in the middle: the text of a response would else be repeated with every token.
 */
export function jsonEvent(before: Conversation, event: ConversationEvent, after: Conversation): object {
  if (!('version' in event)) return event
  const described = describeVersion(before, event, after)
  if (!described) return event
  const is = selectMessage(after, event.serial)
  const isMiddle = event.type === 'appended' && selectMessage(before, event.serial)?.status === is?.status
  return { ...event, changes: described.words, ...(!isMiddle && is && { parts: is.parts }) }
}
