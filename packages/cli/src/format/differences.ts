import type { Conversation, Message } from '@streamfold/core'
import type { Difference } from '@streamfold/core/log'
import { difference } from '@streamfold/core/log'

/** Where the text came from and how far the stream is: of one reader's own past, and not seen by anyone. */
const inner = new Set<keyof Message>(['source', 'version', 'updatedAt'])

/** What a reader would see differ from one conversation to another. @param all compares what no reader sees, too. */
export function visibleDifferences(before: Conversation, after: Conversation, { all = false } = {}): readonly Difference[] {
  return difference(before, after).flatMap((one) => {
    if (one.type !== 'changed' || all) return [one]
    const fields = one.fields.filter((field) => !inner.has(field))
    return fields.length > 0 ? [{ ...one, fields }] : []
  })
}
