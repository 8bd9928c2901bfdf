import type { Delimiter, MarkdownIt, StateBlock, StateInline } from 'markdown-it'

/**
 * Adds rules for the end of a text that is still being written. They show at once what its marks most likely mean, so that text is
 * styled as it appears, not when a mark is closed. They do not apply to the final text.
 */
export function addOpenEnd(md: MarkdownIt): void {
  md.block.ruler.before('lheading', 'open_table', openTable)
  md.inline.ruler.before('backticks', 'open_code', openCode)
  md.inline.ruler.after('image', 'open_link', openLink)
  md.inline.ruler2.after('balance_pairs', 'open_emphasis', openEmphasis)
}

/** Longer lines are text, whatever they begin with. */
const longestLine = 200
/** The beginning of the definition of a link. */
const definition = String.raw`^[-\s>*+]*(?:\d{1,9}[.)]\s+)?\[[^\]]+\]:\s*`
const heldLines = [
  // Marks alone: a bullet, a rule, a fence, the line below a heading or the head of a table, a number before its point.
  /^[-+*=_#|:~`>\s]*(?:\d{1,9}[.)]?\s*)?$/,
  /^\s*[->*+\d.) \t]*(?:`{3,}[^`]*|~{3,}.*)$/,
  new RegExp(String.raw`${definition}\S*$`),
]
const label = new RegExp(`${definition}$`)
/** Of a definition whose label is on the line before. */
const address = /^[\s>]*\S*$/

/** The start of the last line, if its kind is not known yet; otherwise the end of the text. */
export function heldFrom(source: string): number {
  const start = source.lastIndexOf('\n') + 1
  if (source.length - start > longestLine) return source.length
  const line = source.slice(start)
  const before = source.slice(Math.max(source.lastIndexOf('\n', start - 2) + 1, start - longestLine), start)
  const held = heldLines.some((shape) => shape.test(line)) || (address.test(line) && label.test(before))
  return held ? start : source.length
}

/** A paragraph without the marks at its end, which may begin or end anything, and without half a task's mark. */
export function withoutLooseEnd(content: string): string {
  return /^\[[ xX]?\]?$/.test(content) ? '' : content.replace(/\\?(?:\*{1,3}|_{1,3}|~{1,2}|`{1,3}|!?\[)$|\\$/, '')
}

/** Reads a last line that begins like a table's head as one, although the line below it is not there yet. */
function openTable(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if (silent || state.env['open'] !== true || startLine !== endLine - 1) return false
  const line = state.src.slice(state.bMarks[startLine]! + state.tShift[startLine]!, state.eMarks[startLine]).trim()
  if (!line.startsWith('|') || line.length > longestLine || state.src.length - state.eMarks[startLine]! > 1) return false
  const cells = line.slice(1).split(/(?<!\\)\|/)
  if (cells.length > 1 && cells.at(-1) === '') cells.pop()
  state.push('table_open', 'table', 1).map = [startLine, endLine]
  state.push('thead_open', 'thead', 1)
  state.push('tr_open', 'tr', 1)
  for (const cell of cells) {
    state.push('th_open', 'th', 1)
    const inline = state.push('inline', '', 0)
    inline.content = cell.trim().replaceAll('\\|', '|')
    inline.children = []
    state.push('th_close', 'th', -1)
  }
  state.push('tr_close', 'tr', -1)
  state.push('thead_close', 'thead', -1)
  state.push('table_close', 'table', -1)
  state.line = endLine
  return true
}

/** Code that is not closed yet. */
function openCode(state: StateInline, silent: boolean): boolean {
  if (state.env['open'] !== true || state.src[state.pos] !== '`' || state.posMax !== state.src.length) return false
  let start = state.pos + 1
  while (state.src[start] === '`') start++
  const marker = state.src.slice(state.pos, start)
  if (!mayOpen(state.src[state.pos - 1], state.src[start]) || lastRun(state, marker.length) >= start) return false
  if (!silent) {
    const token = state.push('code_inline', 'code', 0)
    token.markup = marker
    token.content = state.src.slice(start).replaceAll('\n', ' ')
  }
  state.pos = state.posMax
  return true
}

const runs = new WeakMap<StateInline, ReadonlyMap<number, number>>()

/** Where the last run of so many backticks begins. */
function lastRun(state: StateInline, length: number): number {
  let found = runs.get(state)
  if (!found) {
    found = new Map(Array.from(state.src.matchAll(/`+/g), ({ 0: run, index }) => [run.length, index]))
    runs.set(state, found)
  }
  return found.get(length) ?? -1
}

/** How far from the end a link may begin whose address is still being written. */
const longestLink = 1_000
const openAddress = /^(?:\(\s*(?:<[^<>\n]*>?|[^\s<]*)(?:\s+(?:"[^"]*"?|'[^']*'?|\([^()]*\)?)?\s*)?|\[[^\]]*)?$/

/** A link or image that is not closed yet: its text is shown, its address is not. */
function openLink(state: StateInline, silent: boolean): boolean {
  const { env, src, pos, posMax } = state
  const bracket = src[pos] === '!' ? pos + 1 : pos
  if (env['open'] !== true || src[bracket] !== '[' || silent || state.linkLevel > 0) return false
  if (posMax !== src.length || posMax - bracket > longestLink) return false
  if (bracket === pos && /[\p{L}\p{N}\])_]/u.test(src[pos - 1] ?? '')) return false
  const end = state.md.helpers.parseLinkLabel(state, bracket, true)
  if (end < 0) {
    state.pos = bracket + 1
    return true
  }
  const rest = src.slice(end + 1)
  if (!openAddress.test(rest) || (rest.startsWith('(') && count(rest, '(') <= count(rest, ')'))) return false
  state.pos = bracket + 1
  state.posMax = end
  state.linkLevel++
  state.md.inline.tokenize(state)
  state.linkLevel--
  state.pos = state.posMax = posMax
  return true
}

/** At most so many open marks, the last ones, count as emphasis: a text with more is a list of pointers or a formula. */
const mostOpen = 6

/** Emphasis that is not closed yet is closed at the end of the text. */
function openEmphasis(state: StateInline): boolean {
  const { env, tokens, delimiters } = state
  if (env['open'] !== true) return false
  const openers: Delimiter[] = []
  let covered = -1
  for (const [index, delimiter] of delimiters.entries()) {
    if (delimiter.end >= 0) covered = Math.max(covered, delimiter.end)
    else if (delimiter.open && index > covered && beginsWord(state, delimiter)) openers.push(delimiter)
  }
  for (const opener of openers.slice(-mostOpen).toReversed()) {
    const content = tokens[opener.token]!.content
    state.push('text', '', 0).content = content
    opener.end = delimiters.push({ ...opener, token: tokens.length - 1, end: -1, open: false, close: true }) - 1
  }
  return true
}

function beginsWord({ tokens }: StateInline, { token }: Delimiter): boolean {
  const mark = tokens[token]!.content
  let first = token
  let last = token
  while (tokens[first - 1]?.content === mark) first--
  while (tokens[last + 1]?.content === mark) last++
  const before = tokens[first - 1]?.content.at(-1)
  const after = tokens[last + 1]
  return mayOpen(before, after?.content[0] ?? (after ? 'x' : undefined))
}

/**
 * Whether a mark between these characters is likely to open something. `2*3`, `a_b` and `src/*` are not.
 * In scripts without spaces, letters are on both sides.
 */
function mayOpen(before = ' ', after = ' '): boolean {
  return /[\s([{"'“‘«„—–:>*_~-]|[^\p{ASCII}]/u.test(before) && !/[\s/.,;:*)\]}=|]/.test(after)
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}
