import type { Env, MarkdownIt as Parser, StateBlock, StateInline, Token } from 'markdown-it'
import MarkdownIt from 'markdown-it'
import { addOpenEnd } from './open-end.ts'

/** The definitions of a document's reference links, by their normalised label. */
export type Definitions = NonNullable<Env['references']>

/** One block of the document itself, with all that is inside it. */
export interface TopBlock {
  readonly tokens: readonly Token[]
  /** Its first line, and the line after its last. */
  readonly lines: readonly [number, number]
}

export interface ParsedBlocks {
  readonly blocks: readonly TopBlock[]
  /** Where each line begins. One more than there are lines: the last is the end. */
  readonly starts: readonly number[]
  readonly definitions: Definitions
}

/** Tokens between two pauses. A bracket is the most expensive: 3 µs. */
const pause = 256

/** markdown-it drops what is nested deeper than 100 levels. Text of a model is never dropped, so this has to be less. */
const deepest = 96

const mostColumns = 1_000

const md = createParser()

/**
 * Parses the blocks of a text. `parseInline` parses the text inside them.
 *
 * @param open whether more text may follow
 */
export function parseBlocks(source: string, open: boolean): ParsedBlocks {
  const tokens: Token[] = []
  const env: Env = { references: Object.create(null) as Definitions, open }
  const state = new md.block.State(source, md, env, tokens)
  md.block.tokenize(state, 0, state.lineMax)
  return { blocks: topBlocks(tokens), starts: state.bMarks, definitions: env.references! }
}

/**
 * Parses the text of a paragraph, heading or cell, with pauses.
 *
 * @param open whether more text may follow
 */
export function* parseInline(content: string, references: Definitions, open: boolean): Generator<void, readonly Token[]> {
  const env: Env = { references, open }
  const tokens: Token[] = []
  const state = new md.inline.State(content, md, env, tokens)
  const rules = md.inline.ruler.getRules('')
  for (let steps = 1; state.pos < state.posMax; steps++) {
    let read = false
    for (const rule of rules) if ((read = rule(state, false))) break
    if (!read) state.pending += content[state.pos++] ?? ''
    if (steps % pause === 0) yield
  }
  if (state.pending) state.pushPending()
  for (const rule of md.inline.ruler2.getRules('')) {
    rule(state)
    if (content.length > 8_000) yield
  }
  // A search for addresses takes as long as all other rules together, so it runs only if there may be one.
  if (!/[:@]|www\./i.test(content)) return tokens
  const parent = new state.Token('inline', '', 0)
  parent.content = content
  parent.children = tokens
  const core = new md.core.State(content, md, env)
  core.tokens = [parent]
  for (const rule of md.core.ruler.getRules('')) rule(core)
  return parent.children
}

/** The language that a fence names; empty where it names none. */
export function languageOf(info: string): string {
  return md.utils.unescapeAll(info).trim().split(/\s+/, 1)[0] ?? ''
}

function createParser(): Parser {
  const parser = new MarkdownIt({ html: false, linkify: true })
  // An address is shown as the model wrote it, also if it is encoded.
  parser.normalizeLinkText = (address) => address
  // GFM links these too.
  parser.linkify.add('www.', {
    validate(text, at, { re }) {
      const address = new RegExp(re.get_url_host_port().source + re.get_path().source, 'iy')
      address.lastIndex = at
      return address.exec(text)?.[0].length ?? 0
    },
    normalize(match) {
      match.url = `http://${match.url}`
    },
  })
  // GFM: marks at the end of an address are not part of it.
  const { linkify } = parser
  const [match, matchAtStart] = [linkify.match.bind(linkify), linkify.matchAtStart.bind(linkify)]
  linkify.match = (text) => match(text)?.map(withoutMarks) ?? null
  linkify.matchAtStart = (text) => {
    const found = matchAtStart(text)
    return found && withoutMarks(found)
  }
  // `parseBlocks` and `parseInline` do the work of the core's other rules, in steps.
  parser.core.ruler.enableOnly('linkify')
  const tokenize = parser.block.tokenize.bind(parser.block)
  parser.block.tokenize = (state, startLine, endLine) => {
    if (state.level < deepest) return tokenize(state, startLine, endLine)
    let end = startLine + 1
    while (end < endLine && (state.isEmpty(end) || state.sCount[end]! >= state.blkIndent)) end++
    state.push('paragraph_open', 'p', 1)
    const inline = state.push('inline', '', 0)
    inline.content = state.getLines(startLine, end, state.blkIndent, false).trim()
    inline.children = []
    state.push('paragraph_close', 'p', -1)
    state.line = end
  }
  unless(parser, 'table', isWide)
  // If a footnote were read as a definition, its text would be lost.
  unless(parser, 'reference', (state, line) => state.src.startsWith('[^', state.bMarks[line]! + state.tShift[line]!))
  parser.inline.ruler.before('autolink', 'line_break', readLineBreak)
  addOpenEnd(parser)
  return parser
}

/** Makes a rule for blocks skip some lines. */
function unless(parser: Parser, name: string, passesOver: (state: StateBlock, line: number) => boolean): void {
  const { ruler } = parser.block
  const { fn, alt } = ruler.__rules__.find((rule) => rule.name === name)!
  ruler.at(name, (state, line, ...rest) => !passesOver(state, line) && fn(state, line, ...rest), { alt })
}

type Match = NonNullable<ReturnType<Parser['linkify']['matchAtStart']>>

function withoutMarks(match: Match): Match {
  const marks = /[*_~]+$/.exec(match.raw)?.[0].length ?? 0
  if (marks === 0) return match
  match.lastIndex -= marks
  for (const part of ['raw', 'text', 'url'] as const) match[part] = match[part].slice(0, -marks)
  return match
}

/** Whether a line has more cells than a browser can lay out in time: then it is text. */
function isWide(state: StateBlock, line: number): boolean {
  const end = state.eMarks[line]!
  let cells = 0
  for (let at = state.bMarks[line]!; cells <= mostColumns; cells++) {
    at = state.src.indexOf('|', at) + 1
    if (at === 0 || at > end) return false
  }
  return true
}

/** Reads `<br>`, the only tag that has a meaning: models break lines in a table's cell with it, and Markdown has no mark for that. */
function readLineBreak(state: StateInline, silent: boolean): boolean {
  const [tag] = /^<br *\/?>/i.exec(state.src.slice(state.pos, state.pos + 8)) ?? []
  if (tag === undefined) return false
  if (!silent) state.push('hardbreak', 'br', 0)
  state.pos += tag.length
  return true
}

function topBlocks(tokens: readonly Token[]): TopBlock[] {
  const blocks: TopBlock[] = []
  let from = 0
  for (const [index, { level, nesting }] of tokens.entries()) {
    if (level > 0 || nesting > 0) continue
    const [first, end] = tokens[from]!.map!
    blocks.push({ tokens: tokens.slice(from, index + 1), lines: [first, end] })
    from = index + 1
  }
  return blocks
}
