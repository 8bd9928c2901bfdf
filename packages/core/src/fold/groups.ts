import { memo } from '../shared/memo.ts'
import type { MessageRecord } from './record.ts'
import type { Records } from './record-list.ts'
import { find, recentIndex } from './record-list.ts'

/**
 * The records of one message group, in the order of their serials. Two things make a group: records that name the same `group`, and a
 * record with those that continue it (a response longer than the message limit). Everything here is derived from the records, so
 * their order of arrival does not matter.
 */
export type Group = readonly MessageRecord[]

/** The group that a record is in; undefined for one that is a message by itself. */
export function groupOf(records: Records, record: MessageRecord): Group | undefined {
  const named = namedGroupOf(records, record)
  if (named) return named
  const chain = chainFrom(records, rootOf(records, record) ?? record)
  return chain.length > 1 ? chain : undefined
}

/** The group that a record names, without it where the records do not have it yet; undefined for one that names none. */
export function namedGroupOf(records: Records, record: MessageRecord): Group | undefined {
  const name = nameOf(record)
  return name === undefined ? undefined : namedGroup(records, name)
}

/** The group that agents call so; empty when none of its records is known. */
export function groupNamed(records: Records, name: string): Group {
  return namedGroup(records, AGENT + name)
}

/**
 * The records of the prompt that a response answers; empty while none is known. In a named group the response may name it by what its
 * author calls it. Other users may call theirs the same, before or after, so the agent says who the author is.
 */
export function promptsNamed(records: Records, { replyTo, placement }: MessageRecord): Group {
  if (replyTo === undefined) return []
  const prompt = find(records, replyTo)
  if (prompt) return prompt.role === 'user' ? [prompt] : []
  if (placement?.group === undefined) return []
  const all = calledSo(records, replyTo).toSorted(bySerial)
  const author = placement.promptAuthor ?? all[0]?.clientId
  return all.filter(({ clientId }) => clientId === author)
}

/** What responses of a named group call a prompt: the name that its author gave it, never a key that depends on the order of arrival. */
export function nameOfPrompt({ key, placement }: MessageRecord): string {
  return placement?.group ?? key
}

/** Whether some prompt has this name. */
export function isCalled(records: Records, name: string): boolean {
  return calledSo(records, name).length > 0
}

/** Whether a record may be in a group without any other saying so. */
export function isPlaced({ placement }: MessageRecord): boolean {
  return placement?.group !== undefined || placement?.continues !== undefined
}

/** Of a step that was tried again only the last attempt counts. */
export function countingRecords(group: Group): Group {
  const last = new Map<string | undefined, string>()
  for (const { placement: { step, attempt = '' } = {} } of group) if (attempt > (last.get(step) ?? '')) last.set(step, attempt)
  return group.filter(
    ({ placement: { step, attempt } = {} }) => step === undefined || attempt === undefined || last.get(step) === attempt,
  )
}

/** The record that says how its group stands: the last mark, or where there is none the last record. */
export function standingRecord(counting: Group): MessageRecord | undefined {
  return counting.findLast(isMark) ?? counting.at(-1)
}

export function isMark({ placement }: MessageRecord): boolean {
  return placement?.mark === true
}

const AGENT = '\nagent\n'

/** One agent may take over from another; no user may write into another's prompt. No serial begins with a line break. */
function nameOf({ role, clientId, placement }: MessageRecord): string | undefined {
  if (placement?.group === undefined) return undefined
  return (role === 'assistant' ? AGENT : `\nuser\n${clientId}\n`) + placement.group
}

/** The serial of the record that this one continues. A record of a named group continues only another of it. */
function continuedBy({ role, placement, id }: MessageRecord): string | undefined {
  const continues = placement?.group === undefined && role === 'assistant' ? placement?.continues : undefined
  return continues !== undefined && continues < id ? continues : undefined
}

/** The records that name a group, or that continue a record, by its name or serial. */
const indexOf = memo((all: readonly MessageRecord[]) => byName(all, (record) => nameOf(record) ?? continuedBy(record)))

/** The prompts of a name. */
const promptsOf = memo((all: readonly MessageRecord[]) =>
  byName(all, (record) => (record.role === 'user' ? nameOfPrompt(record) : undefined)),
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

/** What the index has, as it is now: a base record that is also among the recent is an older version of it. */
function indexed({ base, recent }: Records, name: string, index: Index = indexOf): Group {
  // An append changes a recent record only, so the index of the base records outlives it.
  const older = index(base)
    .get(name)
    ?.filter(({ id }) => recentIndex(recent, id) < 0)
  return [...(older ?? []), ...(index(recent).get(name) ?? [])]
}

type Index = (all: readonly MessageRecord[]) => ReadonlyMap<string, Group>

function namedGroup(records: Records, name: string): Group {
  return indexed(records, name).toSorted(bySerial)
}

/** The first record of the chain that a record continues. */
function rootOf(records: Records, record: MessageRecord): MessageRecord | undefined {
  let root: MessageRecord | undefined
  // Serials fall from step to step, so this ends.
  for (let before = continuedBy(record); before !== undefined; before = root && continuedBy(root)) root = find(records, before)
  return root && belongs(root, record) ? root : undefined
}

function chainFrom(records: Records, root: MessageRecord): Group {
  if (continuedBy(root) !== undefined) return []
  const all = [root]
  // The list grows as it is walked.
  for (const { id } of all) all.push(...indexed(records, id))
  return all.filter((record) => record === root || belongs(root, record)).toSorted(bySerial)
}

/** Nobody continues a response under another name, and a named group is continued only by its own records. */
function belongs(root: MessageRecord, { role, clientId }: MessageRecord): boolean {
  return root.role === role && root.clientId === clientId && root.placement?.group === undefined
}

function bySerial(a: MessageRecord, b: MessageRecord): number {
  return a.id < b.id ? -1 : 1
}
