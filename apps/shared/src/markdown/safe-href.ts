const schemes = new Set(['http:', 'https:', 'mailto:'])

/** The address to link to, or undefined when it is not one a reader can safely follow. Relative addresses are not: a model cannot know our paths. */
export function safeHref(address: string): string | undefined {
  try {
    const url = new URL(address)
    return schemes.has(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}
