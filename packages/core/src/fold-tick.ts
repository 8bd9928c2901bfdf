import type { Conversation } from './conversation.ts'
import { retryHistory } from './fold-channel.ts'
import { member } from './fold.ts'
import { stepContinuity, stepStatus } from './lifecycle.ts'
import type { Message } from './message.ts'
import { find, put } from './messages.ts'
import type { ResponseEvent } from './response-machine.ts'

/** Lets time pass: retries what is due, and judges the silence of responses while the channel is live to hear them. */
export function foldTick(state: Conversation, now: number): Conversation {
  if (!(now > state.now)) return state
  const ticked = retryHistory({ ...state, now })
  return ticked.channel.status === 'live' ? ticked.open.reduce(judge, ticked) : ticked
}

function judge(state: Conversation, serial: string): Conversation {
  const message = find(state.messages, serial)
  const verdict = message && verdictOn(state, message)
  if (!message || !verdict || message.status === 'sending') return state
  const status = stepStatus(message.status, verdict)
  // What is assumed to be complete is not waited for any more.
  const continuity = verdict === 'silence.assumed' ? stepContinuity(message.continuity, 'stream.based') : message.continuity
  if (status === message.status && continuity === message.continuity) return state
  return {
    ...state,
    messages: put(state.messages, { ...message, status, continuity }),
    open: member(state.open, serial, status === 'streaming' || status === 'stalled'),
  }
}

function verdictOn(state: Conversation, message: Message): ResponseEvent['type'] | undefined {
  const { stalledAfter, abandonedAfter, absentAfter } = state.options
  const silence = silenceOf(state, message)
  if (!message.marked) return silence > stalledAfter ? 'silence.assumed' : undefined
  const alone = state.agents?.length === 0
  if (silence > abandonedAfter || (alone && silence > absentAfter)) return 'silence.abandoned'
  return silence > stalledAfter ? 'silence.stalled' : undefined
}

/** Milliseconds since a message was heard, while it could be heard. */
export function silenceOf(state: Conversation, message: Message): number {
  if (message.heardAt > 0) return state.now - Math.max(message.heardAt, state.liveSince)
  // What was only read is dated by the service, whose clock may be ahead of ours.
  const at = Math.min(message.updatedAt, state.now)
  // A stream that an agent may be at work on is given time to be heard; nothing else is.
  return state.agents?.length === 0 || !message.marked ? state.now - at : state.now - Math.max(at, state.liveSince)
}
