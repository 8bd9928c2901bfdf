import { HttpError } from './http/http-error.ts'

/** The user who sends a request, as the product's `authorize` says. */
export interface User {
  /** The identity on the channel: what the user publishes is stamped with it. */
  readonly clientId: string
  /**
   * The conversations that the user may open: names of channels, or a function of a name that reads them from a database. The function may throw
   * an `HttpError`.
   */
  readonly conversations: readonly string[] | ((channelName: string) => boolean | PromiseLike<boolean>)
  /**
   * Operations by channel, for the user's tokens: a token for one conversation has what is said of that one, as `subscribe` alone for somebody who only reads; one that
   * names none has all. Default: `pageOperations` on the conversation that is asked for, and on nothing else.
   */
  readonly capability?: Readonly<Record<string, readonly string[]>>
}

/** The operations of a page: read, publish, be present, and change or delete the user's own messages, which are prompts that wait. */
export const pageOperations: readonly string[] = [
  'subscribe',
  'publish',
  'history',
  'presence',
  'message-update-own',
  'message-delete-own',
]

/** In a capability these mean more than one channel, or another one. */
const SPECIAL = /[\s*[\]\p{C}]/u
const LONGEST = 512

/** Whether it names one channel. */
export function isChannelName(given: unknown): given is string {
  return typeof given === 'string' && given !== '' && given.length <= LONGEST && !SPECIAL.test(given)
}

/**
 * The name of a conversation's channel that the user may open.
 *
 * @param code of the error for what is no name
 * @param unable what cannot be done
 * @throws HttpError 400, 403
 */
export async function openable(given: unknown, user: User, code: string, unable: string): Promise<string> {
  if (!isChannelName(given))
    throw new HttpError(
      400,
      code,
      `${unable}; expected the name of a conversation’s channel, without spaces, asterisks and brackets`,
    )
  if (!(await mayOpen(given, user)))
    throw new HttpError(403, 'not-yours', `${unable}; the conversation is none of this user’s: open one that is`)
  return given
}

/** Whether the user may open a conversation. Rejects with what the product's function throws. */
export async function mayOpen(channelName: string, { conversations }: User): Promise<boolean> {
  // Strictly, as untyped code may be wrong: the rows of a query are true, also when there are none, and a string includes its parts.
  if (typeof conversations === 'function') return (await conversations(channelName)) === true
  if (Array.isArray(conversations)) return conversations.includes(channelName)
  throw new TypeError(
    'unable to see what the user may open; authorize returned other conversations than expected: return a list of names, or a function of a name that returns true or false',
  )
}

/** What the user's tokens may do on one channel, which the user may open. */
export function operationsOn(channelName: string, { capability }: User): readonly string[] {
  if (!capability) return pageOperations
  const granted = Object.entries(capability).filter(([pattern]) => covers(pattern, channelName))
  return [...new Set(granted.flatMap(([, operations]) => operations))]
}

/** Whether a name in a capability means this channel: an asterisk stands for a part between colons, and at the end for all that follows. */
function covers(pattern: string, channelName: string): boolean {
  const wanted = pattern.replace(/^\[\*\]/, '').split(':')
  const parts = channelName.split(':')
  const isOpen = wanted.at(-1) === '*'
  return (
    (isOpen ? parts.length >= wanted.length : parts.length === wanted.length) &&
    wanted.every((part, n) => part === '*' || part === parts[n])
  )
}
