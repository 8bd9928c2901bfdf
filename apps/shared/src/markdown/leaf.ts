import type { Token } from 'markdown-it'
import { append, inlineShapes } from './inline-shapes.ts'
import type { Definitions } from './parser.ts'
import { parseInline } from './parser.ts'
import type { Shape } from './shape.ts'
import { textShape } from './shape.ts'

/** The text of a paragraph, heading or cell, as it was drawn. */
export interface Leaf {
  readonly content: string
  /** Whether more text may follow. */
  readonly open: boolean
  readonly shapes: readonly Shape[]
  /** Its labels without a known definition. */
  readonly missing: ReadonlySet<string>
  readonly settled: Settled
}

/** The beginning of a text whose meaning later text cannot change: it is not parsed again. */
interface Settled {
  /** Characters. */
  readonly length: number
  /** Number of shapes that are completely in it. */
  readonly shapes: number
  /** Its part of the next shape, which is a text. */
  readonly text: string
  /** The length of the text at which more of it may have settled. */
  readonly next: number
}

/** Marks of emphasis are paired without a pause. A text with more of them is shown as plain text. */
const mostMarks = 2_000

/** CommonMark allows 999 characters in a label, and a string may count each as two. */
const longestLabel = 2_000

/** So many characters are parsed again in no noticeable time. */
const short = 48

const nothing: Settled = { length: 0, shapes: 0, text: '', next: short }

/**
 * Parses a text, with pauses.
 *
 * @param open whether more text may follow
 * @param before the leaf that was drawn in its place; its settled beginning is kept
 */
export function* parseLeaf(content: string, definitions: Definitions, open: boolean, before?: Leaf): Generator<void, Leaf> {
  if (countMarks(content) > mostMarks)
    return { content, open, shapes: [textShape(content)], missing: new Set(), settled: nothing }
  const goesOn = before && content.startsWith(before.content.slice(0, before.settled.length))
  const missing = new Set(goesOn ? before.missing : [])
  const references = new Proxy(definitions, {
    get(known, label: string) {
      if (!known[label] && label.length <= longestLabel) missing.add(label)
      return known[label]
    },
  })
  let settled = goesOn ? before.settled : nothing
  const shapes = goesOn ? before.shapes.slice(0, settled.shapes) : []
  append(shapes, settled.text)
  if (open && content.length >= settled.next) {
    const end = lastWord(content)
    const tokens = end > settled.length ? yield* parseInline(content.slice(settled.length, end), references, false) : []
    if (end > settled.length && isComplete(tokens)) {
      join(shapes, yield* inlineShapes(tokens, false))
      const last = shapes.at(-1)
      const text = last?.kind === 'text' ? last.text : ''
      settled = { length: end, shapes: shapes.length - (text === '' ? 0 : 1), text, next: end + short }
    } else settled = { ...settled, next: content.length + Math.max(short, (content.length - settled.length) / 2) }
  }
  const rest = yield* parseInline(content.slice(settled.length), references, open)
  join(shapes, yield* inlineShapes(rest, open))
  return { content, open, shapes, missing, settled }
}

function join(shapes: Shape[], more: readonly Shape[]): void {
  for (const shape of more) {
    if (shape.kind === 'text') append(shapes, shape.text)
    else shapes.push(shape)
  }
}

/** Where the last word begins. */
function lastWord(content: string): number {
  let at = content.length - 1
  while (at > 0 && !(isSpace(content, at - 1) && !isSpace(content, at))) at--
  return at
}

function isSpace(content: string, at: number): boolean {
  // A tab at the beginning of a continued line belongs to the line break before it.
  return content[at] === ' ' || content[at] === '\n' || content[at] === '\t'
}

/** Whether later text cannot change these tokens: none of their marks waits for another half. Their text ends with a space. */
function isComplete(tokens: readonly Token[]): boolean {
  let brackets = 0
  for (const { type, content } of tokens) {
    if (type !== 'text') continue
    if (/[*~](?!\s)|(?<![\p{L}\p{N}])_(?!\s)|`|\]\(|<br *$/iu.test(content)) return false
    for (const character of content) {
      if (character === '[') brackets++
      else if (character === ']') brackets = Math.max(0, brackets - 1)
    }
  }
  return brackets === 0
}

function countMarks(content: string): number {
  if (content.length <= mostMarks) return 0
  let marks = 0
  for (const character of content) if (character === '*' || character === '_' || character === '~') marks++
  return marks
}
