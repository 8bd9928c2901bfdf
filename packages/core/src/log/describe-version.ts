import type { Conversation } from '../fold/conversation.ts'
import { checksLengths } from '../fold/conversation.ts'
import { find } from '../fold/record-list.ts'
import { selectMessage } from '../messages/select-messages.ts'
import type { WireEvent } from '../protocol/event.ts'
import { characters, partChanges } from './part-changes.ts'

/** What a version of a message with parts changed. */
export interface VersionDescription {
  /** In words, such as `12 characters of reasoning`; never empty. They contain names that a model or a tool gave. */
  readonly words: readonly string[]
  /** The added text, if the version changed nothing else. */
  readonly text?: string
}

/** Describes a version by the parts that it changed. @returns undefined if the message is plain text */
export function describeVersion(before: Conversation, event: WireEvent, after: Conversation): VersionDescription | undefined {
  const record = find(after.records, event.serial)
  // An append has no format, and may come before any full version of its message.
  const hasFrames = record?.frames ?? event.fields?.format ?? (record?.version === '' && event.text.includes('\u{1e}'))
  if (!hasFrames) return undefined
  const is = selectMessage(after, event.serial)
  // The first version of a record that continues a message adds to what that message had.
  const was = selectMessage(before, event.serial) ?? (is && selectMessage(before, is.id))
  const changes = partChanges(was?.parts ?? [], is?.parts ?? [])
  const words = changes.flatMap((change) => change.words)
  if (is?.metadata !== was?.metadata) words.push('metadata')
  const [only] = changes
  if (only?.text !== undefined && words.length === 1) return { words, text: only.text }
  if (words.length > 0) return { words }
  // Half a head, the body of a result that is not complete, an unknown frame, or a version that was not applied.
  return { words: [event.text === '' ? 'no content' : `${characters(event.text.length)} of data`] }
}

/** What the length that an append gives says of the text before it (P104); undefined if it is as it should be. */
export function describeDoubt(before: Conversation, event: WireEvent, after: Conversation): string | undefined {
  const doubted = find(after.records, event.serial)?.doubted
  if (!doubted || doubted.version !== event.version || event.type !== 'appended' || event.len === undefined) return undefined
  if (find(before.records, event.serial)?.doubted?.version === event.version) return undefined
  const missing = event.len - doubted.text.length
  return missing > 0
    ? `${characters(missing)} ${missing === 1 ? 'is' : 'are'} missing: an append was lost`
    : `${characters(-missing)} too many: an append came twice`
}

/** Whether an event ended the check of lengths: the channel's lengths were wrong twice. */
export function stopsLengthCheck(before: Conversation, after: Conversation): boolean {
  return before.context !== after.context && checksLengths(before.context) && !checksLengths(after.context)
}
