import type { Conversation } from '../fold/conversation.ts'
import type { Message } from '../protocol/message.ts'

/**
 * Whether nothing but texts changed from one state to a later one: what does not depend on texts is then the same for both.
 * Told from the few messages that are being written to, however long the conversation. False may also mean that it is not known.
 */
export function onlyTextChanged(before: Conversation, after: Conversation): boolean {
  const { recent } = after.records
  return (
    onlyRecentChanged(before, after) &&
    before.records.recent.length === recent.length &&
    before.records.recent.every((message, at) => isSame(message, recent[at]!))
  )
}

/** Whether only messages that are being written to changed, or came. */
export function onlyRecentChanged(before: Conversation, after: Conversation): boolean {
  return (
    before.records.base === after.records.base &&
    before.context === after.context &&
    !after.context.grouped &&
    // Fewer of them than before: an earlier state is shown, and what is not there in it is to be told, too.
    before.records.recent.length <= after.records.recent.length
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
