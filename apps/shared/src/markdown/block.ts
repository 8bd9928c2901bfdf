import { texts } from '../chat/texts.ts'
import { createCopyButton } from './copy.ts'
import { scrollable } from './scrollable.ts'
import type { Shape } from './shape.ts'

/** The elements of a shape: the outer one, and the one inside it that holds its text or its children. */
export interface Block {
  readonly outer: HTMLElement
  readonly inner: HTMLElement
}

/** Creates the elements of a shape. No text of a model is ever parsed as HTML. */
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

/** Sets the name of a code's language. The style sheet shows it, so it is not part of the text. */
export function nameLanguage({ outer }: Block, language: string): void {
  const bar = outer.firstElementChild
  if (bar instanceof HTMLElement && language !== '') bar.dataset['language'] = language
}
