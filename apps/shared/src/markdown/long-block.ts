import type { ParsedBlocks, TopBlock } from './parser.ts'
import type { Shape } from './shape.ts'

/** How a split block continues. */
export interface GoesOn {
  readonly kind: 'items' | 'rows' | 'code' | 'plain'
  /** Put before the rest when it is parsed: the head of a table, the line that opens code. */
  readonly head: string
  /** The code before the split. */
  readonly code: string
  /** The number of the next item in a numbered list. */
  readonly number: number
  /** Cells of the table that are not in its source, because rows are shorter than the head. */
  readonly empty: number
}

export interface Split {
  readonly at: number
  readonly goesOn: GoesOn
}

/** Characters. A longer list, table or quote continues in another one, from the next item, row or paragraph. */
const long = 16_384

/** Cells or items: a browser lays out a table or a list as a whole, however little of it is new. */
const mostCells = 2_000

/** Cells that a table may have without text for them in its source. */
const mostEmpty = 65_536

/** Characters. If a longer block has no place for a split, its rest is plain text. */
export const longest = 32_768

/** Characters of such a rest that are drawn as one paragraph. */
const longestPiece = 8_192

/** So many characters of code are parsed again in no noticeable time; longer code is split. */
const longestCode = 4_096

const nothing: GoesOn = { kind: 'plain', head: '', code: '', number: 1, empty: 0 }

/**
 * Finds where to split the first block that is too long. The place depends on the text only, not on how it arrived. Only code is
 * split where its text arrived, because its parts are one block again.
 *
 * @param before how the first block continues a split one
 * @param end what follows the source: nothing (`ended`), nothing yet (`growing`), or more of the text (`cut`)
 */
export function splitLong(
  source: string,
  parsed: ParsedBlocks,
  before: GoesOn | undefined,
  end: 'ended' | 'growing' | 'cut',
): Split | undefined {
  const { blocks, starts } = parsed
  for (const [index, block] of blocks.entries()) {
    const goesOn = index === 0 ? before : undefined
    const from = index === 0 ? (goesOn?.head.length ?? 0) : starts[block.lines[0]]!
    const length = Math.min(starts[block.lines[1]]!, source.length) - from
    const isLast = index === blocks.length - 1
    const { type } = block.tokens[0]!
    if (type === 'fence' && headOf(source, parsed, block, 1).length < longest) {
      const split = isLast && length > longestCode && end !== 'ended' ? splitCode(source, parsed, block, goesOn, end) : undefined
      if (split) return split
      continue
    }
    if (length <= long && block.tokens.filter(isCell).length <= mostCells) continue
    // A line is read with the line after it.
    const known = end === 'ended' ? starts.length : starts.length - 3
    const line = boundary(block, starts, from + long)
    if (line !== undefined && line < known) return { at: starts[line]!, goesOn: restOf(source, parsed, block, goesOn, line) }
    if (line === undefined && length > longest) return { at: endOf(source, from), goesOn: nothing }
    return undefined
  }
  return undefined
}

/** The next part of a rest that is plain text. */
export function plainPiece(
  rest: string,
  ended: boolean,
): { readonly text: string; readonly length: number; readonly settled: boolean; readonly last: boolean } {
  // After an empty line, a line without indentation begins another block.
  const close = /\n[ \t]*\n(?=\S)/.exec(rest.slice(0, 2 * longestPiece))
  const end = close ? close.index + close[0].length : rest.length
  const last = close !== null && end <= longestPiece
  const length = last ? end : rest.length > longestPiece ? endOf(rest, 0, longestPiece) : rest.length
  return { text: rest.slice(0, length).replace(/\s+$/, ''), length, settled: last || length < rest.length || ended, last }
}

/** The shape of the next part of a split block: a table without a head, a list with its next number. */
export function continued(shape: Shape, { kind, number }: GoesOn): Shape {
  if (kind === 'code') return shape
  const start = shape.tag === 'ol' && number !== 1 ? { start: String(number) } : undefined
  const children = kind === 'rows' ? shape.children.filter(({ tag }) => tag !== 'thead') : shape.children
  return { ...shape, attributes: { ...shape.attributes, ...start, 'data-goes-on': '' }, children }
}

