import type { Placement } from '@streamfold/core'
import { readAsOne } from './framed.ts'

/** What decides how a record combines with others: of one that a reader has folded, or of one that the server holds. */
export interface ExpectedRecord {
  readonly id: string
  readonly role: string
  readonly clientId: string | undefined
  readonly placement: Placement | undefined
  readonly text: string
  /** The format of the text. */
  readonly format?: string | undefined
  readonly status: string
}

/** A message as its records make it. */
export interface ExpectedMessage {
  readonly id: string
  readonly text: string
  readonly status: string
  readonly records: readonly ExpectedRecord[]
}

/**
 * The messages that records make, told in the plainest way from PROTOCOL.md: with no index, no memory and no order but that of the
 * serials. `compose` must agree with it.
 */
export function expectedMessages(records: readonly ExpectedRecord[]): readonly ExpectedMessage[] {
  const all = records.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const groups = new Map<string, ExpectedRecord[]>()
  for (const record of all) {
    const name = groupName(record, all)
    groups.set(name, [...(groups.get(name) ?? []), record])
  }
  return [...groups.values()].map((group) => ({ id: group[0]!.id, records: group, ...combined(group) }))
}

function groupName(record: ExpectedRecord, all: readonly ExpectedRecord[]): string {
  const { role, clientId, placement } = record
  if (placement?.group !== undefined) return `named ${role === 'assistant' ? '' : clientId} ${placement.group}`
  let root = record
  for (let before = continued(root); before !== undefined; before = continued(root)) {
    const known = all.find(({ id }) => id === before)
    const joins = known?.role === role && known.clientId === clientId && known.placement?.group === undefined
    // What continues a message that is not known, or another author's, is a message by itself.
    if (!joins) return record.id
    root = known
  }
  return root.id
}

/** Only an agent continues a response, and only an older one. */
function continued({ id, role, placement }: ExpectedRecord): string | undefined {
  const before = placement?.group === undefined && role === 'assistant' ? placement?.continues : undefined
  return before !== undefined && before < id ? before : undefined
}

function combined(group: readonly ExpectedRecord[]): { readonly text: string; readonly status: string } {
  const first = group[0]!
  if (first.placement?.group === undefined) {
    if (first.status === 'deleted') return { text: '', status: 'deleted' }
    const contents = group.map(({ text, format }) => ({ text, framed: format === 'parts/1' }))
    return { text: readAsOne(contents, first.role).text, status: group.at(-1)!.status }
  }
  const counting = group.filter((record) => counts(record, group))
  const texts = counting.filter(({ placement }) => !placement!.mark)
  const standing = counting.findLast(({ placement }) => placement!.mark) ?? counting.at(-1)!
  const gone = texts.some(({ status }) => status === 'deleted') && texts.every(({ text }) => text === '')
  const text = joinedBlocks(texts.map((record) => [readAlone(record), record.placement!.continues !== undefined]))
  return { text, status: gone ? 'deleted' : standing.status }
}

function readAlone({ text, format, role }: ExpectedRecord): string {
  return format === undefined ? text : readAsOne([{ text, framed: true }], role).text
}

/** Blocks of text with a blank line between them, where they have none themselves. White space alone is no block. */
export function joinedBlocks(texts: readonly (readonly [text: string, continues: boolean])[]): string {
  const blocks: string[] = []
  for (const [text, continues] of texts.filter(([text]) => text !== ''))
    if (continues && blocks.length > 0) blocks[blocks.length - 1] += text
    else blocks.push(text)
  let all = ''
  for (const block of blocks) {
    if (all !== '' && block.trim() !== '') {
      const present = Math.min(2, /\n*$/.exec(all)![0].length) + Math.min(2, /^\n*/.exec(block)![0].length)
      all += '\n'.repeat(Math.max(0, 2 - present))
    }
    all += block
  }
  return all
}

/** Of a step that was tried again the last attempt counts. */
function counts({ placement }: ExpectedRecord, group: readonly ExpectedRecord[]): boolean {
  const { step, attempt } = placement!
  if (step === undefined || attempt === undefined) return true
  return group.every(({ placement: other }) => other!.step !== step || (other!.attempt ?? '') <= attempt)
}
