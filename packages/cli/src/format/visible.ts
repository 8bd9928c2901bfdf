import { beginningOf, endOf } from '@streamfold/core/text'
import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter('en')

/** Code units examined for each column: more than written text needs. */
const MOST_UNITS = 16

/** Controls, line breaks, and the marks that turn the reading direction: a terminal would obey them. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const unsafeButLines = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Text of other people on one line that is safe to print. */
export function visible(text: string): string {
  return text.replaceAll('\n', '⏎').replace(unsafe, escaped)
}

/** Text of other people that is safe to print, with its line breaks. */
export function visibleLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unsafeButLines, escaped)
}

/** JSON on one line; also escapes characters that JSON allows and a terminal obeys. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, escaped)
}

/** Cuts a text to `width` columns of a terminal: keeps the start, or the end if that matters more. */
export function shorten(text: string, width: number, keep: 'start' | 'end' = 'start'): string {
  const near = width * MOST_UNITS
  if (text.length * 2 <= width || (text.length <= near && stringWidth(text) <= width)) return text
  // Cuts between characters as people see them: half an emoji prints as another one, or as garbage.
  const part = keep === 'start' ? beginningOf(text, near) : endOf(text, near)
  const characters = Array.from(graphemes.segment(part), ({ segment }) => segment)
  if (keep === 'end') characters.reverse()
  let room = width - 1
  const past = characters.findIndex((character) => (room -= stringWidth(character)) < 0)
  const kept = past < 0 ? characters : characters.slice(0, past)
  return keep === 'start' ? `${kept.join('')}…` : `…${kept.toReversed().join('')}`
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
