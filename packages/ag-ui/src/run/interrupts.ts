import type { Interrupt, ResumeEntry, ToolMessage } from '@ag-ui/core'
import type { CallDecision, CallIds, CallPart, Decision, SharedConversation, WaitingCall } from '@streamfold/client'
import { ConversationError } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import { selectWaiting } from '@streamfold/core'
import { isInterrupt } from '../shown/call-entry.ts'
import type { CallEntry, Entry } from '../shown/entry.ts'

/** The shape of the answer to an approval, as JSON Schema. */
const responseSchema = {
  type: 'object',
  properties: { approved: { type: 'boolean' }, reason: { type: 'string' } },
  required: ['approved'],
}

/** What a page is asked with the end of a run. */
export interface AskedOfPage {
  /** Approvals. */
  readonly interrupts: readonly Interrupt[]
  /** The calls that a page is to run: it answers them with messages of its next run. */
  readonly pendingToolCallIds: readonly string[]
}

/** What this client may answer of the calls that wait. @param of id of the response; undefined for all */
export function askedOfPage(
  state: Conversation,
  entries: readonly Entry[],
  { mayAnswer }: Pick<SharedConversation, 'mayAnswer'>,
  of?: string,
): AskedOfPage {
  const calls = entries.filter((entry) => entry.kind === 'call')
  const mine = selectWaiting(state).flatMap(({ message, call }): Mine[] => {
    if ((of !== undefined && message.id !== of) || !mayAnswer({ messageId: message.id, toolCallId: call.toolCallId })) return []
    if (isInterrupt(call)) return [{ messageId: message.id, call, toolCallId: undefined }]
    const entry = calls.find((one) => one.of.messageId === message.id && one.of.toolCallId === call.toolCallId)
    return entry ? [{ messageId: message.id, call, toolCallId: entry.message.toolCalls[0]!.id }] : []
  })
  return {
    interrupts: mine.flatMap(({ messageId, call, toolCallId }) =>
      call.wanted && toolCallId !== undefined ? [] : [interruptOf(messageId, call, toolCallId)],
    ),
    pendingToolCallIds: mine.flatMap(({ call, toolCallId }) => (call.wanted && toolCallId !== undefined ? [toolCallId] : [])),
  }
}

interface Mine {
  readonly messageId: string
  readonly call: CallPart
  /** The id of the call in AG-UI. */
  readonly toolCallId: string | undefined
}

/** @param toolCallId undefined for an interrupt of an agent of AG-UI that concerns no call */
function interruptOf(
  messageId: string,
  { toolCallId: own, approval, wanted, input }: CallPart,
  toolCallId: string | undefined,
): Interrupt {
  const { requestReason, until } = approval ?? wanted ?? {}
  const about =
    toolCallId === undefined
      ? aboutInterrupt(input)
      : { reason: 'tool_call', toolCallId, responseSchema, ...(requestReason !== undefined && { message: requestReason }) }
  return {
    id: interruptId({ messageId, toolCallId: own }),
    ...about,
    ...(until !== undefined && { expiresAt: new Date(until).toISOString() }),
  }
}

/** What the agent of AG-UI has said about its interrupt. */
function aboutInterrupt(input: unknown): Pick<Interrupt, 'reason' | 'message' | 'responseSchema'> {
  const given = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {} // Read by name.
  const { reason, message, responseSchema: schema } = given
  return {
    reason: typeof reason === 'string' ? reason : 'input_required',
    ...(typeof message === 'string' && { message }),
    ...(typeof schema === 'object' && schema !== null && { responseSchema: schema as Record<string, unknown> }), // As just looked up.
  }
}

function interruptId({ messageId, toolCallId }: CallIds): string {
  return `${messageId}/${toolCallId}`
}

/**
 * What a run says about calls that wait: in its resume entries, and in the results of tools among its messages. What names no call that waits is left out:
 * it was decided before, here or elsewhere.
 * @throws ConversationError `wrong-argument`, for an answer to an approval that says neither yes nor no
 */
export function decisionsIn(
  resume: readonly ResumeEntry[],
  results: readonly ToolMessage[],
  state: Conversation,
  entries: readonly Entry[],
): readonly CallDecision<WaitingCall>[] {
  const all = selectWaiting(state)
  const calls = entries.filter((entry): entry is CallEntry => entry.kind === 'call')
  return all.flatMap((waiting): CallDecision<WaitingCall>[] => {
    const { message, call } = waiting
    const ids = { messageId: message.id, toolCallId: call.toolCallId }
    const entry = resume.find(({ interruptId: id }) => id === interruptId(ids))
    if (entry) return [{ shown: waiting, decision: call.wanted ? outputOf(entry) : approvalOf(entry) }]
    if (!call.wanted) return []
    const shown = calls.find(({ of }) => of.messageId === ids.messageId && of.toolCallId === ids.toolCallId)
    const result = results.find(({ toolCallId }) => toolCallId === shown?.message.toolCalls[0]!.id)
    return result ? [{ shown: waiting, decision: resultOf(result) }] : []
  })
}

function approvalOf({ status, payload }: ResumeEntry): Decision {
  if (status === 'cancelled') return { approve: false }
  if (typeof payload === 'boolean') return { approve: payload }
  const { approved, reason } = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {} // Read by name.
  if (typeof approved !== 'boolean')
    throw new ConversationError(
      'wrong-argument',
      'unable to answer the call; the payload of the resume entry says neither yes nor no: give { approved: true } or { approved: false, reason }',
    )
  return { approve: approved, ...(typeof reason === 'string' && reason !== '' && { reason }) }
}

function outputOf({ status, payload }: ResumeEntry): Decision {
  if (status === 'cancelled') return { error: 'the call was cancelled' }
  return { output: (payload as unknown) ?? null }
}

function resultOf({ content, error }: ToolMessage): Decision {
  if (error !== undefined) return { error }
  if (typeof content !== 'string') return { output: content }
  try {
    return { output: JSON.parse(content) as unknown }
  } catch {
    return { output: content }
  }
}
