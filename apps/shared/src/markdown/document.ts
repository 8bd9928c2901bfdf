import type { Token } from 'markdown-it'
import { blockShape, markTasks } from './block-shapes.ts'
import type { Pause } from './draw.ts'
import { beginFrame, draw } from './draw.ts'
import type { Leaf } from './leaf.ts'
import { parseLeaf } from './leaf.ts'
import type { GoesOn } from './long-block.ts'
import { continued, longest, plainPiece, splitLong } from './long-block.ts'
import { heldFrom, withoutLooseEnd } from './open-end.ts'
import type { Definitions, ParsedBlocks, TopBlock } from './parser.ts'
import { parseBlocks } from './parser.ts'
import type { Shape } from './shape.ts'
import { costOf, elementShape, textShape } from './shape.ts'

/** A Markdown document that grows at its end, drawn into an element. */
export interface MarkdownDocument {
  /** @param final whether this was the last text */
  add(text: string, final: boolean): void
  /** Number of characters whose meaning later text may still change. */
  readonly unsettled: number
  /** Draws all text that was added, with pauses. At a pause `frame` the browser has enough to lay out for this frame. */
  draw(): Generator<Pause>
}

/** Where the shapes of a text are: among the children of an element. */
interface Place {
  readonly leaf: Leaf
  readonly children: readonly Shape[]
  readonly from: number
}

/** Characters that are parsed at a time, and drawn in a frame, unless one block is longer. Layout takes a browser ten times as long as parsing. */
const step = 8_192

/** Elements directly in the answer's element, and then in each part of it: a browser skips the parts that are out of view. */
const perPart = 1_000

/**
 * Creates a document. Its blocks settle from the front: a settled block is never parsed again, and its nodes are never replaced. The
 * text after the last settled block is parsed again for each new text.
 *
 * A link may be defined after its use. A settled text with an unknown label waits for the definition: when the definition is settled,
 * the text is parsed once more, and only the differences are drawn.
 *
 * A block that gets long is split, and the text before the split settles.
 */
