/** Code units around a position that decide where its character starts and ends: more than any emoji, or a row of a thousand flags. */
const WINDOW = 4_096

let segmenter: Intl.Segmenter | undefined

/**
 * Finds the start of the character at a position, as people see characters: an emoji of several code points, a flag, a letter with its marks.
 * Returns the position itself if a character starts there, and the length of the text if it is past the end.
 * @param at in UTF-16 code units
 */
export function characterStart(text: string, at: number): number {
  return characterAt(text, at).start
}

/**
 * Cuts a text to its longest beginning of at most `most` UTF-16 code units without splitting a character, for a title or a preview. If the first
 * character alone is longer, it is cut between code points.
 */
export function beginningOf(text: string, most: number): string {
  return text.slice(0, characterStart(text, most) || codePointStart(text, most))
}

/** Cuts a text to its longest end of at most `most` UTF-16 code units without splitting a character; see `beginningOf`. */
export function endOf(text: string, most: number): string {
  const from = Math.max(0, text.length - most)
  const { start, end } = characterAt(text, from)
  if (start === from) return text.slice(from)
  if (end < text.length) return text.slice(end)
  return text.slice(codePointStart(text, from) === from ? from : from + 1)
}

function characterAt(text: string, at: number): { readonly start: number; readonly end: number } {
  if (at <= 0) return { start: 0, end: 0 }
  if (at >= text.length) return { start: text.length, end: text.length }
  // Created on first use: most pages cut no text and need no segmenter.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  const from = Math.max(0, at - WINDOW)
  const { index, segment } = segmenter.segment(text.slice(from, at + WINDOW)).containing(at - from)! // The position is inside the slice.
  return { start: from + index, end: from + index + segment.length }
}

/** Inside a character, the second half of a pair follows its first half: one that is alone is a character of its own. */
function codePointStart(text: string, at: number): number {
  if (at <= 0) return 0
  const half = text.charCodeAt(at)
  return half >= 0xdc00 && half <= 0xdfff ? at - 1 : at
}
