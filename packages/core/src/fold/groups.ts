import { memo } from '../shared/memo.ts'
import type { MessageRecord } from './record.ts'
import type { Records } from './record-list.ts'
import { find, recentIndex } from './record-list.ts'

/**
 * The records of one message group, in the order of their serials. Two things make a group: records that name the same `group`, and a
 * record with the records that continue it (P49). Groups are derived from the records, so the order of arrival does not matter.
 */
export type Group = readonly MessageRecord[]

/** The group of a record; undefined for a record that is a message by itself. */
export function groupOf(records: Records, record: MessageRecord): Group | undefined {
  const named = namedGroupOf(records, record)
  if (named) return named
  const chain = chainFrom(records, rootOf(records, record) ?? record)
  return chain.length > 1 ? chain : undefined
}

/** The group that a record names, without that record if it is not stored yet; undefined if it names none. */
export function namedGroupOf(records: Records, record: MessageRecord): Group | undefined {
  const name = nameOf(record)
  return name === undefined ? undefined : namedGroup(records, name)
}

/** The group with a name; empty if no record of it is known. */
export function groupNamed(records: Records, name: string): Group {
  return namedGroup(records, AGENT + name)
}

/**
 * The records of the prompt that a response answers; empty while none is known. A response of a named group may name its prompt by the name
 * that the prompt's author chose. Other users may choose the same name, so the agent also gives the author. Some agents do not; the
 * author is then that of the prompt whose present version is the oldest. A user who takes another's name, also by changing an older
 * message, has a newer version, and so has one who deletes it.
 */
export function promptsNamed(records: Records, { replyTo, placement }: MessageRecord): Group {
  if (replyTo === undefined) return []
  const prompt = find(records, replyTo)
  if (prompt) return prompt.role === 'user' ? [prompt] : []
  if (placement?.group === undefined) return []
  return ofAuthor(calledSo(records, replyTo).toSorted(bySerial), placement.promptAuthor)
}

/**
 * The serial of the message that a record of a named group names in `parent`, `edits` or `again`; the name itself while none is known. Agents name what
 * they write; of prompts with one name the oldest counts, as for a response whose agent does not say who asked.
 */
export function messageNamed(records: Records, name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  const written = find(records, name) ?? indexed(records, name, writtenOf).toSorted(bySerial)[0]
  const message = written
    ? (namedGroupOf(records, written)?.[0] ?? written)
    : ofAuthor(calledSo(records, name).toSorted(bySerial), undefined)[0]
  return message?.id ?? name
}

function ofAuthor(all: Group, author: string | undefined): Group {
  const by = author ?? firstNamed(all)?.clientId
  return all.filter(({ clientId }) => clientId === by)
}

function firstNamed(all: Group): MessageRecord | undefined {
  const kept = all.filter(({ status }) => status !== 'deleted')
  // Of equal versions, the first by serial: `all` is in that order, and sorting keeps it.
  return (kept.length > 0 ? kept : all).toSorted((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0))[0]
}

/** The name of a prompt in the responses of named groups: the one that its author chose, because a key may depend on the order of arrival. */
export function nameOfPrompt({ key, placement }: MessageRecord): string {
  return placement?.group ?? key
}

/** Whether some prompt has this name. */
export function isCalled(records: Records, name: string): boolean {
  return calledSo(records, name).length > 0
}

/** Whether prompts of several authors have this name. */
export function isContested(records: Records, name: string): boolean {
  const [first, ...others] = calledSo(records, name)
  return others.some(({ clientId }) => clientId !== first?.clientId)
}

/** Whether the record may be no message by itself: its own placement can put it into a group, or it is given over. */
export function isPlaced(record: MessageRecord): boolean {
  const { placement } = record
  return placement?.group !== undefined || placement?.continues !== undefined || isGivenOver(record)
}

/** Whether an agent has given its response up for the one in `into`, which has taken the prompt in (P131). */
export function isGivenOver({ role, into, placement }: MessageRecord): boolean {
  return role === 'assistant' && into !== undefined && placement === undefined
}

