import type { RealtimeChannel } from 'ably'
import { channelNameProblem, ConversationError } from '@streamfold/client'

/** Bundlers replace `process.env.NODE_ENV`. If nothing does and it does not exist, the build counts as production. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Checks that a value is a channel. @throws ConversationError `no-channel` or `no-channel-name`, with the value that was given */
export function checkChannel(given: unknown): asserts given is RealtimeChannel {
  const reason = notChannel(given)
  if (reason !== undefined) throw new ConversationError('no-channel', `unable to open the conversation; ${reason}`)
  const problem = channelNameProblem((given as RealtimeChannel).name)
  if (problem) throw problem
}

function notChannel(given: unknown): string | undefined {
  if (isChannel(given)) return undefined
  try {
    // Inline, so that a bundler removes the texts from a production build.
    if (process.env.NODE_ENV !== 'production') return mistakenFor(given)
  } catch {
    // A page without a bundler has no `process`.
  }
  return 'this is not a channel: give client.channels.get(name)'
}

function isChannel(given: unknown): boolean {
  const methods = ['attach', 'subscribe', 'publish', 'history']
  return has(given, 'client') && methods.every((method) => has(given, method) && typeof given[method] === 'function')
}

/** What was given instead of a channel. Only for development. */
function mistakenFor(given: unknown): string {
  if (typeof given === 'string') return `"${given}" is the name of a channel: give client.channels.get("${given}")`
  if (typeof given !== 'object' || given === null)
    return `there is no channel, but ${String(given)}: give client.channels.get(name)`
  if (has(given, 'then') && typeof given['then'] === 'function') return 'this is a promise of a channel: await it'
  if ('channels' in given) return 'this is a client, not a channel: give client.channels.get(name)'
  if ('value' in given || 'current' in given) return 'this is a ref of a channel: give what is in it'
  return 'this is not a channel of an ably Realtime client: give client.channels.get(name) of a Realtime client, not of a Rest client, with ably 2.28 or newer'
}

function has(given: unknown, name: string): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && name in given
}
