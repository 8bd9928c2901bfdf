import type { MarkdownRenderer } from 'vitepress'

/** Shows the file that a block belongs to, written as ```ts [src/chat.ts]. In a code group the tab does. */
export function fileNames(markdown: MarkdownRenderer): void {
  const plain = markdown.renderer.rules.fence
  if (!plain) return
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    // Before it is drawn, which takes the name away.
    const name = /\[(.+)\]/.exec(tokens[index]?.info ?? '')?.[1]
    const html = plain(tokens, index, ...rest)
    const inGroup = tokens.slice(0, index).findLast(({ type }) => type.startsWith('container_code-group'))
    if (name === undefined || inGroup?.type === 'container_code-group_open') return html
    return `<p class="file-name">${markdown.utils.escapeHtml(name)}</p>${html}`
  }
}
