import { ownHeadersProblem } from '@streamfold/core/codec'
import type { Fields } from '../source/fields.ts'
import { isFields } from '../source/fields.ts'

/** @throws TypeError where this is not what `createAgentChannel` returns. */
export function checkAgentChannel(given: unknown): void {
  const remedy = 'give what createAgentChannel(channel, { clientId }) of @streamfold/ably returns'
  const right = has(given, 'conversation') && has(given, 'subscribe') && has(given, 'announce') && isFields(given['writer'])
  if (!right)
    throw new TypeError(`unable to serve the agent; \`channel\` is ${nameOf(given)}, which it cannot write to: ${remedy}`)
}

/** @throws TypeError where this is not what `createResponseWriter` returns. */
export function checkWriter(given: unknown): void {
  if (has(given, 'create') && has(given, 'append') && has(given, 'update')) return
  const remedy = 'give what createResponseWriter(channel) of @streamfold/ably returns'
  throw new TypeError(`unable to stream the response; the writer is ${nameOf(given)}, which it cannot write to: ${remedy}`)
}

/**
 * @param unable what cannot be done with them
 * @param more names that are taken beside the protocol's
 * @throws TypeError for headers that are not a product's own, or no strings
 */
export function checkHeaders(unable: string, headers: unknown, more: readonly string[] = []): void {
  const problem = ownHeadersProblem(headers, more)
  if (problem !== undefined) throw new TypeError(`unable to ${unable}; ${problem}`)
}

/** @throws TypeError where this is not what an archive reads. */
export function checkArchivePage(given: unknown): void {
  if (isFields(given) && Array.isArray(given['messages'])) return
  const what = has(given, 'then') ? 'a promise' : has(given, 'read') ? 'an archive' : nameOf(given)
  throw new TypeError(`unable to read the archive; the page is ${what}: give what archive.read(channelName) resolves with`)
}

function nameOf(given: unknown): string {
  if (Array.isArray(given)) return 'a list'
  if (typeof given === 'string') return `the text "${given}"`
  if (!isFields(given)) return String(given)
  return has(given, 'publish') ? 'a channel of ably' : 'some other object'
}

function has(given: unknown, method: string): given is Fields {
  return isFields(given) && typeof given[method] === 'function'
}
