import { texts } from '../chat/texts.ts'
import { createCopyButton } from './copy.ts'
import { scrollable } from './scrollable.ts'
import type { Shape } from './shape.ts'

/** What is put into the page for a shape, and the node inside it that holds its text or its children. */
export interface Block {
  readonly outer: HTMLElement
  readonly inner: HTMLElement
}

/** Elements are created here and nowhere else, so no HTML is ever parsed. */
export function createBlock({ kind, tag }: Shape): Block {
  if (kind === 'code') return codeBlock()
  const inner = document.createElement(tag)
  if (kind !== 'table') return { outer: inner, inner }
  const outer = document.createElement('div')
  outer.className = 'table'
  scrollable(outer, texts.table)
  outer.append(inner)
  return { outer, inner }
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

/** The name is drawn by the style sheet: it is not part of the text. */
export function nameLanguage({ outer }: Block, language: string): void {
  const bar = outer.firstElementChild
  if (bar instanceof HTMLElement && language !== '') bar.dataset['language'] = language
}
