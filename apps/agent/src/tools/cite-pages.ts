import type { Citation, TextStreamPart, ToolSet } from 'ai'
import type { FoundPages } from './found-pages.ts'

type Part = TextStreamPart<ToolSet>

/** A block of text of the model. */
interface Block {
  /** What readers receive of it. */
  text: string
  /** The beginning of what may be a reference. */
  held: string
  readonly citations: Citation[]
  /** References that were taken out, by their places in the text of the model. */
  readonly removed: { readonly at: number; readonly length: number }[]
}

const reference = / ?\[(\d{1,3}(?:, ?\d{1,3})*)\]/g
/** Also a whole reference: what comes behind it may make it a link. */
const beginning = /(?: ?\[[\d, ]{0,24}\]?| )$/

/**
 * Makes references in the text of a model, as in [1], citations of the pages that it has found. They leave the text: apps show a mark with the
 * number of the source in their place. Code, links and other numbers stay as they are.
 */
export async function* citePages<T extends { readonly type: string }>(
  stream: AsyncIterable<T | Part>,
  found: FoundPages,
): AsyncGenerator<T | Part> {
  const blocks = new Map<string, Block>()
  for await (const part of stream) {
    if (isDelta(part)) {
      const known = blocks.get(part.id)
      const block = known ?? { text: '', held: '', citations: [], removed: [] }
      if (!known) blocks.set(part.id, block)
      const text = take(block, part.text, found)
      if (text !== '' || part.providerMetadata) yield { ...part, text }
      continue
    }
    for (const [id, block] of blocks) {
      const text = release(block, found)
      if (text !== '') yield { type: 'text-delta', id, text }
    }
    if (!isEnd(part)) yield part
    else {
      yield cited(part, blocks.get(part.id))
      blocks.delete(part.id)
    }
  }
}

function isDelta(part: { readonly type: string }): part is Extract<Part, { readonly type: 'text-delta' }> {
  return part.type === 'text-delta'
}

function isEnd(part: { readonly type: string }): part is Extract<Part, { readonly type: 'text-end' }> {
  return part.type === 'text-end'
}

/** @returns what readers receive now */
function take(block: Block, delta: string, found: FoundPages): string {
  const text = block.held + delta
  block.held = found.count === 0 ? '' : (beginning.exec(text)?.[0] ?? '')
  return read(block, text.slice(0, text.length - block.held.length), found)
}

/** Nothing follows that could give what is held another meaning. */
function release(block: Block, found: FoundPages): string {
  const { held } = block
  block.held = ''
  return read(block, held, found)
}

function read(block: Block, text: string, found: FoundPages): string {
  const begin = block.text.length
  let from = 0
  for (const { 0: whole, 1: numbers = '', index } of text.matchAll(reference)) {
    const before = block.text + text.slice(from, index)
    const pages = numbers.split(',').flatMap((number) => found.page(Number(number)) ?? [])
    const isWhole = pages.length === numbers.split(',').length
    if (!isWhole || isOther(before, text.slice(index + whole.length))) continue
    block.text = before
    block.removed.push({ at: before.length, length: whole.length })
    const startIndex = startOf(block)
    block.citations.push(...pages.map((source) => ({ source, startIndex, endIndex: before.length })))
    from = index + whole.length
  }
  block.text += text.slice(from)
  return block.text.slice(begin)
}

/** Whether brackets with a number are no reference here. */
function isOther(before: string, behind: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const isLink = behind.startsWith('(') || (behind.startsWith(':') && line.trim() === '')
  const inCode = (before.match(/^ {0,3}(?:```|~~~)/gm)?.length ?? 0) % 2 === 1 || (line.match(/`/g)?.length ?? 0) % 2 === 1
  return isLink || inCode || before.endsWith('\\')
}

/** Where the sentence begins that the reference supports: that of the reference before, if nothing lies between them. */
function startOf({ text, citations }: Block): number {
  const last = citations.at(-1)
  if (last?.endIndex === text.length && last.startIndex !== undefined) return last.startIndex
  const from = Math.max(last?.endIndex ?? 0, text.lastIndexOf('\n') + 1)
  const sentence = [...text.slice(from).matchAll(/[.!?:]\s+(?=\S)/g)].at(-1)
  return sentence ? from + sentence.index + sentence[0].length : from
}

function cited(part: Extract<Part, { readonly type: 'text-end' }>, block: Block | undefined): Part {
  if (!block || block.citations.length === 0) return part
  const shifted = (index: number): number => index - removedBefore(index, block)
  const given = (part.citations ?? []).map(({ startIndex, endIndex, ...citation }) => ({
    ...citation,
    ...(startIndex !== undefined && { startIndex: shifted(startIndex) }),
    ...(endIndex !== undefined && { endIndex: shifted(endIndex) }),
  }))
  return { ...part, citations: [...given, ...block.citations] }
}

/** Characters of references that the model wrote before a place in its text. */
function removedBefore(index: number, { removed }: Block): number {
  let length = 0
  for (const each of removed) length += Math.max(0, Math.min(each.length, index - each.at - length))
  return length
}
