import type { Conversation, ConversationEvent } from '@streamfold/core'
import type { Change } from './change.ts'
import { channelEventOf, continuityEventOf, statusEventOf } from './change.ts'
import { allMessages, findMessage } from './find-message.ts'

const none: readonly Change[] = []

/** The lifecycle steps of an event. @param unsettled serials of messages that may change without their own event */
export function changesOf(
  event: ConversationEvent,
  before: Conversation,
  after: Conversation,
  unsettled: ReadonlySet<string>,
): readonly Change[] {
  if (before === after) return none
  if ('version' in event) {
    const own = changesOfMessage(event, event.serial, before, after)
    // One record of a group changes how the others stand: their group's agent is at work again.
    const turned = after.context.grouped || isTurned(event.serial, before, after)
    return turned ? [...own, ...changesOfOthers(event, event.serial, before, after)] : own
  }
  const changes: Change[] = []
  const { connection, channel } = after.context
  const from = { connection: before.context.connection.state, channel: before.context.channel.place }
  if (connection.state !== from.connection)
    changes.push({ track: 'connection', serial: undefined, from: from.connection, to: connection.state, event: undefined })
  if (channel.place !== from.channel)
    changes.push({ track: 'channel', serial: undefined, from: from.channel, to: channel.place, event: channelEventOf(event) })
  if (before.records === after.records) return changes.length > 0 ? changes : none
  // Activity of a group's agent has no event of a record, and brings back one that was given up.
  if (after.context.grouped) return [...changes, ...changesOfOthers(event, undefined, before, after)]
  for (const serial of [...unsettled].sort()) changes.push(...changesOfMessage(event, serial, before, after))
  return changes
}

/** Whether a prompt was deleted or restored: that ends or reopens its responses. */
function isTurned(serial: string, before: Conversation, after: Conversation): boolean {
  const [was, is] = [findMessage(before, serial), findMessage(after, serial)]
  return is?.role === 'user' && (was?.status === 'deleted') !== (is.status === 'deleted')
}

/** The steps of all responses but that of `own`. */
function changesOfOthers(
  event: ConversationEvent,
  own: string | undefined,
  before: Conversation,
  after: Conversation,
): readonly Change[] {
  const responses = allMessages(after).filter(({ id, role }) => role === 'assistant' && id !== own)
  const serials = [...new Set(responses.map(({ id }) => id))].sort()
  return serials.flatMap((serial) => changesOfMessage(event, serial, before, after))
}

function changesOfMessage(
  event: ConversationEvent,
  serial: string,
  before: Conversation,
  after: Conversation,
): readonly Change[] {
  const was = findMessage(before, serial)
  const is = findMessage(after, serial)
  if (!is || was === is || (was?.status === is.status && was.continuity === is.continuity)) return none
  const changes: Change[] = []
  if (was?.status !== is.status)
    changes.push({ track: 'status', serial, from: was?.status, to: is.status, event: statusEventOf(event, is.status) })
  if (was?.continuity !== is.continuity) {
    const { continuity } = is
    changes.push({ track: 'continuity', serial, from: was?.continuity, to: continuity, event: continuityEventOf(continuity) })
  }
  return changes
}
