/** Controls, and the marks that turn the reading direction: a terminal would obey them. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const unsafeButLines = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** What others wrote, on one line that is safe to print. */
export function visible(text: string): string {
  return text.replaceAll('\n', '⏎').replace(unsafe, escaped)
}

/** What others wrote, safe to print, on its own lines. */
export function visibleLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unsafeButLines, escaped)
}

/** JSON on one line; escapes also what JSON leaves and a terminal obeys. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, escaped)
}

/** At most `width` characters: the beginning, or the end where that is the news. */
export function shorten(text: string, width: number, keep: 'start' | 'end' = 'start'): string {
  // Not by code unit: half a surrogate pair prints as rubbish.
  const characters = text.length > width ? Array.from(text) : []
  if (characters.length <= width) return text
  const room = Math.max(0, width - 1)
  return keep === 'start' ? `${characters.slice(0, room).join('')}…` : `…${characters.slice(characters.length - room).join('')}`
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
