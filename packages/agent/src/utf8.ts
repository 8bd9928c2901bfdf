const encoder = new TextEncoder()

/** Bytes of `text` on the wire. */
export function byteLength(text: string): number {
  return encoder.encode(text).length
}

/** The longest beginning of `text`, in whole characters, that takes at most `bytes` bytes. */
export function prefixOf(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || byteLength(text) <= bytes) return text
  let used = 0
  let end = 0
  for (const character of text) {
    used += byteLength(character)
    if (used > bytes) break
    end += character.length
  }
  return text.slice(0, end)
}
