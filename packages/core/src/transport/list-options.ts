import type { ListedConversation, ListOptions } from './conversation-index.ts'

/** The last conversation of a page, as far as the next page depends on it. */
type ListPosition = Pick<ListedConversation, 'lastActivity' | 'channel'>

/**
 * Says that a page asked for a list with a limit or an `after` that is none, for the author of a `ConversationIndex`: the agent's handler answers it with status 400, and
 * every other error with 500.
 */
export class ListOptionsError extends TypeError {
  override readonly name = 'ListOptionsError'
}

/** Reads the limit of a page, for the author of a `ConversationIndex`. @throws ListOptionsError */
export function listLimit({ limit = 50 }: ListOptions): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 500) return limit
  throw new ListOptionsError(`unable to list conversations; the limit is ${String(limit)}: give a whole number from 1 to 500`)
}

/** What `next` says of a page that ends with this conversation. */
export function cursorOf({ lastActivity, channel }: ListPosition): string {
  return `${lastActivity} ${channel}`
}

/** Reads what `cursorOf` wrote. A page may have sent it, so it may be anything. @throws ListOptionsError */
export function readCursor(after: string | undefined): ListPosition | undefined {
  if (after === undefined) return undefined
  const [, at = '', channel = ''] = /^(-?\d{1,16}(?:\.\d{1,16})?) (.+)$/s.exec(after) ?? []
  if (channel !== '') return { lastActivity: Number(at), channel }
  throw new ListOptionsError(
    'unable to list conversations; `after` is not what a page gave as `next`: leave it out to begin with the newest',
  )
}
