import type { StreamingMarkdown } from './streaming-markdown.ts'

/** What an answer looks like until the renderer is there, or where it cannot be fetched. */
export function createPlainText(root: HTMLElement): StreamingMarkdown {
  root.dataset['plain'] = ''
  return {
    grows: (text) => text.startsWith(root.textContent),
    update(text) {
      root.textContent = text
    },
    stop() {
      delete root.dataset['plain']
    },
  }
}
