import type { ChannelEvent } from './channel-machine.ts'
import { stepChannel } from './channel-machine.ts'
import type { Conversation } from './conversation.ts'
import type { ChannelChanged, ConnectionChanged, HistoryRead } from './event.ts'
import { lifecycleOf, member } from './fold.ts'
import { step } from './lifecycle.ts'
import { list, mapMessages } from './messages.ts'

export function foldChannel(state: Conversation, event: ChannelChanged): Conversation {
  if (event.state !== 'attached') return advanceChannel(state, { type: `channel.${event.state}`, error: event.error })
  if (event.resumed) return advanceChannel(state, { type: 'channel.resumed' })
  return advanceChannel(loseContinuity(state), { type: 'channel.begun' })
}

export function foldConnection(state: Conversation, event: ConnectionChanged): Conversation {
  const retryAt = event.retryIn === undefined ? undefined : state.now + event.retryIn
  const { connection } = state
  const same = connection.state === event.state && connection.error === event.error && connection.retryAt === retryAt
  const next = same ? state : { ...state, connection: { state: event.state, error: event.error, retryAt } }
  return event.state === 'connected' ? next : advanceChannel(next, { type: 'connection.lost' })
}

export function foldHistory(state: Conversation, event: HistoryRead): Conversation {
  if (event.state === 'loaded') {
    const hasOlder = event.hasOlder ?? state.hasOlder
    return advanceChannel(hasOlder === state.hasOlder ? state : { ...state, hasOlder }, { type: 'history.loaded' })
  }
  const pause = state.options.retryAfter * Math.min(2 ** Math.max(0, state.channel.context.attempt - 1), 30)
  return advanceChannel(state, { type: 'history.failed', error: event.error, retryAt: state.now + pause })
}

/** Steps the channel's machine and keeps what follows from its state: effects, and since when it is live. */
export function advanceChannel(state: Conversation, event: ChannelEvent): Conversation {
  const { state: channel, fetchHistory } = stepChannel(state.channel, event)
  if (channel === state.channel && !fetchHistory) return state
  const reads = channel.status === 'hydrating' || channel.status === 'recovering'
  const effects = fetchHistory
    ? [{ type: 'fetchHistory' as const, attempt: channel.context.attempt, downTo: list(state.messages)[0]?.id }]
    : reads
      ? state.effects
      : []
  const liveSince = channel.status === 'live' && state.channel.status !== 'live' ? state.now : state.liveSince
  return { ...state, channel, effects: effects.length === 0 && state.effects.length === 0 ? state.effects : effects, liveSince }
}

/** A new attachment has no base for any message yet: what still streams is gapped until one arrives. */
function loseContinuity(state: Conversation): Conversation {
  const messages = mapMessages(state.messages, (message) => {
    const open = message.status === 'streaming' || message.status === 'stalled' || message.status === 'abandoned'
    const { continuity } = open ? step(lifecycleOf(message), 'stream.lost') : message
    if (message.live === undefined && continuity === message.continuity) return message
    return { ...message, live: undefined, continuity }
  })
  if (messages === state.messages) return state
  // Whether the stream has passed them is unknown now; the history that is read next tells.
  return { ...state, messages, behind: state.behind.reduce((set, serial) => member(set, serial, false), state.behind) }
}
