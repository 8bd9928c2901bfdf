import type { Conversation } from './conversation.ts'
import { inContext } from './conversation.ts'
import type { Tick } from './event.ts'
import { retryHistory } from './fold-channel.ts'
import { stepContinuity, stepStatus } from './lifecycle.ts'
import type { Message } from './message.ts'
import { find, put } from './messages.ts'
import type { ResponseEvent } from './response-machine.ts'

/** Lets time pass: retries what is due, and judges the silence of responses while the channel is live to hear them. */
export function foldTick(state: Conversation, { now, awoke }: Tick): Conversation {
  if (!(now > state.context.now)) return state
  const ticked = retryHistory(inContext(state, awoke ? { now, liveSince: now } : { now }))
  const { channel, open } = ticked.context
  if (channel.status !== 'live') return ticked
  const ended = new Set<string>()
  // Taken out at once: thousands may end together.
  return without(
    open.reduce((next, serial) => judge(next, serial, ended), ticked),
    ended,
  )
}

/** @param ended collects what is not open any more. */
function judge(state: Conversation, serial: string, ended: Set<string>): Conversation {
  const { wholes } = state.context
  const message = find(state.messages, serial)
  const verdict = message && verdictOn(state, wholes?.find(state.messages, message) ?? message)
  if (!message || !verdict) return state
  if (!wholes) return sentence(state, message, verdict, ended)
  // A whole is silent when all of it is. Whether it is open is for it to say, after its parts.
  return wholes.parts(state.messages, message).reduce((next, part) => {
    const own = new Set<string>()
    return wholes.settle(without(sentence(next, part, verdict, own), own), part)
  }, state)
}

function without(state: Conversation, ended: ReadonlySet<string>): Conversation {
  if (ended.size === 0) return state
  return inContext(state, { open: state.context.open.filter((serial) => !ended.has(serial)) })
}

function sentence(state: Conversation, message: Message, verdict: ResponseEvent['type'], ended: Set<string>): Conversation {
  if (message.status === 'sending') return state
  const status = stepStatus(message.status, verdict)
  // What is assumed to be complete is not waited for any more.
  const continuity = verdict === 'silence.assumed' ? stepContinuity(message.continuity, 'stream.based') : message.continuity
  if (status === message.status) return state
  if (status !== 'stalled') ended.add(message.id)
  return { messages: put(state.messages, { ...message, status, continuity }), context: state.context }
}

function verdictOn(state: Conversation, message: Message): ResponseEvent['type'] | undefined {
  const { options, agents } = state.context
  const { stalledAfter, abandonedAfter, absentAfter } = options
  const silence = silenceOf(state, message)
  if (!message.marked) return silence > stalledAfter ? 'silence.assumed' : undefined
  const alone = agents?.length === 0
  if (silence > abandonedAfter || (alone && silence > absentAfter)) return 'silence.abandoned'
  return silence > stalledAfter ? 'silence.stalled' : undefined
}

/** Milliseconds since a message was heard, while it could be heard. */
export function silenceOf(state: Conversation, message: Message): number {
  const { now, liveSince, agents } = state.context
  if (message.heardAt > 0) return now - Math.max(message.heardAt, liveSince)
  // What was only read is dated by the service, whose clock may be ahead of ours.
  const at = Math.min(message.updatedAt, now)
  // A stream that an agent may be at work on is given time to be heard; nothing else is.
  return agents?.length === 0 || !message.marked ? now - at : now - Math.max(at, liveSince)
}
