import type { Head } from '@streamfold/core/codec'

/**
 * A step in the making of a response's parts, in the words of the wire format but without its encoding: what the readers of sources give and
 * the writer takes.
 *
 * - A head starts a frame. It becomes the open part if its type can have a body.
 * - A body adds to the part with that id (of a text, of reasoning, or of a call its input), without an id to the open part.
 * - Every text and all reasoning begins with a head, also the first text. Each ends with the next head of another part, or, if it has an
 *   id, with an `end` head of that id.
 * - `output`, `fault`, `data`, `custom` and `meta` are followed at once by their whole body, in one chunk; `custom` may have none. The body of
 *   data with `isStreamed` comes in many, until another part begins.
 * - The input of a call comes in as many bodies as the model streams. An `input` head says that it is complete.
 */
export type PartChunk = { readonly head: Head; readonly isStreamed?: true } | { readonly body: string; readonly id?: string }

const whole = ['output', 'fault', 'data', 'custom', 'meta'] as const

/** A type of head that has a body: in one chunk, or in as many as come. */
export type BodyType = (typeof whole)[number] | 'text' | 'reasoning' | 'tool'

const wholeTypes: ReadonlySet<string> = new Set(whole)

/** Whether the body of a type comes in one chunk behind its head. */
export function comesWhole(type: Head['type']): boolean {
  return wholeTypes.has(type)
}
