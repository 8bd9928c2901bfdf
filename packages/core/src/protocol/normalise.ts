import type { Codec } from './codec.ts'
import type { Cancel, Ignored, WireEvent } from './event.ts'
import type { ParseOptions } from './parse-message.ts'
import { parseMessage } from './parse-message.ts'
import { isObject } from '../shared/json.ts'

export interface NormaliseOptions extends ParseOptions {
  /** How the channel is written, where it is not our own format or the plain pattern: `aiTransport`, or one of a product's own. */
  readonly codec?: Codec | undefined
}

const noOptions: NormaliseOptions = {}

/**
 * Turns an Ably message (`InboundMessage`, or any JSON that claims to be one) into an event. Never throws: what does not fit
 * is `{ type: 'ignored', reason }`.
 */
export function normalise(raw: unknown, options: NormaliseOptions = noOptions): WireEvent | Cancel | Ignored {
  if (!isObject(raw)) return { type: 'ignored', reason: 'not an object' }
  try {
    return options.codec === undefined ? parseMessage(raw, options) : options.codec.parse(raw, options)
  } catch (error) {
    // A product's own `text`, `agent` or codec met what it did not expect. One such message must not make the others unreadable.
    return { type: 'ignored', reason: `it could not be read: ${String(error)}` }
  }
}
