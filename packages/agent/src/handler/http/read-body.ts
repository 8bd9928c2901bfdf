import type { Fields } from '../../source/fields.ts'
import { isFields } from '../../source/fields.ts'
import { HttpError } from './http-error.ts'

/** Bytes of a body, unless a route takes more. */
const MOST = 16 * 1_024

/**
 * Reads a copy of the body; the request itself stays unread, for `authorize`.
 *
 * @throws HttpError 413
 */
export async function readBody(request: Request, most = MOST): Promise<string> {
  if (request.body === null) return ''
  const tooLarge = new HttpError(413, 'too-large', `unable to read the body; it is larger than ${most} bytes: send less`)
  if (Number(request.headers.get('content-length')) > most) throw tooLarge
  if (request.bodyUsed)
    throw new Error(
      'unable to read the body; it has been read before: let no body parser of the framework read it, and give the handler the request as it came',
    )
  const reader = request.clone().body!.getReader() // The copy of a body is one.
  const decoder = new TextDecoder()
  let text = ''
  for (let size = 0; ;) {
    const { value, done } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > most) {
      // Ends when the request's own body is cancelled, too.
      void reader.cancel()
      throw tooLarge
    }
    text += decoder.decode(value, { stream: true })
  }
}

/**
 * The value of JSON.
 *
 * @throws HttpError 400, 415
 */
export function readJson(request: Request, body: string): unknown {
  // Not only for tidiness: a page of another origin cannot send this type without asking first.
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(request.headers.get('content-type') ?? ''))
    throw new HttpError(415, 'unsupported-type', 'unable to read the body; send JSON with Content-Type: application/json')
  try {
    return JSON.parse(body)
  } catch {
    const reason =
      body === '' ? 'it is empty: send JSON, and let no body parser of the framework read it first' : 'it is not JSON'
    throw new HttpError(400, 'bad-json', `unable to read the body; ${reason}`)
  }
}

/**
 * The fields of a JSON object.
 *
 * @throws HttpError 400, 415
 */
export function readFields(request: Request, body: string): Fields {
  const value = readJson(request, body)
  if (isFields(value)) return value
  throw new HttpError(400, 'bad-request', 'unable to use the body; it is not a JSON object')
}
