import type { FinishReason, Headers } from './message.ts'

const reasons: ReadonlySet<string> = new Set<FinishReason>(['stop', 'length', 'content-filter', 'tool-calls', 'error', 'other'])

/** What the `finish` header of a response that has ended says; undefined where it says nothing. */
export function finishOf(headers: Partial<Headers>): FinishReason | undefined {
  // What streams again has not ended, whatever its headers still say.
  if (headers['status'] === 'streaming') return undefined
  const { finish = '' } = headers
  if (finish === '') return undefined
  return reasons.has(finish) ? (finish as FinishReason) : 'other' // As just looked up.
}
