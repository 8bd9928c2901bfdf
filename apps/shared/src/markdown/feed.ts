import type { Parser } from 'streaming-markdown'
import { Token, parser_write } from 'streaming-markdown'

const special = /[$!([\n]/g
const verbatim: ReadonlySet<number> = new Set([Token.Code_Block, Token.Code_Fence, Token.Code_Inline, Token.Raw_URL])
/** Not among the exported tokens: `\[` was read, and a line break would make it an equation. */
const maybeEquation = 105

/**
 * Writes text to the parser, minus the parts of its dialect that would hide the text that follows: an unclosed `$`, `\(` or
 * `![` would swallow the rest of the answer, an unclosed `](` would never show it. We render no mathematics and fetch no
 * images, so the first two are plain text and an image is a link to it.
 *
 * Each character is judged by the parser's state before it, so how the text is cut into pieces makes no difference.
 *
 * @param endHead told the line below a table's head, which the parser reads and forgets
 * @returns the characters that can only be judged with the next one; give them back in front of the next text.
 */
export function feed(parser: Parser, text: string, last = false, endHead?: (rule: string) => void): string {
  const held = last ? '' : undecided(text)
  const end = text.length - held.length
  let from = 0
  special.lastIndex = 0
  for (let match = special.exec(text); match && match.index < end; match = special.exec(text)) {
    if (match.index > from) parser_write(parser, text.slice(from, match.index))
    from = match.index + 1
    if (match[0] === '\n' && parser.token === Token.Table && parser.table_state === 1) endHead?.(parser.pending)
    writeSpecial(parser, match[0], text[from])
  }
  if (from < end) parser_write(parser, text.slice(from, end))
  return held
}

/** Half a surrogate pair is no character yet, and `!` may begin an image. */
function undecided(text: string): string {
  const end = text.at(-1) ?? ''
  return /[!\uD800-\uDBFF]/.test(end) ? end : ''
}

function writeSpecial(parser: Parser, char: string, next: string | undefined): void {
  if (isVerbatim(parser) && char !== '\n') return parser_write(parser, char)
  switch (char) {
    case '$':
      return parser_write(parser, parser.pending === '\\' ? char : '\\$')
    case '!':
      return next === '[' && parser.pending !== '\\' ? undefined : parser_write(parser, char)
    case '(':
      if (parser.pending === '\\') parser.pending = ''
      return parser_write(parser, char)
    case '\n':
      if (parser.token === maybeEquation) parser_write(parser, ' ')
      parser_write(parser, char)
      return closeBrokenLink(parser)
    default:
      return parser_write(parser, char)
  }
}

function inCode(parser: Parser): boolean {
  return verbatim.has(parser.tokens[parser.len] ?? 0)
}

function isVerbatim(parser: Parser): boolean {
  return inCode(parser) || parser.pending.startsWith('`') || parser.pending.startsWith('](') || parser.indent_len >= 3
}

/** An address has no line break: `[text](…` was no link, and what waited for its end is text. */
function closeBrokenLink(parser: Parser): void {
  if (!parser.pending.startsWith('](') || parser.tokens[parser.len] !== Token.Link) return
  const rest = parser.pending
  parser.pending = ''
  parser_write(parser, `\\${rest}`)
}
