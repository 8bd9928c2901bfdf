import type { Conversation } from './conversation.ts'
import { groupOf, messageNamed } from './groups.ts'
import { find, list, recordsOf } from './record-list.ts'

/**
 * The conversation with its newest records only, for a program that follows a channel for months. Records that are open, wait for a person
 * or are behind stay, with their prompts and answers, and a message group stays whole.
 *
 * @param keep records that stay
 */
export function forgetOlder(state: Conversation, keep: number): Conversation {
  const all = list(state.records)
  if (all.length <= keep) return state
  const needed = new Set([...state.context.open, ...state.context.behind, ...all.slice(-keep).map(({ id }) => id)])
  for (const { id, status } of all) if (status === 'waiting') needed.add(id)
  // The set grows as it is walked: each record names others, and a group has records that name none of the others.
  for (const id of needed) {
    const record = find(state.records, id)
    if (!record) continue
    for (const name of [record.replyTo, record.edits, record.again]) {
      const serial = record.placement?.group === undefined ? name : messageNamed(state.records, name)
      if (serial !== undefined) needed.add(serial)
    }
    const group = state.context.grouped ? groupOf(state.records, record) : undefined
    for (const other of group ?? []) needed.add(other.id)
  }
  const kept = all.filter(({ id }) => needed.has(id))
  const forgotten = new Set(all.filter(({ id }) => !needed.has(id)).map(({ id }) => id))
  const answers = state.context.answers.filter(({ target }) => !forgotten.has(target))
  return {
    records: recordsOf(kept),
    context: { ...state.context, answers, hasOlder: true },
  }
}
