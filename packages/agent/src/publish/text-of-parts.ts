import type { PartChunk } from '../source/part-chunk.ts'

/** Types between two texts that leave them together. */
const withinText: ReadonlySet<string> = new Set(['source', 'cite', 'end'])

/** The text of parts as readers see it: that of the text parts, with a blank line where something lies between them. */
export function createTextOfParts(): (chunks: readonly PartChunk[]) => string {
  const texts = new Set<string | undefined>()
  let isOpen = false
  let between = false
  let apart = false
  let before = ''
  let written = false

  function textOf(chunk: PartChunk): string {
    if ('head' in chunk) {
      const { head } = chunk
      if (head.type === 'text') {
        texts.add(head.id)
        apart ||= between || head.apart === true
        between = false
        isOpen = true
      } else if (!withinText.has(head.type)) {
        between = true
        isOpen = false
      }
      return ''
    }
    const { id, body } = chunk
    if (id === undefined ? !isOpen : !texts.has(id)) return ''
    let whole = body
    if (body.trim() !== '') {
      const lines = newlines(before, /\n*$/) + newlines(body, /^\n*/)
      if (apart && written) whole = '\n'.repeat(Math.max(0, 2 - lines)) + body
      apart = false
      written = true
    }
    before = (before + whole).slice(-2)
    return whole
  }

  return (chunks) => chunks.map(textOf).join('')
}

function newlines(text: string, where: RegExp): number {
  return where.exec(text)?.[0].length ?? 0
}
