import type { Conversation, Message } from '@streamfold/core'
import type { Difference } from '@streamfold/core/log'
import { difference } from '@streamfold/core/log'

/** Fields that no user interface shows: where the text came from, and the stream's position. */
const inner = new Set<keyof Message>(['source', 'version', 'updatedAt'])

/**
 * The differences between two conversations that a user would see.
 *
 * @param all also compares fields that no user sees @param branch compares only the branches of that message; a conversation without it shows its newest
 */
export function visibleDifferences(
  before: Conversation,
  after: Conversation,
  { all = false, branch }: { readonly all?: boolean; readonly branch?: string | undefined } = {},
): readonly Difference[] {
  return difference(before, after, branch).flatMap((one) => {
    if (one.type !== 'changed' || all) return [one]
    const fields = one.fields.filter((field) => !inner.has(field))
    return fields.length > 0 ? [{ ...one, fields }] : []
  })
}
