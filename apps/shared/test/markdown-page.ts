import { createStreamingMarkdown } from '../src/markdown/streaming-markdown.ts'

/** What a reader gets for a text, written whole. */
export function render(text: string): HTMLElement {
  return renderPieces([text])
}

/** The same, with the text arriving in pieces. */
export function renderPieces(pieces: readonly string[]): HTMLElement {
  const root = document.createElement('div')
  const markdown = createStreamingMarkdown(root)
  let text = ''
  for (const piece of pieces) {
    text += piece
    markdown.update(text, false)
  }
  markdown.update(text, true)
  root.normalize()
  return root
}
