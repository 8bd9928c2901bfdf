import type * as Highlighter from './highlighter.ts'

/** Far beyond what anyone reads in an answer, and where colouring would be felt. */
const longest = 60_000

let highlighter: Promise<typeof Highlighter> | undefined

/** Colours a block of code that is finished. The highlighter is fetched with the first one. */
export async function highlight(code: HTMLElement, language: string): Promise<void> {
  const text = code.textContent
  if (language === '' || text.length > longest) return
  try {
    const { colour } = await (highlighter ??= import('./highlighter.ts'))
    const nodes = colour(text, language)
    // Somebody may have begun the answer anew meanwhile.
    if (nodes && code.textContent === text) code.replaceChildren(nodes)
  } catch {
    // Not fetched (offline): the code stays plain, and the next block tries again.
    highlighter = undefined
  }
}