/** The records that count: of a step that was tried again, only the last attempt. */
export function countingRecords(group: Group): Group {
  const last = new Map<string | undefined, string>()
  for (const { placement: { step, attempt = '' } = {} } of group) if (attempt > (last.get(step) ?? '')) last.set(step, attempt)
  return group.filter(
    ({ placement: { step, attempt } = {} }) => step === undefined || attempt === undefined || last.get(step) === attempt,
  )
}

/** The record that gives the group's status: the last mark, or without marks the last record. */
export function standingRecord(counting: Group): MessageRecord | undefined {
  return counting.findLast(isMark) ?? counting.at(-1)
}

/** Whether a record has no text and only gives its group's status. */
export function isMark({ placement }: MessageRecord): boolean {
  return placement?.mark === true
}

const AGENT = '\nagent\n'

/** The index key of a named group. Agents share it, because one may take over from another; users do not. No serial starts with a line break. */
function nameOf({ role, clientId, placement }: MessageRecord): string | undefined {
  if (placement?.group === undefined) return undefined
  return (role === 'assistant' ? AGENT : `\nuser\n${clientId}\n`) + placement.group
}

/** The serial of the record that this one continues. A record of a named group can continue only a record of the same group. */
function continuedBy({ role, placement, id }: MessageRecord): string | undefined {
  const continues = placement?.group === undefined && role === 'assistant' ? placement?.continues : undefined
  return continues !== undefined && continues < id ? continues : undefined
}

/** Records by the name of their group, or by the serial that they continue. */
const indexOf = memo((all: readonly MessageRecord[]) => byName(all, (record) => nameOf(record) ?? continuedBy(record)))

/** Prompts by name. */
const promptsOf = memo((all: readonly MessageRecord[]) =>
  byName(all, (record) => (record.role === 'user' ? nameOfPrompt(record) : undefined)),
)

/** What agents have written, by name. */
const writtenOf = memo((all: readonly MessageRecord[]) =>
  byName(all, ({ role, placement }) => (role === 'assistant' ? placement?.name : undefined)),
)

function byName(
  all: readonly MessageRecord[],
  nameOf: (record: MessageRecord) => string | undefined,
): ReadonlyMap<string, MessageRecord[]> {
  const index = new Map<string, MessageRecord[]>()
  for (const record of all) {
    const name = nameOf(record)
    const known = name === undefined ? undefined : index.get(name)
    if (known) known.push(record)
    else if (name !== undefined) index.set(name, [record])
  }
  return index
}

function calledSo(records: Records, name: string): Group {
  return indexed(records, name, promptsOf)
}

/** The index with current records: a recent record replaces its older version in the base. */
function indexed({ base, recent }: Records, name: string, index: Index = indexOf): Group {
  // An append changes a recent record only, so the index of the base stays valid.
  const older = index(base)
    .get(name)
    ?.filter(({ id }) => recentIndex(recent, id) < 0)
  return [...(older ?? []), ...(index(recent).get(name) ?? [])]
}

type Index = (all: readonly MessageRecord[]) => ReadonlyMap<string, Group>

function namedGroup(records: Records, name: string): Group {
  return indexed(records, name).toSorted(bySerial)
}

/** The first record of the chain that a record continues; undefined where one of those between is not known, or is by another author. */
function rootOf(records: Records, record: MessageRecord): MessageRecord | undefined {
  let root: MessageRecord | undefined
  // Serials fall from step to step, so this ends.
  for (let before = continuedBy(record); before !== undefined; before = continuedBy(root)) {
    root = find(records, before)
    if (!root || !belongs(root, record)) return undefined
  }
  return root
}

function chainFrom(records: Records, root: MessageRecord): Group {
  if (continuedBy(root) !== undefined) return []
  const all = [root]
  // The list grows as it is walked.
  for (const { id } of all) all.push(...indexed(records, id).filter((record) => belongs(root, record)))
  return all.toSorted(bySerial)
}

/** Nobody continues a response under another name, and a named group is continued only by its own records. */
function belongs(before: MessageRecord, { role, clientId }: MessageRecord): boolean {
  return before.role === role && before.clientId === clientId && before.placement?.group === undefined
}

function bySerial(a: MessageRecord, b: MessageRecord): number {
  return a.id < b.id ? -1 : 1
}
