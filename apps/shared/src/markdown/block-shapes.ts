import type { Token } from 'markdown-it'
import { languageOf } from './parser.ts'
import type { Shape } from './shape.ts'
import { codeShape, deepest, elementShape, textShape } from './shape.ts'

// The page itself owns h1 and h2.
const tags: Readonly<Record<string, string>> = { h1: 'h3', h2: 'h4', h3: 'h5', h4: 'h6', h5: 'h6', h6: 'h6' }

/**
 * Makes the shape of one block of the document.
 *
 * @param inline adds the shapes of the text of a paragraph, heading or cell
 * @param growing whether more of the block may follow
 * @param before the code before, if the block continues split code
 * @returns undefined for the definition of a link, which is not shown
 */
export function* blockShape(
  tokens: readonly Token[],
  inline: (token: Token, into: Shape[]) => Generator<void>,
  growing: boolean,
  before = '',
): Generator<void, Shape | undefined> {
  const root: Shape[] = []
  const stack: Shape[][] = [root]
  // Closing tokens do not count: they also follow a block of code that still grows.
  const last = tokens.findLastIndex(({ nesting }) => nesting >= 0)
  for (const [index, token] of tokens.entries()) {
    const into = stack.at(-1)!
    if (token.type === 'inline') {
      // Blocks that are nested too deep are drawn flat, but each begins a line.
      if (stack.length > deepest && into.length > 0) into.push(textShape('\n'))
      if (token.meta?.['checked'] !== undefined) into.push(checkbox(token.meta['checked'] === true))
      yield* inline(token, into)
    } else if (token.nesting < 0) stack.pop()
    else if (token.nesting > 0) {
      const flat = token.hidden || stack.length > deepest
      const element = flat ? undefined : elementOf(token)
      if (element) into.push(element)
      stack.push(element?.children ?? into)
    } else if (token.type === 'hr') into.push(elementShape('hr'))
    else if (token.tag === 'code') into.push(code(token, !growing || index < last, before))
    if (index % 256 === 255) yield
  }
  const [shape] = root
  if (!shape || shape.kind === 'code') return shape
  // Each block finds its own direction of writing. The elements inside follow it, because bullets would otherwise be on the wrong side.
  return { ...shape, attributes: { ...shape.attributes, dir: 'auto' } }
}

/** Turns the mark at the start of a list item into a check box (GFM's tasks). */
export function markTasks(tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'inline' || tokens[index - 2]?.type !== 'list_item_open') continue
    const mark = /^\[([ xX])\](?=\s)/.exec(token.content)
    if (!mark) continue
    token.content = token.content.slice(mark[0].length)
    token.meta = { checked: mark[1] !== ' ' }
  }
}

function elementOf(token: Token): Shape {
  const tag = tags[token.tag] ?? token.tag
  const attributes: Record<string, string> = {}
  const start = token.tag === 'ol' ? token.attrGet('start') : null
  if (start !== null) attributes['start'] = String(start)
  if (tag === 'th') attributes['scope'] = 'col'
  const side = /(center|right)$/.exec(String(token.attrGet('style')))?.[1]
  if (side) attributes['data-align'] = side === 'right' ? 'end' : side
  return elementShape(tag, attributes)
}

function checkbox(checked: boolean): Shape {
  return elementShape('input', { type: 'checkbox', disabled: '', ...(checked && { checked: '' }) })
}

function code(token: Token, closed: boolean, before: string): Shape {
  const text = before + token.content
  return codeShape(text.endsWith('\n') ? text.slice(0, -1) : text, languageOf(token.info), closed || isClosed(token))
}

/** Whether the source has the line that ends the fence. */
function isClosed({ type, map, content }: Token): boolean {
  if (type !== 'fence') return false
  let lines = 0
  for (let at = content.indexOf('\n'); at >= 0; at = content.indexOf('\n', at + 1)) lines++
  return map![1] - map![0] === lines + 2
}
