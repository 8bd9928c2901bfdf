import type { ListedConversation, ListOptions } from './conversation-index.ts'

/** The last conversation of a page, as far as the next page depends on it. */
type ListPosition = Pick<ListedConversation, 'lastActivity' | 'channel'>

/** Reads the limit of a page, for the author of a `ConversationIndex`. @throws TypeError */
export function listLimit({ limit = 50 }: ListOptions): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 500) return limit
  throw new TypeError(`unable to list conversations; the limit is ${String(limit)}: give a whole number from 1 to 500`)
}

/** What `next` says of a page that ends with this conversation. */
export function cursorOf({ lastActivity, channel }: ListPosition): string {
  return `${lastActivity} ${channel}`
}

/** Reads what `cursorOf` wrote. A page may have sent it, so it may be anything. @throws TypeError */
export function readCursor(after: string | undefined): ListPosition | undefined {
  if (after === undefined) return undefined
  const [, at = '', channel = ''] = /^(-?\d{1,16}(?:\.\d{1,16})?) (.+)$/s.exec(after) ?? []
  if (channel !== '') return { lastActivity: Number(at), channel }
  throw new TypeError(
    'unable to list conversations; `after` is not what a page gave as `next`: leave it out to begin with the newest',
  )
}
