/** Controls, line breaks, and the marks that turn the reading direction: a terminal obeys them, a log would break its line. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** The longest line of a log; names and addresses come from the wire, as long as it pleases. */
const MAX_LENGTH = 2000

/** What others wrote, on one line that is safe to print. */
export function printable(text: string): string {
  const line = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
  return line.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
