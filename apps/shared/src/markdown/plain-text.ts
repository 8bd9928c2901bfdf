import type { StreamingMarkdown } from './streaming-markdown.ts'

/** Shows an answer as plain text, until the renderer is fetched or if it cannot be fetched. */
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