export function createDocument(root: HTMLElement): MarkdownDocument {
  const definitions: Definitions = Object.create(null) as Definitions
  const waiting = new Map<string, Set<Leaf>>()
  let tail = ''
  let undecided = ''
  let ended = false
  let dirty = false
  /** The shapes at the end of the element that are not settled. */
  let open: Shape[] = []
  let openLeaves: readonly Leaf[] = []
  /** How a block continues that was split where `tail` begins. */
  let goesOn: GoesOn | undefined
  let part = root
  let inPart = 0

  function* pass(size: number): Generator<Pause, number> {
    if (goesOn?.kind === 'plain') return yield* passPlain()
    const lines = size < tail.length ? tail.lastIndexOf('\n', size - 1) + 1 : tail.length
    // A line this long is cut: its beginning has decided which block it is.
    const cut = lines === 0 && size > 2 * longest ? size : lines
    const whole = cut === tail.length
    if (cut === 0 && !whole) return size * 2
    const growing = whole && !ended
    const head = goesOn?.head ?? ''
    let source = head + (growing ? tail.slice(0, heldFrom(tail)) : tail.slice(0, cut))
    let parsed = parseBlocks(source, growing)
    const split = splitLong(source, parsed, goesOn, whole ? (ended ? 'ended' : 'growing') : 'cut')
    if (split) {
      source = source.slice(0, split.at)
      parsed = parseBlocks(source, false)
    }
    const { blocks, starts } = parsed
    const last = blocks.length - 1
    const settled = split || (whole && ended) ? blocks.length : countSettled(source, parsed)
    if (!whole && settled === 0) return size * 2
    const known = settleDefinitions(blocks.slice(0, settled), parsed.definitions)
    if (known.length > 0) yield* redrawWaiting(known)

    const all = whole && !split
    const drawn = all ? blocks : blocks.slice(0, settled)
    const shapes: Shape[] = []
    const places: Place[] = []
    let settledShapes = 0
    let settledPlaces = 0
    for (const [index, { tokens }] of drawn.entries()) {
      const atEnd = growing && !split && index === last
      const goesOnHere = split?.goesOn.kind === 'code' && index === last
      const open = atEnd || goesOnHere
      const end = atEnd && !endsEmpty(source) ? tokens.findLast(({ type }) => type === 'inline') : undefined
      markTasks(tokens)
      const before = index === 0 ? goesOn?.code : ''
      const shape = yield* blockShape(tokens, (token, into) => readLeaf(token, token === end, into, places), open, before)
      if (shape) shapes.push(index === 0 && goesOn ? continued(shape, goesOn) : shape)
      // Split code continues in the same block, which therefore stays open.
      if (index < settled && !goesOnHere) {
        settledShapes = shapes.length
        settledPlaces = places.length
      }
    }
    yield* drawOpen(shapes, all)
    inPart += sizeOf(open.slice(0, settledShapes))
    open = open.slice(settledShapes)
    const leaves = places.map(asDrawn)
    openLeaves = all ? leaves.slice(settledPlaces) : []
    for (const leaf of leaves.slice(0, settledPlaces)) wait(leaf)
    const next = drawn[settled]
    const read = split?.at ?? (next ? starts[next.lines[0]]! : settled === 0 ? 0 : starts[blocks[settled - 1]!.lines[1]]!)
    if (settled > 0) tail = tail.slice(Math.min(read, source.length) - head.length)
    if (settled > 0)
      goesOn = split && {
        ...split.goesOn,
        code: split.goesOn.code + (split.goesOn.kind === 'code' ? blocks[last]!.tokens[0]!.content : ''),
      }
    return all ? 0 : step
  }

  /** Draws the rest of a block that is too long as plain text, up to its end. */
  function* passPlain(): Generator<Pause, number> {
    const piece = plainPiece(tail, ended)
    const shape = elementShape('p', { dir: 'auto', 'data-plain': '', 'data-goes-on': '' }, [textShape(piece.text)])
    yield* drawOpen([shape], piece.length === tail.length)
    openLeaves = []
    if (!piece.settled) return 0
    inPart += sizeOf(open.slice(0, 1))
    open = open.slice(1)
    tail = tail.slice(piece.length)
    if (piece.last) goesOn = undefined
    return tail === '' ? 0 : step
  }

  /** @param all whether the shapes replace all open ones */
  function* drawOpen(shapes: Shape[], all: boolean): Generator<Pause> {
    if (inPart >= perPart && shapes.length > 0) beginPart()
    const before = all ? open : open.slice(0, shapes.length)
    yield* draw(part, before, shapes)
    open = all ? shapes : [...shapes, ...open.slice(shapes.length)]
  }

  /** Begins the next part of the answer, and moves the open shapes into it. */
  function beginPart(): void {
    inPart = 0
    part = document.createElement('div')
    part.className = 'part'
    part.append(...open.flatMap(({ outer }) => outer ?? []))
    root.append(part)
  }

  function* readLeaf(token: Token, atEnd: boolean, into: Shape[], places: Place[]): Generator<void> {
    const before = openLeaves[places.length]
    const content = atEnd ? withoutLooseEnd(token.content) : token.content
    const leaf =
      before?.content === content && before.open === atEnd ? before : yield* parseLeaf(content, definitions, atEnd, before)
    places.push({ leaf, children: into, from: into.length })
    into.push(...leaf.shapes)
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

  function* redrawWaiting(labels: readonly string[]): Generator<Pause> {
    for (const label of labels) {
      const leaves = waiting.get(label)
      waiting.delete(label)
      for (const leaf of leaves ?? []) {
        for (const missing of leaf.missing) waiting.get(missing)?.delete(leaf)
        const again = yield* parseLeaf(leaf.content, definitions, false)
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
      // The other half of a line end (CR LF), or of a character, may follow.
      undecided = final ? '' : (/[\r\uD800-\uDBFF]$/.exec(all)?.[0] ?? '')
      tail += all
        .slice(0, all.length - undecided.length)
        .replace(/\r\n?/g, '\n')
        .replaceAll('\0', '\uFFFD')
      ended = final
      dirty = true
    },
    *draw() {
      beginFrame()
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

/** The leaf with the shapes that were drawn: `draw` has copied those that were drawn in another place before. */
function asDrawn({ leaf, children, from }: Place): Leaf {
  return { ...leaf, shapes: children.slice(from, from + leaf.shapes.length) }
}

function sizeOf(shapes: readonly Shape[]): number {
  return shapes.reduce((sum, shape) => sum + costOf(shape) + sizeOf(shape.children), 0)
}

/** Number of blocks that no later text can change. */
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
    // The next block may still become a part of this one: a line is read with the line after it, and a definition's title may have many lines.
    const followed = next && complete >= next.lines[0] + 2 && !(definition && next.lines[0] === end)
    // After an empty line, a line that begins with a letter continues no block.
    const begun = next && isEmpty(next.lines[0] - 1) && /^\p{L}/u.test(source.slice(starts[next.lines[0]]).slice(0, 2))
    if (followed || begun || (isolated && !growsBeyondEmpty.has(type))) return settled
    settled--
  }
  return 0
}

/** Blocks that may continue after an empty line. */
const growsBeyondEmpty: ReadonlySet<string> = new Set(['bullet_list_open', 'ordered_list_open', 'code_block'])

/** Whether the last line is empty, so that the text before it has ended. */
function endsEmpty(source: string): boolean {
  const end = source.lastIndexOf('\n')
  if (end < 0 || source.slice(end).trim() !== '') return false
  return source.slice(source.lastIndexOf('\n', end - 1) + 1, end).trim() === ''
}
