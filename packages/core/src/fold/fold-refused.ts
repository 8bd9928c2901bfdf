import type { RefusedVersion, VersionsRead } from '../protocol/event.ts'
import type { Conversation } from './conversation.ts'
import { inContext } from './conversation.ts'
import { find } from './record-list.ts'
import type { RefusedMessage } from './refused-message.ts'

/**
 * Folds a message whose newest version is refused: what is known of it stays, and its older versions are read. That goes for a delivered version too: it
 * may stand for several that were merged, of which its author made only the last (P14).
 */
export function foldRefused(state: Conversation, { serial, version, delivered = false }: RefusedVersion): Conversation {
  const { refused = none, answers } = state.context
  const record = find(state.records, serial)
  // A text that follows the stream has all that the permitted versions made of it, up to what is delivered next.
  const follows = !delivered && record?.deliveredVersion === record?.version
  const isKnown = record && (record.version >= version || follows)
  const isWithdrawn = answers.some((answer) => answer.serial === serial && answer.withdrawn)
  const isListed = refused.some((other) => other.serial === serial && other.version >= version)
  if (isKnown || isWithdrawn || isListed) return state
  return inContext(state, { refused: [...refused.filter((other) => other.serial !== serial), { serial, version }] })
}

/** Folds the end of reading the older versions. */
export function foldVersionsRead(state: Conversation, { serial, upTo }: VersionsRead): Conversation {
  const { refused = none } = state.context
  const at = refused.findIndex((other) => other.serial === serial && other.version <= upTo && !other.read)
  return at < 0 ? state : inContext(state, { refused: refused.with(at, { ...refused[at]!, read: true }) }) // Just found.
}

const none: readonly RefusedMessage[] = []
