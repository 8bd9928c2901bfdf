import MarkdownIt from 'markdown-it'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { structureOfHtml } from './markdown-structure.ts'

/**
 * What the renderer does otherwise than markdown-it, by intention. `structureOf` names what differs in the elements alone.
 *
 * - `<br>` breaks a line: models break lines in the cells of tables with it
 * - `- [ ]` is a task, and `www.` begins an address, as GFM says
 * - an address is shown as it was written, not decoded
 * - a paragraph longer than 100,000 characters, or with more than 2,000 marks of emphasis, is plain text
 * - blocks nested deeper than 96 levels are text; markdown-it drops them
 */
const markdownIt = new MarkdownIt({ html: false, linkify: true })
markdownIt.normalizeLinkText = (address) => address

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
