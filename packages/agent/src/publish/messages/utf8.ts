const encoder = new TextEncoder()
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** One visible character may be longer than any message: past this many bytes it is cut between code points. */
export const LONGEST_GRAPHEME = 256

/** Bytes of `text` on the wire. */
export function byteLength(text: string): number {
  return encoder.encode(text).length
}

/** The longest beginning of `text`, in whole code points, that takes at most `bytes` bytes. */
export function prefixOf(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text
  return text.slice(0, encoder.encodeInto(text, new Uint8Array(Math.max(0, bytes))).read)
}

/**
 * How much of `more` still belongs into a message that holds `held` and has room for `room` bytes: as much as fits, cut where
 * neither a surrogate pair nor a grapheme is divided. Text that continues the last character of `held` stays with it, up to
 * LONGEST_GRAPHEME bytes over the room. Not empty where `held` is empty and `more` is not.
 */
export function fitting(held: string, more: string, room: number): string {
  const prefix = prefixOf(more, room)
  if (prefix.length === more.length) return more
  const near = held + more.slice(0, prefix.length + LONGEST_GRAPHEME)
  const grapheme = graphemes.segment(near).containing(held.length + prefix.length)
  const begin = (grapheme?.index ?? 0) - held.length
  if (!grapheme || begin === prefix.length || (begin === 0 && held === '')) return prefix
  if (begin >= 0) return more.slice(0, begin)
  const rest = more.slice(0, begin + grapheme.segment.length)
  return byteLength(rest) <= Math.max(0, room) + LONGEST_GRAPHEME ? rest : prefix
}
