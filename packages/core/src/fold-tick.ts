import type { Conversation } from './conversation.ts'
import { advanceChannel } from './fold-channel.ts'
import { lifecycleOf, member } from './fold.ts'
import { step } from './lifecycle.ts'
import type { Message } from './message.ts'
import { find, put } from './messages.ts'

/** Lets time pass: retries what is due, and judges the silence of responses while the channel is live to hear them. */
export function foldTick(state: Conversation, now: number): Conversation {
  if (now <= state.now) return state
  const ticked = advanceChannel({ ...state, now }, { type: 'tick', now })
  if (ticked.channel.status !== 'live') return ticked
  return ticked.open.reduce(judge, ticked)
}

function judge(state: Conversation, serial: string): Conversation {
  const message = find(state.messages, serial)
  if (!message) return state
  const silence = silenceOf(state, message)
  const { stalledAfter, abandonedAfter, absentAfter } = state.options
  const alone = state.agents?.length === 0
  const lifecycle = lifecycleOf(message)
  const next = !message.marked
    ? silence > stalledAfter
      ? step(step(lifecycle, 'silence.assumed'), 'stream.based')
      : lifecycle
    : silence > abandonedAfter || (alone && silence > absentAfter)
      ? step(lifecycle, 'silence.abandoned')
      : silence > stalledAfter
        ? step(lifecycle, 'silence.stalled')
        : lifecycle
  if (next.status === message.status && next.continuity === message.continuity) return state
  const { status, continuity } = next
  return {
    ...state,
    messages: put(state.messages, { ...message, status, continuity }),
    open: member(state.open, serial, status === 'streaming' || status === 'stalled'),
  }
}

/** Milliseconds since a message was heard. What was only read, not heard, is dated by the service, whose clock may be ahead. */
export function silenceOf(state: Conversation, message: Message): number {
  if (message.heardAt > 0) return state.now - Math.max(message.heardAt, state.liveSince)
  const at = Math.min(message.updatedAt, state.now)
  // While an agent is at work the read text may well be growing: give the stream time to be heard.
  return state.agents?.length === 0 || !message.marked ? state.now - at : state.now - Math.max(at, state.liveSince)
}
