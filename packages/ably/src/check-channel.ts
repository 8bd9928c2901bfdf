import type { RealtimeChannel } from 'ably'
import type { ConversationErrorCode } from './conversation-error.ts'
import { ConversationError } from './conversation-error.ts'

const UNABLE = 'unable to open the conversation; '

/** @throws ConversationError `no-channel`, `no-channel-name`, saying what was given instead of a channel. */
export function checkChannel(given: unknown): asserts given is RealtimeChannel {
  const reason = notChannel(given)
  if (reason !== undefined) throw new ConversationError('no-channel', UNABLE + reason)
  const problem = channelNameProblem((given as RealtimeChannel).name)
  if (problem) throw problem
}

/** What is wrong with the name of a channel, if something is. A name that is not known yet is no name: ask `isNamed` first. */
export function channelNameProblem(name: unknown): ConversationError | undefined {
  const wrong = (reason: string, code: ConversationErrorCode = 'no-channel-name') => new ConversationError(code, UNABLE + reason)
  if (typeof name !== 'string') return wrong(`the channel name is of type ${typeof name}: give a string`)
  if (name.trim() === '') return wrong('the channel name is empty: give a name, or undefined while there is none')
  // What `channels.get(undefined)` makes of it. All visitors would share that channel.
  if (name === 'undefined' || name === 'null')
    return wrong(`the channel name is "${name}", which is what is left of a missing one: open it once there is a name`)
  return undefined
}

/** Whether there is a name at all, be it a good one or not. */
export function isNamed(name: unknown): boolean {
  return name !== undefined && name !== null
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
