import type * as Markdown from './streaming-markdown.ts'

let loading: Promise<typeof Markdown> | undefined
let loaded: typeof Markdown | undefined

/**
 * Fetches the renderer with its parser, which an empty page does not need, once.
 * @returns undefined where it cannot be fetched; the next call tries again
 */
export async function loadMarkdown(): Promise<typeof Markdown | undefined> {
  try {
    return (loaded = await (loading ??= import('./streaming-markdown.ts')))
  } catch {
    loading = undefined
    return undefined
  }
}

export function loadedMarkdown(): typeof Markdown | undefined {
  return loaded
}
