import type * as Markdown from './streaming-markdown.ts'

let loading: Promise<typeof Markdown> | undefined
let loaded: typeof Markdown | undefined

/**
 * Fetches the renderer and its parser, once. An empty page does not need them.
 * @returns undefined if they cannot be fetched; the next call tries again
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
