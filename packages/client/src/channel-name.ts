import type { ConversationErrorCode } from './conversation-error.ts'
import { ConversationError } from './conversation-error.ts'

/** What is wrong with the name of a channel, if something is. A name that is not known yet is no name: ask `isNamed` first. */
export function channelNameProblem(name: unknown): ConversationError | undefined {
  const wrong = (reason: string, code: ConversationErrorCode = 'no-channel-name') =>
    new ConversationError(code, `unable to open the conversation; ${reason}`)
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
