/** Code units around a place that decide where its character begins and ends: more than any emoji, and a row of a thousand flags. */
const WINDOW = 4_096

let segmenter: Intl.Segmenter | undefined

/**
 * Where the character at a place begins, as people see characters: an emoji of several code points, a flag, a letter with its marks. The place itself
 * where a character begins there, and the length of the text where it is past the end.
 * @param at in UTF-16 code units
 */
export function characterStart(text: string, at: number): number {
  return characterAt(text, at).start
}

/**
 * The longest beginning of a text, for a title or a preview, of at most `most` UTF-16 code units and of whole characters. Where the first character
 * alone is longer, of whole code points.
 */
export function beginningOf(text: string, most: number): string {
  return text.slice(0, characterStart(text, most) || codePointStart(text, most))
}

/** The longest end of a text of at most `most` UTF-16 code units and of whole characters; see `beginningOf`. */
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
  // Not as the module loads: a page that cuts nothing needs no segmenter.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  const from = Math.max(0, at - WINDOW)
  const { index, segment } = segmenter.segment(text.slice(from, at + WINDOW)).containing(at - from)! // It is within.
  return { start: from + index, end: from + index + segment.length }
}

function codePointStart(text: string, at: number): number {
  if (at <= 0) return 0
  const half = text.charCodeAt(at)
  const before = text.charCodeAt(at - 1)
  const divided = half >= 0xdc00 && half <= 0xdfff && before >= 0xd800 && before <= 0xdbff
  return divided ? at - 1 : at
}
