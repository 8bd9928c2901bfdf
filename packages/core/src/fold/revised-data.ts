import type { Frame, Frames } from '../protocol/frames.ts'
import { bodyKind, escapeBody, RS } from '../protocol/frames.ts'
import type { JsonObject } from '../shared/json.ts'
import { parsed } from '../shared/json.ts'

/** Fields of a head that name things. The others have contents, which a redaction must remove. */
const kept: ReadonlySet<string> = new Set(
  'type id name dynamic providerExecuted preliminary denied approval approved apart kind'.split(' '),
)

/**
 * The data in the format `parts/1` after an update that gives only a text, as a moderator's does who does not know the format: the text
 * takes the place of the first body, and everything else that was said is gone. Where no head has a body, the message is the text.
 */
export function revisedData(frames: Frames | undefined, text: string): string {
  const all = frames ? [...frames.settled, frames.last] : []
  const at = all.findIndex(({ head }) => head !== undefined && bodyKind(head['type']) !== undefined)
  const first = all[at]
  if (!first || all.some(({ head }) => head === undefined)) return escapeBody(text)
  const body = bodyKind(first.head?.['type']) === 'text' ? text : asJson(text)
  return all.map((frame, index) => headOf(frame) + (index === at ? escapeBody(body) : '')).join('')
}

function headOf({ head = {} }: Frame): string {
  const named: JsonObject = Object.fromEntries(Object.entries(head).filter(([name]) => kept.has(name)))
  return `${RS}${JSON.stringify(named)}\n`
}

function asJson(text: string): string {
  return parsed(text) === undefined ? JSON.stringify(text) : text
}
