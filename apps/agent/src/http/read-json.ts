import * as v from 'valibot'
import { HttpError } from '@streamfold/agent'

/**
 * The body, parsed and checked.
 *
 * @param empty what an empty body stands for; without it an empty body is malformed
 * @throws HttpError 400 or 415, saying what is wrong
 */
export async function readJson<S extends v.GenericSchema>(
  request: Request,
  schema: S,
  empty?: v.InferInput<S>,
): Promise<v.InferOutput<S>> {
  const text = await request.text()
  if (text === '' && empty !== undefined) return v.parse(schema, empty)
  // Not only for tidiness: a page of another origin cannot send this type without asking first.
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(request.headers.get('content-type') ?? ''))
    throw new HttpError(415, 'unsupported-type', 'unable to read the body; send JSON with Content-Type: application/json')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new HttpError(400, 'bad-json', 'unable to read the body; it is not JSON')
  }
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const field = v.getDotPath(issue)
  throw new HttpError(400, 'bad-request', `unable to use the body; ${field ? `${field}: ` : ''}${issue.message}`)
}
