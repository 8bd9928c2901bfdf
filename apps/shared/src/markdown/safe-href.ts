const schemes = new Set(['http:', 'https:', 'mailto:'])

/** The address to link to; undefined if it is not safe to follow. A relative address is not, because a model cannot know the page's paths. */
export function safeHref(address: string): string | undefined {
  try {
    const url = new URL(address)
    return schemes.has(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}
