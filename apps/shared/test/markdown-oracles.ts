import MarkdownIt from 'markdown-it'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { structureOfHtml } from './markdown-structure.ts'

/**
 * What the renderer does otherwise than markdown-it, by intention. `structureOf` names what differs in the elements alone.
 *
 * - `<br>` breaks a line: models break lines in the cells of tables with it
 * - `- [ ]` is a task, and `www.` begins an address, as GFM says
 * - an address is shown as it was written, not decoded, and ends before marks, as GFM says
 * - `[^1]: note` defines no link: what the footnote says would be lost
 * - a paragraph with more than 2,000 marks of emphasis is plain text, and so is a table of more than 1,000 columns
 * - a list, table or quote of more than 16,384 characters, or 2,000 cells or items, goes on in another one
 * - any other block ends after 32,768 characters, and the rest is plain text; but not a block of code between fences
 * - blocks nested deeper than 96 levels are text; markdown-it drops them
 */
const markdownIt = new MarkdownIt({ html: false, linkify: true })
markdownIt.normalizeLinkText = (address) => address

// GFM: what an address ends with is no part of it.
for (const name of ['match', 'matchAtStart'] as const) {
  const { linkify } = markdownIt
  const original = linkify[name].bind(linkify) as (text: string) => unknown
  Object.assign(linkify, { [name]: (text: string) => withoutMarks(original(text)) })
}

interface Address {
  readonly lastIndex: number
  readonly raw: string
  readonly text: string
  readonly url: string
}

function withoutMarks(found: unknown): unknown {
  if (found === null) return null
  if (Array.isArray(found)) return found.map(withoutMarks)
  const { lastIndex, raw, text, url, ...rest } = found as Address // One or none of them.
  const marks = /[*_~]*$/.exec(raw)![0].length
  const cut = (part: string) => part.slice(0, part.length - marks)
  return { ...rest, lastIndex: lastIndex - marks, raw: cut(raw), text: cut(text), url: cut(url) }
}

/** Stands in the text for the box of a task, `☐` or `☑`. */
markdownIt.core.ruler.after('block', 'tasks', ({ tokens }) => {
  tokens.forEach((token, index) => {
    if (tokens[index - 2]?.type !== 'list_item_open' || token.type !== 'inline') return
    token.content = token.content.replace(/^\[ \](?=\s)/, '☐').replace(/^\[x\](?=\s)/i, '☑')
  })
})

export function byMarkdownIt(text: string): string {
  return structureOfHtml(markdownIt.render(text)).replaceAll('☐', '<input>').replaceAll('☑', '<input checked>')
}

/** The reference of GFM, which shares no code with markdown-it. Raw HTML is no paragraph to it, so give it none. */
export function byMicromark(text: string): string {
  return structureOfHtml(
    micromark(text.replace(/\r\n?/g, '\n'), { extensions: [gfm({ singleTilde: false })], htmlExtensions: [gfmHtml()] }),
  )
}
