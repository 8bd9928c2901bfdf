import type { Token } from 'markdown-it'
import { languageOf } from './parser.ts'
import type { Shape } from './shape.ts'
import { codeShape, deepest, elementShape, textShape } from './shape.ts'

// The page itself owns h1 and h2.
const tags: Readonly<Record<string, string>> = { h1: 'h3', h2: 'h4', h3: 'h5', h4: 'h6', h5: 'h6', h6: 'h6' }

/**
 * What one block of the document looks like.
 *
 * @param inline puts the shapes of the text in a paragraph, heading or cell where they belong
 * @param growing whether the block may go on
 * @param before the beginning of the code, where this goes on with it
 * @returns nothing for the definition of a link
 */
export function* blockShape(
  tokens: readonly Token[],
  inline: (token: Token, into: Shape[]) => Generator<void>,
  growing: boolean,
  before = '',
): Generator<void, Shape | undefined> {
  const root: Shape[] = []
  const stack: Shape[][] = [root]
  // What ends an element behind it says nothing about its own end.
  const last = tokens.findLastIndex(({ nesting }) => nesting >= 0)
  for (const [index, token] of tokens.entries()) {
    const into = stack.at(-1)!
    if (token.type === 'inline') {
      // Drawn flat, but not as one line.
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
  // Each block of the text finds its own direction; what is inside it goes along, or bullets would stand on the wrong side.
  return { ...shape, attributes: { ...shape.attributes, dir: 'auto' } }
}

/** The items that are tasks (GFM): the mark at the start of their text becomes a box. */
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

/** Whether the line that ends a fence was read. */
function isClosed({ type, map, content }: Token): boolean {
  if (type !== 'fence') return false
  let lines = 0
  for (let at = content.indexOf('\n'); at >= 0; at = content.indexOf('\n', at + 1)) lines++
  return map![1] - map![0] === lines + 2
}
