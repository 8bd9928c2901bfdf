const schemes = new Set(['http:', 'https:', 'mailto:'])

/** The address to link to, or undefined when it is not one a reader can safely follow. Relative addresses are not: a model cannot know our paths. */
export function safeHref(address: string): string | undefined {
  // A link title (`[text](url "title")`) comes as part of the address.
  const [bare = ''] = address.trim().split(/\s/, 1)
  try {
    const url = new URL(bare)
    return schemes.has(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}

/** A bare address in a sentence takes the sentence's punctuation with it; the link must not. */
export function trimSentence(address: string): string {
  return address.replace(/[.,;:!?'"*_)\]}>]+$/, '')
}
