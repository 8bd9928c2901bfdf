import { Token } from 'streaming-markdown'
import { texts } from '../texts.ts'
import { createCopyButton } from './copy.ts'
import { scrollable } from './scrollable.ts'
import { table, tableCell, tableRow } from './table.ts'

/** What is put into the page for a token, and the node inside it that takes the token's text. */
export interface Block {
  readonly outer: Node
  readonly inner: HTMLElement
}

// The page itself owns h1 and h2.
const tags: Readonly<Partial<Record<Token, string>>> = {
  [Token.Paragraph]: 'p',
  [Token.Blockquote]: 'blockquote',
  [Token.Heading_1]: 'h3',
  [Token.Heading_2]: 'h4',
  [Token.Heading_3]: 'h5',
  [Token.Heading_4]: 'h6',
  [Token.Heading_5]: 'h6',
  [Token.Heading_6]: 'h6',
  [Token.Italic_Ast]: 'em',
  [Token.Italic_Und]: 'em',
  [Token.Strong_Ast]: 'strong',
  [Token.Strong_Und]: 'strong',
  [Token.Strike]: 's',
  [Token.Code_Inline]: 'code',
  [Token.Line_Break]: 'br',
  [Token.Rule]: 'hr',
  [Token.List_Unordered]: 'ul',
  [Token.List_Ordered]: 'ol',
  [Token.List_Item]: 'li',
}

/**
 * Each block of the text finds its own direction; what is inside it goes along, or bullets would stand on the wrong side.
 *
 * @param first whether it is in no other block
 */
export function createBlock(token: Token, parent: HTMLElement, first: boolean): Block {
  const block = create(token, parent)
  if (first && block.outer instanceof HTMLElement && !block.outer.dir) block.outer.dir = 'auto'
  return block
}

function create(token: Token, parent: HTMLElement): Block {
  switch (token) {
    case Token.Code_Fence:
    case Token.Code_Block:
      return codeBlock()
    case Token.Checkbox: {
      const box = document.createElement('input')
      box.type = 'checkbox'
      box.disabled = true
      return { outer: box, inner: box }
    }
    case Token.Table:
      return table()
    case Token.Table_Row:
      return tableRow(parent)
    case Token.Table_Cell:
      return tableCell(parent)
    default:
      return plain(tags[token] ?? 'span')
  }
}

function plain(tag: string): Block {
  const element = document.createElement(tag)
  return { outer: element, inner: element }
}

function codeBlock(): Block {
  const outer = document.createElement('div')
  outer.className = 'code'
  outer.dir = 'ltr'
  const bar = document.createElement('div')
  bar.className = 'code-bar'
  const pre = document.createElement('pre')
  scrollable(pre, texts.code)
  const inner = document.createElement('code')
  bar.append(createCopyButton(() => inner.textContent))
  pre.append(inner)
  outer.append(bar, pre)
  return { outer, inner }
}

/** @param code the block's inner node, as `createBlock` gave it. The name is drawn by the style sheet: it is not part of the text. */
export function nameLanguage(code: HTMLElement, language: string): void {
  const bar = barOf(code)
  if (bar) bar.dataset['language'] = language.trim().split(/\s/, 1)[0]
}

/** Empty where the text names none. */
export function languageOf(code: HTMLElement): string {
  return barOf(code)?.dataset['language'] ?? ''
}

function barOf(code: HTMLElement): HTMLElement | undefined {
  const bar = code.closest('.code')?.firstElementChild
  return bar instanceof HTMLElement ? bar : undefined
}
