import type { CallDecision as Decided, CallPart, Decision, WaitingCall } from '@streamfold/client'
import { isOpenCall } from '@streamfold/client'
import type { Conversation, Message, MessagePart } from '@streamfold/core'
import { selectMessages, selectWaiting } from '@streamfold/core'
import type { ChatMessage } from '../messages/chat-message.ts'
import type { Shown } from '../messages/shown.ts'

/** What a page has decided about a call that still waits. */
export type CallDecision = Decided<{ readonly message: Message; readonly call: CallPart }>

/**
 * What a chat has and the channel does not: approvals, denials, and outputs of tools that the page ran. A call that is decided already keeps its
 * decision.
 *
 * @param messages those of the chat
 */
export function decisionsIn(
  messages: readonly ChatMessage[],
  shown: readonly Shown[],
  state: Conversation,
): readonly CallDecision[] {
  return openCalls(state).flatMap(({ message, call }) => {
    const id = shown.find((one) => one.message.id === message.id)?.id
    const parts = messages.find((one) => one.id === id && one.role === 'assistant')?.parts ?? []
    const part = parts.map(fieldsOf).find(({ toolCallId }) => toolCallId === call.toolCallId)
    const decision = part && (wantsOutput(call) ? outputIn(part) : approvalIn(part))
    return decision ? [{ shown: { message, call: { ...call, input: part['input'] } }, decision }] : []
  })
}

/** The calls of a response that still wait for somebody. */
export function waitingCalls(state: Conversation, { id }: Message): readonly CallPart[] {
  return openCalls(state).flatMap(({ message, call }) => (message.id === id ? [call] : []))
}

/** Whether a call that waits is for the page to run; a person decides about all others. */
export function wantsOutput({ wanted, approval }: CallPart): boolean {
  return wanted !== undefined || approval === undefined
}

/** Calls that somebody was asked about, and those of agents of other formats, which do not say that they ask a page for an output: they wait for it. */
function openCalls(state: Conversation): readonly Pick<WaitingCall, 'message' | 'call'>[] {
  const unasked = selectMessages(state).flatMap((message) =>
    message.status !== 'waiting' ? [] : message.parts.filter(isUnasked).map((call) => ({ message, call })),
  )
  return [...selectWaiting(state), ...unasked]
}

function isUnasked(part: MessagePart): part is CallPart {
  if (!('toolCallId' in part)) return false
  const call = part as CallPart // Of a part with an id.
  return !call.approval && !call.wanted && isOpenCall(call)
}

type Fields = Readonly<Record<string, unknown>>

/** The shape of a part is the product's, so each field is looked at. */
function fieldsOf(part: ChatMessage['parts'][number]): Fields {
  return part as unknown as Fields // Read by name.
}

/** A page that gives the output of a call which it may run has approved it. */
function approvalIn({ state, approval }: Fields): Decision | undefined {
  if (state === 'approval-requested' || typeof approval !== 'object' || approval === null) return undefined
  const { approved, reason } = approval as Fields // Read by name.
  if (typeof approved !== 'boolean') return undefined
  return { approve: approved, ...(typeof reason === 'string' && { reason }) }
}

function outputIn({ state, output, errorText }: Fields): Decision | undefined {
  // JSON has no undefined.
  if (state === 'output-available') return { output: output ?? null }
  if (state === 'output-error') return { error: typeof errorText === 'string' ? errorText : 'the tool failed' }
  return undefined
}
