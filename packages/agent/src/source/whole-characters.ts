import type { PartChunk } from './part-chunk.ts'

/**
 * Makes the bodies of parts well-formed. Half of a character at the end of a body waits for its other half: alone it would reach the wire
 * as U+FFFD.
 */
export interface WholeCharacters {
  take(chunks: readonly PartChunk[]): readonly PartChunk[]
  /** What still waits: no other half comes. */
  rest(): readonly PartChunk[]
}

export function createWholeCharacters(): WholeCharacters {
  /** Halves that wait, by the id of their part; under undefined that of the open part. */
  const held = new Map<string | undefined, string>()

  function release(id: string | undefined): readonly PartChunk[] {
    const half = held.get(id)
    held.delete(id)
    return half === undefined ? [] : [bodyOf(wellFormed(half), id)]
  }

  function takeOne(chunk: PartChunk): readonly PartChunk[] {
    // Behind a head another part may be open, and what has ended takes no more.
    if ('head' in chunk) return [...release(undefined), ...(chunk.head.type === 'end' ? release(chunk.head.id) : []), chunk]
    const { id } = chunk
    let body = (held.get(id) ?? '') + chunk.body
    held.delete(id)
    if (endsInHighSurrogate(body)) {
      held.set(id, body.slice(-1))
      body = body.slice(0, -1)
    }
    return body === '' ? [] : [bodyOf(wellFormed(body), id)]
  }

  return {
    take: (chunks) => chunks.flatMap(takeOne),
    rest: () => [...held.keys()].flatMap(release),
  }
}

function bodyOf(body: string, id: string | undefined): PartChunk {
  return id === undefined ? { body } : { body, id }
}

function endsInHighSurrogate(text: string): boolean {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff
}

/** The text after the wire's UTF-8, so that the text known here equals the text that is stored. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\u{fffd}')
}
