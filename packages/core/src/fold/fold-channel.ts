import type { ChannelEvent } from '../machines/channel-machine.ts'
import type { ChannelState, Conversation } from './conversation.ts'
import { inContext } from './conversation.ts'
import type { ChannelChanged, ConnectionChanged, HistoryRead } from '../protocol/event.ts'
import { statusOf, stepChannel, stepContinuity } from './lifecycle.ts'
import { list, mapRecords } from './record-list.ts'
import { isUnended } from './standing.ts'

/** Folds a change of the channel's state. An attachment without continuity clears every delivered position (P61). */
export function foldChannel(state: Conversation, { state: to, resumed, error, unopened }: ChannelChanged): Conversation {
  if (unopened)
    return inContext(state, { channel: { ...state.context.channel, status: 'failed', place: 'failed', error, unopened } })
  if (to !== 'attached') return advanceChannel(state, `channel.${to}`, error)
  return resumed ? advanceChannel(state, 'channel.resumed') : advanceChannel(loseContinuity(state), 'channel.begun')
}

/** Folds a change of the connection's state. */
export function foldConnection(state: Conversation, event: ConnectionChanged): Conversation {
  const { connection, now } = state.context
  const retryAt = event.retryIn === undefined ? undefined : now + event.retryIn
  // A refused client that connects again is still refused.
  const tries = event.state === 'connecting' && connection.refused === true
  const { error, refused = false } = tries ? connection : event
  const same =
    connection.state === event.state &&
    connection.error === error &&
    connection.retryAt === retryAt &&
    (connection.refused ?? false) === refused
  const next = same
    ? state
    : inContext(state, { connection: { state: event.state, error, ...(refused && { refused }), retryAt } })
  return event.state === 'connected' ? next : advanceChannel(next, 'connection.lost')
}

/** Folds the end of a history read: its success, or its failure and when to retry it. */
export function foldHistory(state: Conversation, event: HistoryRead): Conversation {
  const { channel, options, now, hasOlder } = state.context
  if (event.state !== 'failed') {
    const same = event.hasOlder === undefined || event.hasOlder === hasOlder
    const next = same ? state : inContext(state, { hasOlder: event.hasOlder === true })
    return event.state === 'loaded' ? advanceChannel(next, 'history.loaded') : next
  }
  if (!reads(channel)) return state
  const pause = options.retryAfter * Math.min(2 ** (channel.attempt - 1), 30)
  return inContext(state, { channel: { ...channel, error: event.error, retryAt: now + pause } })
}

/** Retries a failed read when its pause is over. */
export function retryHistory(state: Conversation): Conversation {
  const { channel, now } = state.context
  return channel.retryAt !== undefined && now >= channel.retryAt ? advanceChannel(state, 'history.retry') : state
}

/** Steps the channel's machine, and updates what depends on it: effects, attempts and the time since which it is live. */
function advanceChannel(state: Conversation, event: ChannelEvent['type'], error?: string): Conversation {
  const { channel, now, liveSince } = state.context
  const { place, fetchHistory } = stepChannel(channel.place, event)
  if (place === channel.place && !fetchHistory) return state
  const status = statusOf(place)
  const known = channel.known || event === 'history.loaded'
  const attempt = event === 'history.retry' ? channel.attempt + 1 : fetchHistory ? 1 : 0
  return inContext(state, {
    channel: { status, place, known, attempt, retryAt: undefined, error },
    effects: fetchHistory ? [{ type: 'fetchHistory', attempt, downTo: known ? list(state.records)[0]?.id : undefined }] : [],
    liveSince: status === 'live' ? now : liveSince,
  })
}

/** A new attachment has no base for any record yet (P20, P61): an open record is gapped until one arrives. */
function loseContinuity(state: Conversation): Conversation {
  const records = mapRecords(state.records, (record) => {
    if (record.deliveredVersion === undefined) return record
    // One that waits has all that was said before it waits.
    const mayGrow = isUnended(record) && record.status !== 'waiting'
    const continuity = mayGrow ? stepContinuity(record.continuity, 'stream.lost') : record.continuity
    return { ...record, deliveredVersion: undefined, continuity }
  })
  // The history that is read next shows whether the stream has passed them.
  return { records, context: { ...state.context, behind: [] } }
}

function reads({ status }: ChannelState): boolean {
  return status === 'hydrating' || status === 'recovering'
}
