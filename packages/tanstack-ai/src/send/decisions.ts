import type { CallDecision as Decided, CallPart, Decision } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import type { RunAgentResumeItem, UIMessage } from '@tanstack/ai/client'
import { callIdsIn } from '../messages/ui-message.ts'

/** What a page has decided about a call of a response. */
export type CallDecision = Decided<{ readonly message: Message; readonly call: CallPart }>

/**
 * What a chat decided when it resumes its interrupts: an approval, a denial, or the output of a tool that the page ran. A cancelled interrupt is a denial, or
 * a tool that failed.
 *
 * @param shown the messages of the conversation that the chat shows
 * @param messages those of the chat
 */
export function decisionsOf(
  items: readonly RunAgentResumeItem[],
  shown: readonly Message[],
  messages: readonly UIMessage[],
): readonly CallDecision[] {
  return callsIn(shown, messages).flatMap(({ message, call, part }) => {
    const asked = call.wanted ?? call.approval
    const item = items.find(({ interruptId }) => interruptId === asked?.id)
    if (!item || !asked) return []
    const isCancelled = item.status === 'cancelled'
    const decision = call.wanted ? outputOf(item.payload, part, isCancelled) : approvalOf(item.payload, isCancelled)
    return [{ shown: { message, call: asShown(call, part) }, decision }]
  })
}

/** What a chat has decided in its messages, which is how `addToolApprovalResponse` and `addToolResult` say it where nothing was interrupted. */
export function decisionsIn(messages: readonly UIMessage[], shown: readonly Message[]): readonly CallDecision[] {
  return callsIn(shown, messages).flatMap(({ message, call, part }) => {
    if (!part) return []
    const { state, approval, output } = part
    const known = { message, call: asShown(call, part) }
    if (call.wanted) return output === undefined ? [] : [{ shown: known, decision: outputOf(output, part, false) }]
    const { approved } = approval ?? {}
    return state === 'approval-responded' && approved !== undefined ? [{ shown: known, decision: { approve: approved } }] : []
  })
}

type ChatCall = Extract<UIMessage['parts'][number], { readonly type: 'tool-call' }>

interface AskedCall {
  readonly message: Message
  readonly call: CallPart
  /** What the chat shows of it. */
  readonly part: ChatCall | undefined
}

/** The calls that wait for somebody. */
function callsIn(shown: readonly Message[], messages: readonly UIMessage[]): readonly AskedCall[] {
  return shown.flatMap((message) => {
    if (message.status !== 'waiting') return []
    const ids = callIdsIn(shown, message)
    const parts = messages.find(({ id }) => id === message.key)?.parts ?? []
    const calls = message.parts.filter((part): part is CallPart => 'toolCallId' in part)
    return calls.flatMap((call, at) => {
      const isDecided = call.wanted
        ? call.wanted.answer !== undefined || call.wanted.auto !== undefined
        : call.approval?.approved !== undefined
      if (isDecided || !(call.wanted ?? call.approval)) return []
      const part = parts.find((one): one is ChatCall => one.type === 'tool-call' && one.id === ids[at])
      return [{ message, call, part }]
    })
  })
}

/** A decision counts for the input that the page showed. */
function asShown(call: CallPart, part: ChatCall | undefined): CallPart {
  return part && part.input !== undefined ? { ...call, input: part.input } : call
}

function approvalOf(payload: unknown, isCancelled: boolean): Decision {
  const { approved, reason } = fieldsOf(payload)
  return { approve: !isCancelled && approved === true, ...(typeof reason === 'string' && { reason }) }
}

/** A chat gives the error of a tool as an output, and says in the call that it is one. */
function outputOf(output: unknown, part: ChatCall | undefined, isCancelled: boolean): Decision {
  if (isCancelled) return { error: 'the tool was cancelled' }
  const { error } = fieldsOf(output)
  if (part?.state === 'error') return { error: typeof error === 'string' ? error : 'the tool failed' }
  // JSON has no undefined.
  return { output: output ?? null }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {} // Read by name.
}
