import { beginningOf } from '@streamfold/core/text'
import { fieldsOf } from '../fields.ts'
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
  /** The beginning of what was said last. */
  readonly last?: string
  /** When this device last saw it, it waited for a decision of the reader. */
  readonly waiting?: true
  /** When this device last saw it, an answer was being written or was still to come. */
  readonly busy?: true
  /** When somebody else last said something, in milliseconds; an answer counts when it ends. */
  readonly saidAt?: number
  /** How far this device has shown it, in the same time. */
  readonly shownAt?: number
}

/** What the list shows of a conversation besides its title and time. */
type Marks = Omit<SavedConversation, 'id' | 'title' | 'at'>

/** The marks that a conversation may lose; a time never goes back. */
type Changes = { readonly [Name in keyof Marks]: Marks[Name] | undefined }

const record = 'conversations'
const forgotten = 'forgotten'
/** The most conversations in the list. */
const most = 200
/** The most conversations that a page follows besides its own. */
const mostFollowed = 5
const day = 24 * 60 * 60 * 1_000

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

/** Changes the marks of a conversation in the list; an undefined one is removed. */
export function markConversation(id: string, changes: Changes): void {
  const known = savedConversations().find((one) => one.id === id)
  if (!known) return
  const marked = { ...known, ...changes } as SavedConversation // Undefined is removed by `saved`.
  const later = (name: 'saidAt' | 'shownAt') => Math.max(known[name] ?? 0, changes[name] ?? 0)
  const next = saved({ ...marked, saidAt: later('saidAt'), shownAt: later('shownAt') })
  if (JSON.stringify(next) !== JSON.stringify(saved(known))) save(savedConversations().map((one) => (one.id === id ? next : one)))
}

/** Whether somebody else has said something since this device last showed the conversation. */
export function isUnread({ saidAt = 0, shownAt = 0 }: SavedConversation): boolean {
  return saidAt > shownAt
}

/** Conversations whose answer this device has not seen to its end: the newest ones of the last day, except for the one on the page. */
export function unfinishedConversations(
  conversations: readonly SavedConversation[],
  current: string,
  now = Date.now(),
): readonly string[] {
  const unfinished = conversations.filter(({ id, busy, waiting, at }) => (busy || waiting) && id !== current && now - at < day)
  return unfinished.slice(0, mostFollowed).map(({ id }) => id)
}

export function renameConversation(id: string, title: string): void {
  const name = oneLine(title)
  if (name !== '') save(savedConversations().map((one) => (one.id === id ? { ...one, title: name } : one)))
}

/** Removes it from this device. It stays on the channel. */
export function forgetConversation(id: string): void {
  keepDraft(id, '')
  forgetMessages(id)
  writeRecord(forgotten, [...forgottenIds().filter((one) => one !== id), id].slice(-most).join(' '))
  save(savedConversations().filter((one) => one.id !== id))
}

/** Whether the reader has removed it from this device. */
export function isForgotten(id: string): boolean {
  return forgottenIds().includes(id)
}

function forgottenIds(): readonly string[] {
  return (readRecord(forgotten) ?? '').split(' ')
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
function saved({ id, title, at, last, waiting, busy, saidAt, shownAt }: SavedConversation): SavedConversation {
  return {
    id,
    title: oneLine(title),
    at,
    ...(typeof last === 'string' && { last: oneLine(last) }),
    ...(waiting === true && { waiting }),
    ...(busy === true && { busy }),
    ...(isTime(saidAt) && { saidAt }),
    ...(isTime(shownAt) && { shownAt }),
  }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value > 0
}

function isSaved(value: unknown): value is SavedConversation {
  const { id, title, at } = fieldsOf(value)
  if (typeof id !== 'string' || typeof title !== 'string' || typeof at !== 'number') return false
  // A date that there is not would be shown, and throw, on every visit.
  return isConversationId(id) && !Number.isNaN(new Date(at).getTime())
}
