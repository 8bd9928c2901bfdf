import { longestColoured } from './draw-code.ts'

import type * as Highlighter from './highlighter.ts'

let highlighter: Promise<typeof Highlighter> | undefined
let last = Promise.resolve()

/** Colours a finished block of code, one block after another. The highlighter is fetched for the first one. */
export function highlight(code: HTMLElement, language: string): Promise<void> {
  const text = code.textContent
  if (language === '' || text.length > longestColoured) return Promise.resolve()
  return (last = last.then(() => colourBlock(code, text, language)))
}

async function colourBlock(code: HTMLElement, text: string, language: string): Promise<void> {
  try {
    const { colour } = await (highlighter ??= import('./highlighter.ts'))
    // A task of its own: many blocks at once would hold up the page.
    await new Promise((resolve) => setTimeout(resolve))
    const nodes = colour(text, language)
    // The answer may have been started again meanwhile.
    if (nodes && code.textContent === text) code.replaceChildren(nodes)
  } catch {
    // If the highlighter cannot be fetched (offline), the code stays plain, and the next block tries again.
    highlighter = undefined
  }
}
