/**
 * Writes any string as text that every database keeps as it is, for the author of an archive: databases refuse or cut U+0000, and halves of characters are not UTF-8.
 * Both become an escape, and a backslash becomes two. `fromPlainText` reads it.
 */
export function toPlainText(text: string): string {
  return text.replaceAll(/[\\\0\p{Cs}]/gu, (character) => {
    if (character === '\\') return '\\\\'
    return character === '\0' ? '\\0' : `\\u${character.charCodeAt(0).toString(16)}`
  })
}

/** Reads what `toPlainText` wrote. */
export function fromPlainText(text: string): string {
  return text.replaceAll(/\\(?:u([\da-f]{4})|(.))/gs, (_, code: string | undefined, character: string | undefined) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
    return character === '0' ? '\0' : (character ?? '')
  })
}
