import type { Conversation } from './conversation.ts'
import { inContext } from './conversation.ts'
import type { Group } from './groups.ts'
import { countingRecords, groupOf, standingRecord } from './groups.ts'
import { stepStatus } from './lifecycle.ts'
import type { MessageRecord } from './record.ts'
import type { Records } from './record-list.ts'
import { find, put } from './record-list.ts'
import { isOpen, isUnended, withMember } from './standing.ts'

/**
 * Keeps the lifecycle of the groups that a change of one record affects: a group is open if its standing record is.
 * @param before the records before the change @param known the record before the change
 */
export function settleGroups(state: Conversation, next: MessageRecord, before: Records, known?: MessageRecord): Conversation {
  const group = groupOf(state.records, next)
  const settled = group ? settleGroup(state, group) : state
  // When a record leaves a group, the idle rules apply to each other record in its new group.
  const left = known && groupOf(before, known)?.filter(({ id }) => id !== next.id && !group?.some((record) => record.id === id))
  return left ? left.reduce((after, { id }) => settleRecord(after, id), settled) : settled
}

/** Records that the agent of a group is active, although it wrote none of the group's text. */
export function recordActivity(state: Conversation, group: Group): Conversation {
  const { now } = state.context
  const standing = standingRecord(countingRecords(group))
  if (!standing || standing.status === 'sending' || !isUnended(standing)) return state
  // History is read backwards: what comes now may be older than the wait, which only a mark ends.
  if (standing.status === 'waiting') return state
  const status = stepStatus(standing.status, 'version.streaming')
  if (status === standing.status && standing.lastActivityAt === now) return state
  const next = { ...standing, status, lastActivityAt: now }
  return settleGroups({ ...state, records: put(state.records, next) }, next, state.records)
}

/** As `settleGroups`, for a group that a record has left. @param serial of the record */
export function settleLeft(state: Conversation, group: Group, serial: string): Conversation {
  return group.reduce((after, { id }) => (id === serial ? after : settleRecord(after, id)), state)
}

function settleGroup(state: Conversation, group: Group): Conversation {
  const counting = countingRecords(group)
  const standing = standingRecord(counting)
  if (!standing) return state
  // The idle rules apply to the whole group, so activity of one record ends its idle status.
  const idle = standing.status === 'stalled' || standing.status === 'abandoned'
  if (idle && counting.some(({ lastActivityAt }) => lastActivityAt === state.context.now)) return recordActivity(state, group)
  // A group is identified by its first record, as in composed messages.
  return withOpen(
    state,
    group.reduce((set, { id }, index) => withMember(set, id, index === 0 && isOpen(standing)), state.context.open),
  )
}

function settleRecord(state: Conversation, serial: string): Conversation {
  const record = find(state.records, serial)
  const group = record && groupOf(state.records, record)
  if (group) return settleGroup(state, group)
  return record ? withOpen(state, withMember(state.context.open, serial, isOpen(record))) : state
}

function withOpen(state: Conversation, open: readonly string[]): Conversation {
  return open === state.context.open ? state : inContext(state, { open })
}
