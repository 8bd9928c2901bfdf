import type { JsonObject } from '../../../shared/json.ts'
import type { PartStream } from './part-outlet.ts'

/** A call of a tool. */
export interface Call {
  readonly is: 'call'
  readonly head: JsonObject
  /** Its input so far. */
  text: string
  /** Undefined while the input may still come whole. */
  stream: PartStream | undefined
  isClosed: boolean
}

/** A part whose message is published once it is complete. */
export interface Whole {
  readonly is: 'whole'
  readonly head: JsonObject
  text: string
}

/** What a response that goes on in another message takes along. */
export interface CarriedParts {
  readonly calls: Map<string, Call>
  /** A result of which not all has come. */
  open: Whole | undefined
  metadata: JsonObject
  /** Whether their clients show nothing of it yet. */
  isEmpty: boolean
  /** Whether a message before this one goes on in it. */
  isContinued: boolean
}

export function carryNothing(): CarriedParts {
  return { calls: new Map(), open: undefined, metadata: {}, isEmpty: true, isContinued: false }
}

/** A copy that later changes leave as it is. */
export function copyCarried({ calls, open, ...rest }: CarriedParts): CarriedParts {
  return { ...rest, calls: new Map([...calls].map(([id, call]) => [id, { ...call }])), open: open && { ...open } }
}
