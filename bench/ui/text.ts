/** Pairs of prompt and answer that are there before: 200 messages. */
export const pairs = 100

/** A conversation in prose with some Markdown, as models write it. */
export function settledText(index: number): string {
  return `**Answer ${index}.** ${'A settled answer of a few sentences, read long ago and never to change. '.repeat(4)}`
}

/** Tokens of some six characters that make an answer of this size, with paragraphs, marks and a list. */
export function tokensOf(size: number): string[] {
  const words = ['token ', 'stream ', 'append ', 'serial ', '**bold** ', '`code` ', 'reader ', 'the ', 'again, ', 'whole. ']
  const tokens: string[] = []
  for (let length = 0, index = 0; length < size; index++) {
    const token = index % 90 === 89 ? '\n\n' : index % 90 === 60 ? '\n- ' : words[(index * 7) % words.length]!
    tokens.push(token)
    length += token.length
  }
  return tokens
}
