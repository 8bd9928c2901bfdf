import type { Codec } from './codec.ts'
import type { Answered, Cancel, Ignored, WireEvent } from './event.ts'
import type { ParseOptions } from './parse-message.ts'
import { parseMessage } from './parse-message.ts'
import { isObject } from '../shared/json.ts'

/** How to parse a channel's messages. */
export interface NormaliseOptions extends ParseOptions {
  /** The channel's format, if it is neither Streamfold's own nor the plain pattern: `aiTransport`, or a product's own codec. */
  readonly codec?: Codec | undefined
}

const noOptions: NormaliseOptions = {}

/**
 * Parses an Ably message (`InboundMessage`, or any JSON in its place) into an event. Never throws: a message that does not fit
 * becomes `{ type: 'ignored', reason }`.
 */
export function normalise(raw: unknown, options: NormaliseOptions = noOptions): WireEvent | Answered | Cancel | Ignored {
  if (!isObject(raw)) return { type: 'ignored', reason: 'not an object' }
  try {
    return options.codec === undefined ? parseMessage(raw, options) : options.codec.parse(raw, options)
  } catch (error) {
    // A product's `text`, `agent` or codec threw. One such message must not make the others unreadable.
    return { type: 'ignored', reason: `it could not be read: ${String(error)}` }
  }
}
