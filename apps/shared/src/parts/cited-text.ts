import type { TextPart } from '@streamfold/core'

/** The address of a reference within a message: the Markdown renderer makes a mark of it, and `followCitation` finds its source. */
const addressOf = (number: number) => `#cite-${number}`

/**
 * The Markdown of a text part with a numbered mark after each place that has a source. While the text grows, the result grows too.
 *
 * @param numbers the number of each source id; a citation of another source has no mark
 */
export function citedText({ text, citations, state }: TextPart, numbers: ReadonlyMap<string, number>): string {
  if (!citations) return text
  const marks = new Map<string, { readonly at: number; readonly number: number }>()
  for (const { sourceId, end } of citations) {
    const number = numbers.get(sourceId)
    const at = end !== undefined && end >= 0 ? placeAfter(text, Math.floor(end)) : undefined
    if (number === undefined || (at === undefined && state === 'streaming')) continue
    marks.set(`${at} ${number}`, { at: at ?? text.length, number })
  }
  let cited = ''
  let from = 0
  for (const { at, number } of [...marks.values()].toSorted((a, b) => a.at - b.at || a.number - b.number)) {
    cited += text.slice(from, at)
    // After an exclamation mark it would be an image.
    if (cited.endsWith('!')) cited += '\u{2060}'
    cited += `[${number}](${addressOf(number)})`
    from = at
  }
  return cited + text.slice(from)
}

/** The nearest place at or after `at` where Markdown shows a mark; undefined if the text does not reach it yet. */
function placeAfter(text: string, at: number): number | undefined {
  if (at > text.length) return undefined
  const before = text.slice(0, at)
  // Code shows all that is in it, so the mark stands at the end of the text.
  if ((before.match(/^ {0,3}(?:```|~~~)/gm)?.length ?? 0) % 2 === 1) return undefined
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const inCode = (line.match(/`/g)?.length ?? 0) % 2 === 1
  const inLink = /\[[^\]]*$|\]\([^)]*$/.test(line)
  const inWord = /[\uD800-\uDBFF\\]$/.test(line)
  if (!inCode && !inLink && !inWord) return at
  const end = text.indexOf(inCode ? '`' : inLink ? ')' : text.charAt(at), at)
  return end < 0 ? undefined : end + 1
}
