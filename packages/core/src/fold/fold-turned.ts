import type { TurnedVersion } from '../protocol/event.ts'
import type { Conversation } from './conversation.ts'
import { inContext } from './conversation.ts'
import { settleLeft } from './fold-group.ts'
import { isTurned, settleAnswers } from './fold-version.ts'
import { groupOf } from './groups.ts'
import { find, remove } from './record-list.ts'
import { withMember } from './standing.ts'

/** So many are remembered: a snapshot of an older version can only be under way for a short time. */
const KEPT = 100

/** Folds a version in which a message has become an answer, a cancel or the choice of a branch: it is none of the conversation any more (P132). */
export function foldTurned(state: Conversation, { serial, version }: TurnedVersion): Conversation {
  const { records, context } = state
  const record = find(records, serial)
  if ((record && record.version >= version) || isTurned(state, serial, version)) return state
  const turned = [...(context.turned ?? []).filter((other) => other.serial !== serial), { serial, version }].slice(-KEPT)
  if (!record) return inContext(state, { turned })
  const open = withMember(context.open, serial, false)
  const behind = withMember(context.behind, serial, false)
  const without = { records: remove(records, serial), context: { ...context, open, behind, turned } }
  const group = context.grouped ? groupOf(records, record) : undefined
  const settled = group ? settleLeft(without, group, serial) : without
  return record.role === 'user' ? settleAnswers(settled, record, undefined) : settled
}
