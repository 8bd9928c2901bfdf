import type { Head } from '@streamfold/core/codec'
import type { PartChunk } from './part-chunk.ts'
import { comesWhole } from './part-chunk.ts'

/** Heads between the bodies of one part. */
const aside: ReadonlySet<Head['type']> = new Set(['source', 'cite', 'file'])

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
  /** Halves that wait, by the id of their part; under undefined that of the open part, if it has none. */
  const held = new Map<string | undefined, string>()
  /** Id of the open part. */
  let open: string | undefined
  /** As the chunks that were handed on say it: one that is held back whole says nothing. */
  let handed: string | undefined

  function release(id: string | undefined): readonly PartChunk[] {
    const half = held.get(id)
    held.delete(id)
    return half === undefined ? [] : [bodyOf(wellFormed(half), id)]
  }

  function enter({ head }: PartChunk & { readonly head: Head }): readonly PartChunk[] {
    if (aside.has(head.type)) return []
    // A part without an id takes no more behind another head.
    const ended = release(undefined)
    if (head.type === 'text' || head.type === 'reasoning' || head.type === 'tool') open = head.id
    else if (head.type === 'end' || head.type === 'input') return [...ended, ...release(head.id)]
    else if (comesWhole(head.type)) open = undefined
    handed = open
    return ended
  }

  function takeOne(chunk: PartChunk): readonly PartChunk[] {
    if ('head' in chunk) return [...enter(chunk), chunk]
    // Behind the body of another part, a part without an id takes no more.
    const before = chunk.id === undefined || open !== undefined ? [] : release(undefined)
    open = chunk.id ?? open
    let body = (held.get(open) ?? '') + chunk.body
    held.delete(open)
    if (endsInHighSurrogate(body)) {
      held.set(open, body.slice(-1))
      body = body.slice(0, -1)
    }
    if (body === '') return before
    const id = open === handed ? chunk.id : open
    handed = open
    return [...before, bodyOf(wellFormed(body), id)]
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
