import type { Conversation } from './conversation.ts'
import type { Message } from './message.ts'

/**
 * Whether nothing but texts changed from one state to a later one: what does not depend on texts is then the same for both.
 * Told from the few messages that are being written to, however long the conversation. False may also mean that it is not known.
 */
export function onlyTextChanged(before: Conversation, after: Conversation): boolean {
  const { hot } = after.messages
  return (
    onlyHotChanged(before, after) &&
    before.messages.hot.length === hot.length &&
    before.messages.hot.every((message, at) => isSame(message, hot[at]!))
  )
}

/** Whether only messages that are being written to changed, or came. */
export function onlyHotChanged(before: Conversation, after: Conversation): boolean {
  return (
    before.messages.settled === after.messages.settled &&
    before.context === after.context &&
    after.context.parts.length === 0 &&
    after.context.wholes === undefined &&
    // Fewer of them than before: an earlier state is shown, and what is not there in it is to be told, too.
    before.messages.hot.length <= after.messages.hot.length
  )
}

function isSame(before: Message, after: Message): boolean {
  return (
    before === after ||
    (before.id === after.id &&
      before.key === after.key &&
      before.status === after.status &&
      before.replyTo === after.replyTo &&
      // What was published here has the service's times and headers once it has come back.
      before.source === after.source)
  )
}
