import type { Token } from 'markdown-it'
import { blockShape, markTasks } from './block-shapes.ts'
import { draw } from './draw.ts'
import { inlineShapes } from './inline-shapes.ts'
import { heldFrom, withoutLooseEnd } from './open-end.ts'
import type { Definitions, ParsedBlocks, TopBlock } from './parser.ts'
import { parseBlocks, parseInline } from './parser.ts'
import type { Shape } from './shape.ts'
import { textShape } from './shape.ts'

/** A Markdown document that grows at its end, drawn into an element. */
export interface MarkdownDocument {
  /** @param final whether this was the last text */
  add(text: string, final: boolean): void
  /** Characters that may still change their meaning. */
  readonly unsettled: number
  /** Draws all that was added, with pauses; at some of them the browser has enough to lay out for this frame. */
  draw(): Generator<'frame' | void>
}

/** The text of a paragraph, heading or cell, as it was drawn. */
interface Leaf {
  readonly content: string
  readonly open: boolean
  readonly shapes: readonly Shape[]
  /** Labels in it that no definition was known for. */
  readonly missing: ReadonlySet<string>
}

/** Where a text was put: its shapes are some of the children of an element. */
interface Place {
  readonly leaf: Leaf
  readonly children: readonly Shape[]
  readonly from: number
}

/** Characters that are parsed at a time, and drawn in a frame, unless one block is longer: a browser takes ten times as long to lay them out. */
const step = 8_192

/** A longer paragraph, heading or cell is plain text: no reader needs its marks, and a browser cannot lay it out in time. */
const longestLeaf = 100_000

/** What opens and closes emphasis is paired in one go: with more of it, a paragraph is plain text as well. */
const mostMarks = 2_000

/** CommonMark: a longer label is none. Some characters count as two here. */
const longestLabel = 2_000

/**
 * Blocks settle from the front: a settled block is never parsed again, and its nodes are never replaced. What is behind the
 * last settled block is parsed again with each text.
 *
 * A link may be defined behind its use. A settled text that names a label without a definition waits for it: when the
 * definition is settled, the text is parsed once more, and what changes in it is drawn.
 */
