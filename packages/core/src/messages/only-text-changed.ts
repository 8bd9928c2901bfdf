import type { Conversation } from '../fold/conversation.ts'
import type { MessageRecord } from '../fold/record.ts'

/**
 * Whether only texts changed between two states: a selector whose answer does not depend on texts may keep it. Compares only the
 * recent records, so its cost does not depend on the conversation's length. False may also mean that the answer is unknown.
 */
export function onlyTextChanged(before: Conversation, after: Conversation): boolean {
  const { recent } = after.records
  return (
    onlyRecentChanged(before, after) &&
    before.records.recent.length === recent.length &&
    before.records.recent.every((message, at) => isSame(message, recent[at]!))
  )
}

/** Whether only recent records changed or were added. */
export function onlyRecentChanged(before: Conversation, after: Conversation): boolean {
  return (
    before.records.base === after.records.base &&
    before.context === after.context &&
    !after.context.grouped &&
    // With fewer recent records than before, an earlier state is shown, and subscribers of the missing ones must be notified too.
    before.records.recent.length <= after.records.recent.length &&
    // A prompt that is read now may be the one whose author has answered.
    (after.context.answers.length === 0 || before.records.recent.length === after.records.recent.length)
  )
}

/** Whether two records differ in their texts at most, for selectors. A field that no selector depends on is not compared. */
function isSame(before: MessageRecord, after: MessageRecord): boolean {
  return (
    before === after ||
    (before.id === after.id &&
      before.key === after.key &&
      before.status === after.status &&
      before.replyTo === after.replyTo &&
      before.into === after.into &&
      before.parent === after.parent &&
      before.edits === after.edits &&
      before.again === after.again &&
      // When an agent was last at work says whether a prompt has waited too long; none has while a response is written.
      (after.status === 'streaming' || before.lastActivityAt === after.lastActivityAt) &&
      // Only a request without contents is hidden.
      (after.again === undefined || before.text === after.text) &&
      // Of a prompt that no agent could be asked to answer.
      before.error === after.error &&
      // A prompt folded as `local` gets the service's times and headers when the channel delivers it.
      before.source === after.source)
  )
}