/** The line of the first item, row, or block of a quote that begins at this character or after it, or after `mostCells`. */
function boundary({ tokens }: TopBlock, starts: readonly number[], from: number): number | undefined {
  let cells = 0
  // Number of open items. In an item lines do not repeat the marks of the blocks around them, so no split is possible there.
  let items = 0
  for (const token of tokens) {
    const { type, nesting, map, level } = token
    const begins = type === 'list_item_open' ? items === 0 : items === 0 && (type === 'tr_open' || quoted(tokens, type, nesting))
    if (begins && level > 0 && map && map[0] > tokens[0]!.map![0] && (starts[map[0]]! >= from || cells > mostCells)) return map[0]
    if (isCell(token)) cells++
    if (type === 'list_item_open' || type === 'list_item_close') items += nesting
  }
  return undefined
}

function isCell({ type }: TopBlock['tokens'][number]): boolean {
  return type === 'td_open' || type === 'list_item_open'
}

function quoted([first]: TopBlock['tokens'], type: string, nesting: number): boolean {
  return first!.type === 'blockquote_open' && nesting >= 0 && type !== 'inline' && !/^t[rhd]|^tbody|list_open$/.test(type)
}

function splitCode(
  source: string,
  parsed: ParsedBlocks,
  block: TopBlock,
  before: GoesOn | undefined,
  end: 'growing' | 'cut',
): Split | undefined {
  const { starts } = parsed
  const [first, last] = block.lines
  // The fence is closed.
  if (end === 'growing' ? last < starts.length - 1 : starts[last]! < source.length) return undefined
  const at = end === 'growing' ? source.lastIndexOf('\n') + 1 : endOfCode(source)
  const head = headOf(source, parsed, block, 1)
  if (at <= starts[first]! + head.length) return undefined
  return { at, goesOn: { ...nothing, kind: 'code', head, code: before?.code ?? '' } }
}

/** Where to cut, so that the rest of a line of code cannot look like the end of the code. */
function endOfCode(source: string): number {
  if (source.endsWith('\n')) return source.length
  const solid = /[^\s`~][\s`~\uDC00-\uDFFF]*$/.exec(source.slice(-longest))
  return solid ? source.length - solid[0].length : source.length
}

function restOf(source: string, parsed: ParsedBlocks, block: TopBlock, before: GoesOn | undefined, line: number): GoesOn {
  const { tokens } = block
  if (tokens[0]!.type === 'table_open') {
    const head = headOf(source, parsed, block, 2)
    const columns = tokens.filter(({ type }) => type === 'th_open').length
    const rows = line - block.lines[0] - 2
    const written = parsed.starts[line]! - parsed.starts[block.lines[0] + 2]!
    const empty = (before?.empty ?? 0) + Math.max(0, rows * columns - written)
    return empty > mostEmpty ? nothing : { ...nothing, kind: 'rows', head, empty }
  }
  const ordered = tokens[0]!.type === 'ordered_list_open'
  const first = before && ordered ? before.number : Number(tokens[0]!.attrGet('start') ?? 1)
  const items = tokens.filter(({ type, level, map }) => type === 'list_item_open' && level === 1 && map![0] < line).length
  return { ...nothing, kind: 'items', number: ordered ? first + items : 1 }
}

function headOf(source: string, { starts }: ParsedBlocks, { lines: [first] }: TopBlock, lines: number): string {
  return source.slice(starts[first], starts[first + lines] ?? source.length)
}

/** The last end of a line within `most` characters; without one, of a word; without one, of a character. */
function endOf(source: string, from: number, most = longest): number {
  const end = from + most
  const line = source.lastIndexOf('\n', end - 1) + 1
  if (line > from) return line
  const word = source.lastIndexOf(' ', end - 1) + 1
  if (word > from) return word
  return /[\uD800-\uDBFF]/.test(source[end - 1]!) ? end - 1 : end
}
