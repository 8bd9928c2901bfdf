import type { Headers } from './message.ts'

/**
 * Why the model ended a response, in the words of the AI SDK. `stop`: it had said all. `length`: a limit on tokens cut it off.
 * `content-filter`: a filter stopped it, or the model declined. `tool-calls`: it waits for tools that nobody ran. `error`: it failed. `other`: for
 * another reason, or for one that it did not name.
 */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other'

const reasons: ReadonlySet<string> = new Set<FinishReason>(['stop', 'length', 'content-filter', 'tool-calls', 'error', 'other'])

/** What the `finish` header of a response that has ended says; undefined where it says nothing. */
export function finishOf(headers: Partial<Headers>): FinishReason | undefined {
  // What streams again has not ended, whatever its headers still say.
  if (headers['status'] === 'streaming') return undefined
  const { finish = '' } = headers
  if (finish === '') return undefined
  return reasons.has(finish) ? (finish as FinishReason) : 'other' // As just looked up.
}
