import { AblyError } from '../protocol/ably-error.ts'
import type { Data } from '../protocol/protocol-message.ts'
import { deeperThan } from './depth.ts'

/** As deep as the msgpack decoder goes, so that both formats take the same data. */
const MAX_DEPTH = 512

export interface Payload {
  readonly data: Data
  readonly encoding: string | undefined
}

/** Brings data to one inner form: a string, or bytes whose encoding no longer mentions base64 (P78, RSL4). */
export function parsePayload(data: unknown, encoding: string | undefined): Payload {
  if (data === undefined || data === null) return { data: undefined, encoding }
  if (data instanceof Uint8Array) return { data, encoding }
  if (typeof data === 'string') return fromText(data, encoding)
  if (typeof data === 'object') {
    if (deeperThan(data, MAX_DEPTH)) throw new AblyError(40000, 400, 'unable to read the message; its data is nested too deeply')
    return { data: JSON.stringify(data), encoding: encoding ? `${encoding}/json` : 'json' }
  }
  throw new AblyError(40013, 400, `unable to read the message; its data is a ${typeof data}`)
}

function fromText(data: string, encoding: string | undefined): Payload {
  if (encoding === 'base64') return { data: Buffer.from(data, 'base64'), encoding: undefined }
  if (encoding?.endsWith('/base64')) {
    return { data: Buffer.from(data, 'base64'), encoding: encoding.slice(0, -'/base64'.length) }
  }
  return { data, encoding }
}
