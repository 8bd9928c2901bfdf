import { beginningOf } from '@streamfold/core/text'
import { keepDraft } from './draft.ts'
import { isConversationId } from './conversation-id.ts'
import { onRecord, readRecord, writeRecord } from './local-record.ts'
import { forgetMessages } from './stored-messages.ts'

/** A conversation in this device's list. */
export interface SavedConversation {
  readonly id: string
  readonly title: string
  /** Time of the last message, in milliseconds. */
  readonly at: number
  /** When this device last saw it, it waited for a decision of the reader. */
  readonly waiting?: true
}

const record = 'conversations'
/** The most conversations in the list. */
const most = 200

let raw: string | undefined
let list: readonly SavedConversation[] = []
const listeners = new Set<() => void>()

/** Newest first; the same array until it changes. */
export function savedConversations(): readonly SavedConversation[] {
  const now = readRecord(record)
  if (now !== raw) {
    raw = now
    list = parse(now)
  }
  return list
}

/** Calls back after changes here and in other tabs. @returns stops listening */
export function onSavedConversations(listener: () => void): () => void {
  listeners.add(listener)
  const stop = onRecord(record, listener)
  return () => {
    listeners.delete(listener)
    stop()
  }
}

/** Records a message. The title stays the first one, or the one that the user gave. */
export function noteConversation(id: string, title: string, at: number): void {
  const saved = savedConversations()
  const known = saved.find((one) => one.id === id)
  if (known && known.at >= at) return
  save([{ ...known, id, title: known?.title ?? title, at }, ...saved.filter((one) => one.id !== id)])
}

/** Marks a conversation in the list, or removes its mark. */
export function markWaiting(id: string, waiting: boolean): void {
  const known = savedConversations().find((one) => one.id === id)
  if (!known || (known.waiting ?? false) === waiting) return
  const { waiting: _, ...unmarked } = known
  save(savedConversations().map((one) => (one.id === id ? { ...unmarked, ...(waiting && { waiting }) } : one)))
}

export function renameConversation(id: string, title: string): void {
  const name = oneLine(title)
  if (name !== '') save(savedConversations().map((one) => (one.id === id ? { ...one, title: name } : one)))
}

/** Removes it from this device. It stays on the channel. */
export function forgetConversation(id: string): void {
  keepDraft(id, '')
  forgetMessages(id)
  save(savedConversations().filter((one) => one.id !== id))
}

/** The first words of a prompt or a typed name, for a title. The field’s `maxlength` does not do this, because it splits characters. */
export function oneLine(text: string): string {
  return beginningOf(text.replace(/\s+/g, ' ').trim(), 120).trimEnd()
}

function save(next: readonly SavedConversation[]): void {
  writeRecord(record, JSON.stringify(next.toSorted((a, b) => b.at - a.at).slice(0, most)))
  for (const listener of listeners) listener()
}

function parse(text: string | undefined): readonly SavedConversation[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    const known = new Map<string, SavedConversation>()
    for (const one of Array.isArray(value) ? value.filter(isSaved) : []) if (!known.has(one.id)) known.set(one.id, saved(one))
    return [...known.values()].slice(0, most)
  } catch {
    return []
  }
}

/** Other pages of this origin may have written more. */
function saved({ id, title, at, waiting }: SavedConversation): SavedConversation {
  return { id, title: oneLine(title), at, ...(waiting === true && { waiting }) }
}

function isSaved(value: unknown): value is SavedConversation {
  if (typeof value !== 'object' || value === null) return false
  const { id, title, at } = value as Partial<Record<string, unknown>> // Its fields are checked here.
  if (typeof id !== 'string' || typeof title !== 'string' || typeof at !== 'number') return false
  // A date that there is not would be shown, and throw, on every visit.
  return isConversationId(id) && !Number.isNaN(new Date(at).getTime())
}
