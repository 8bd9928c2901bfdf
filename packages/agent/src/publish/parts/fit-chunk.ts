import type { Head } from '@streamfold/core/codec'
import { frameHead } from '@streamfold/core/codec'
import type { PartChunk } from '../../source/parts/part-chunk.ts'
import { byteLength } from '../messages/utf8.ts'

/** Name of the data part that stands for a file which no message can hold. */
const TOO_LARGE = 'too-large'

/**
 * Makes a head fit into a message, because a head is written whole. A file that is too large becomes a data part `too-large` that gives its media
 * type, name and size; other heads lose what they can do without. A body needs none of this: it goes on in the next message.
 *
 * @param limit bytes of the data of a message
 * @param onCut called with what was left out
 */
export function fitChunk(chunk: PartChunk, limit: number, onCut: (error: Error) => void): readonly PartChunk[] {
  if (!('head' in chunk) || fits(chunk.head, limit)) return [chunk]
  const { head } = chunk
  if (head.type === 'file') {
    const { mediaType, filename, url } = head
    onCut(tooLarge(`a file of ${url.length} characters`, 'readers see only its name: give the URL of a place that stores it'))
    const body = JSON.stringify({
      mediaType,
      ...(filename !== undefined && fitsText(filename) && { filename }),
      size: url.length,
    })
    return [{ head: { type: 'data', name: TOO_LARGE } }, { body }]
  }
  for (const shorter of shortenings(head)) {
    if (!fits(shorter, limit)) continue
    onCut(tooLarge(`a ${head.type} head`, 'its metadata or description was left out: give shorter ones'))
    return [{ head: shorter }]
  }
  return [chunk] // The writer refuses it.
}

function fits(head: Head, limit: number): boolean {
  return byteLength(frameHead(head)) <= limit
}

function fitsText(text: string): boolean {
  return text.length <= 255
}

/** The head with less and less of what readers can do without. */
function shortenings(head: Head): readonly Head[] {
  const { provider: _, ...ofResponse } = head as Head & { provider?: unknown }
  const optional = new Set(['metadata', 'title', 'quote', 'reason', 'input', 'error', 'filename'])
  const bare = Object.fromEntries(Object.entries(ofResponse).filter(([name]) => !optional.has(name)))
  return [ofResponse as Head, bare as Head] // All of these fields are optional, in every head.
}

function tooLarge(what: string, advice: string): RangeError {
  return new RangeError(`unable to show all of the response; ${what} is too large for a message: ${advice}`)
}