export function createDocument(root: HTMLElement): MarkdownDocument {
  const definitions: Definitions = Object.create(null) as Definitions
  const waiting = new Map<string, Set<Leaf>>()
  let tail = ''
  let undecided = ''
  let ended = false
  let dirty = false
  /** What stands at the end of the element and is not settled. */
  let open: Shape[] = []
  let openLeaves: readonly Leaf[] = []

  function* pass(size: number): Generator<void, number> {
    const cut = size < tail.length ? tail.lastIndexOf('\n', size - 1) + 1 : tail.length
    const whole = cut === tail.length
    if (cut === 0 && !whole) return size * 2
    const growing = whole && !ended
    const source = growing ? tail.slice(0, heldFrom(tail)) : tail.slice(0, cut)
    const parsed = parseBlocks(source, growing)
    const { blocks, starts } = parsed
    const settled = whole && ended ? blocks.length : countSettled(source, parsed)
    if (!whole && settled === 0) return size * 2
    const known = settleDefinitions(blocks.slice(0, settled), parsed.definitions)
    if (known.length > 0) yield* redrawWaiting(known)

    const drawn = whole ? blocks : blocks.slice(0, settled)
    const shapes: Shape[] = []
    const places: Place[] = []
    let settledShapes = 0
    let settledPlaces = 0
    for (const [index, { tokens }] of drawn.entries()) {
      const last = growing && index === blocks.length - 1
      const end = last && !endsEmpty(source) ? tokens.findLast(({ type }) => type === 'inline') : undefined
      markTasks(tokens)
      const shape = yield* blockShape(tokens, (token, into) => readLeaf(token, token === end, into, places), last)
      if (shape) shapes.push(shape)
      if (index < settled) {
        settledShapes = shapes.length
        settledPlaces = places.length
      }
    }
    yield* draw(root, whole ? open : open.slice(0, shapes.length), shapes)
    open = whole ? shapes.slice(settledShapes) : open.slice(shapes.length)
    const leaves = places.map(asDrawn)
    openLeaves = whole ? leaves.slice(settledPlaces) : []
    for (const leaf of leaves.slice(0, settledPlaces)) wait(leaf)
    const next = drawn[settled]
    tail = tail.slice(next ? starts[next.lines[0]] : settled === 0 ? 0 : starts[blocks[settled - 1]!.lines[1]])
    return whole ? 0 : step
  }

  function* readLeaf(token: Token, atEnd: boolean, into: Shape[], places: Place[]): Generator<void> {
    const before = openLeaves[places.length]
    const content = atEnd ? withoutLooseEnd(token.content) : token.content
    const leaf = before?.content === content && before.open === atEnd ? before : yield* parseLeaf(content, atEnd)
    places.push({ leaf, children: into, from: into.length })
    into.push(...leaf.shapes)
  }

  function* parseLeaf(content: string, atEnd: boolean): Generator<void, Leaf> {
    if (content.length > longestLeaf || countMarks(content) > mostMarks)
      return { content, open: atEnd, shapes: [textShape(content)], missing: new Set() }
    const missing = new Set<string>()
    const references = new Proxy(definitions, {
      get(known, label: string) {
        if (!known[label] && label.length <= longestLabel) missing.add(label)
        return known[label]
      },
    })
    const tokens = yield* parseInline(content, references, atEnd)
    return { content, open: atEnd, shapes: yield* inlineShapes(tokens, atEnd), missing }
  }

  /** @returns the labels that were not defined before. Of several definitions the first counts. */
  function settleDefinitions(blocks: readonly TopBlock[], found: Definitions): string[] {
    const known: string[] = []
    for (const { tokens } of blocks) {
      for (const { type, meta } of tokens) {
        const label = type === 'reference_definition' ? String(meta?.['label']) : undefined
        if (label === undefined || definitions[label]) continue
        definitions[label] = found[label]!
        known.push(label)
      }
    }
    if (known.length > 0) openLeaves = []
    return known
  }

  function* redrawWaiting(labels: readonly string[]): Generator<void> {
    for (const label of labels) {
      const leaves = waiting.get(label)
      waiting.delete(label)
      for (const leaf of leaves ?? []) {
        for (const missing of leaf.missing) waiting.get(missing)?.delete(leaf)
        const again = yield* parseLeaf(leaf.content, false)
        const shapes = [...again.shapes]
        const parent = leaf.shapes[0]?.outer?.parentElement
        if (parent) yield* draw(parent, leaf.shapes, shapes)
        wait({ ...again, shapes })
      }
    }
  }

  function wait(leaf: Leaf): void {
    for (const label of leaf.missing) {
      const leaves = waiting.get(label) ?? new Set()
      waiting.set(label, leaves.add(leaf))
    }
  }

  return {
    get unsettled() {
      return tail.length
    },
    add(text, final) {
      const all = undecided + text
      // Half a line end, or half a character.
      undecided = final ? '' : (/[\r\uD800-\uDBFF]$/.exec(all)?.[0] ?? '')
      tail += all
        .slice(0, all.length - undecided.length)
        .replace(/\r\n?/g, '\n')
        .replaceAll('\0', '\uFFFD')
      ended = final
      dirty = true
    },
    *draw() {
      while (dirty) {
        dirty = false
        for (let size = step; size > 0;) {
          size = yield* pass(size)
          if (size > 0) yield 'frame'
        }
      }
    },
  }
}

/** A text with the shapes that were drawn: those that were drawn before, elsewhere, were copied. */
function asDrawn({ leaf, children, from }: Place): Leaf {
  return { ...leaf, shapes: children.slice(from, from + leaf.shapes.length) }
}

/** How many blocks no further text can change. */
function countSettled(source: string, { blocks, starts }: ParsedBlocks): number {
  const complete = source.endsWith('\n') ? starts.length - 1 : starts.length - 2
  const isEmpty = (line: number) => source.slice(starts[line], starts[line + 1]).trim() === ''
  let settled = blocks.length
  while (settled > 0) {
    const { tokens, lines } = blocks[settled - 1]!
    const next = blocks[settled]
    const [{ type }] = tokens as readonly [Token]
    const end = lines[1]
    const isolated = end < complete && isEmpty(end)
    const definition = type === 'reference_definition'
    // What follows may still become a part of this: a line is read with the one behind it, and a title may have many lines.
    const followed = next && complete >= next.lines[0] + 2 && !(definition && next.lines[0] === end)
    // An empty line, and a letter where the line begins: nothing that came before goes on there.
    const begun = next && isEmpty(next.lines[0] - 1) && /^\p{L}/u.test(source.slice(starts[next.lines[0]]).slice(0, 2))
    if (followed || begun || (isolated && !growsBeyondEmpty.has(type))) return settled
    settled--
  }
  return 0
}

/** What goes on behind an empty line. */
const growsBeyondEmpty: ReadonlySet<string> = new Set(['bullet_list_open', 'ordered_list_open', 'code_block'])

function countMarks(content: string): number {
  if (content.length <= mostMarks) return 0
  let marks = 0
  for (const character of content) if (character === '*' || character === '_' || character === '~') marks++
  return marks
}

/** Whether the last line is empty: nothing of the line before it goes on. */
function endsEmpty(source: string): boolean {
  const end = source.lastIndexOf('\n')
  if (end < 0 || source.slice(end).trim() !== '') return false
  return source.slice(source.lastIndexOf('\n', end - 1) + 1, end).trim() === ''
}
