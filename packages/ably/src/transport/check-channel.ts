import type { RealtimeChannel } from 'ably'
import { channelNameProblem, ConversationError } from '@streamfold/client'

/** Checks that a value is a channel. @throws ConversationError `no-channel` or `no-channel-name`, with the value that was given */
export function checkChannel(given: unknown): asserts given is RealtimeChannel {
  const reason = notChannel(given)
  if (reason !== undefined) throw new ConversationError('no-channel', `unable to open the conversation; ${reason}`)
  const problem = channelNameProblem((given as RealtimeChannel).name)
  if (problem) throw problem
}

function notChannel(given: unknown): string | undefined {
  if (typeof given === 'string') return `"${given}" is the name of a channel: give client.channels.get("${given}")`
  if (typeof given !== 'object' || given === null)
    return `there is no channel, but ${String(given)}: give client.channels.get(name)`
  const has = (method: string) => method in given && typeof given[method as keyof typeof given] === 'function'
  if (has('then')) return 'this is a promise of a channel: await it'
  if ('channels' in given) return 'this is a client, not a channel: give client.channels.get(name)'
  if ('value' in given || 'current' in given) return 'this is a ref of a channel: give what is in it'
  if (!has('attach') || !has('subscribe') || !has('publish') || !has('history') || !('client' in given))
    return 'this is not a channel of an ably Realtime client: give client.channels.get(name) of a Realtime client, not of a Rest client, with ably 2.28 or newer'
  return undefined
}
