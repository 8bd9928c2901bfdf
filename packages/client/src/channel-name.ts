import type { ConversationErrorCode } from './conversation-error.ts'
import { ConversationError } from './conversation-error.ts'

/** Why a channel's name is invalid; undefined if it is valid. */
export function channelNameProblem(name: unknown): ConversationError | undefined {
  const wrong = (reason: string, code: ConversationErrorCode = 'no-channel-name') =>
    new ConversationError(code, `unable to open the conversation; ${reason}`)
  if (typeof name !== 'string') return wrong(`the channel name is of type ${typeof name}: give a string`)
  if (name.trim() === '') return wrong('the channel name is empty: give a name, or undefined while there is none')
  // `channels.get(undefined)` stringifies its argument. All visitors would share that channel.
  if (name === 'undefined' || name === 'null')
    return wrong(`the channel name is "${name}", which is what is left of a missing one: open it once there is a name`)
  const rest = leftIn(name)
  return rest === undefined ? undefined : wrong(`the channel name is "${name}", with ${rest}: open it once there is an id`)
}

/** What a template such as `ai:${id}` makes of an id that is missing, or no string: again all visitors would share the channel. */
function leftIn(name: string): string | undefined {
  const parts = name.split(':').map((part) => part.trim())
  if (parts.length > 1 && parts.at(-1) === '') return 'nothing behind its namespace'
  if (parts.some((part) => part === 'undefined' || part === 'null' || part === 'NaN')) return 'what is left of a missing id'
  return /\[object \w+\]/.test(name) ? 'what is left of an object' : undefined
}
