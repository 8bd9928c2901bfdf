import type { Conversation } from './conversation.ts'
import { groupOf, isPlaced } from './groups.ts'
import { list, recordsOf } from './record-list.ts'

/**
 * The conversation with its newest records only, for a program that follows a channel for months. What is open or behind stays, with its
 * prompt, and a message group stays whole.
 *
 * @param keep records that stay
 */
export function forgetOlder(state: Conversation, keep: number): Conversation {
  const all = list(state.records)
  if (all.length <= keep) return state
  const needed = new Set([...state.context.open, ...state.context.behind, ...all.slice(-keep).map(({ id }) => id)])
  for (const record of all) {
    if (!needed.has(record.id)) continue
    if (record.replyTo !== undefined) needed.add(record.replyTo)
    if (isPlaced(record)) for (const { id } of groupOf(state.records, record) ?? []) needed.add(id)
  }
  return {
    records: recordsOf(all.filter(({ id }) => needed.has(id))),
    context: { ...state.context, hasOlder: true },
  }
}
