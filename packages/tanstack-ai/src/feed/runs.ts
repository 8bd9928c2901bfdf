import type { CallPart } from '@streamfold/client'
import { isRunning } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import type { ChatInterrupt } from './chat-chunk.ts'

/** The part of a response that TanStack AI has as one run: until it ends, or waits for people. */
export interface Run {
  /** Message id of the response. */
  readonly response: string
  /** Id of its message in the chat. */
  readonly messageId: string
  /** The same on every page: the key of the response, with the number of decisions that the run goes on from. */
  readonly id: string
  readonly state: 'running' | 'waiting' | 'ended'
  /** The calls for which it waits, and which this client may answer. */
  readonly interrupts: readonly ChatInterrupt[]
}

/**
 * The newest run of a response.
 * @param callIds the ids that its calls have in the chat
 * @param mayAnswer whether this client may answer a call. A chat sends no prompt while it is asked, so others are not
 */
export function runOf(message: Message, callIds: readonly string[], mayAnswer: (call: CallPart) => boolean): Run {
  const calls = message.parts.filter((part): part is CallPart => 'toolCallId' in part)
  const decisions = calls.reduce((count, call) => count + decisionsOn(call), 0)
  const run = {
    response: message.id,
    messageId: message.key,
    id: decisions === 0 ? message.key : `${message.key}.${decisions}`,
  }
  if (isRunning(message)) return { ...run, state: 'running', interrupts: [] }
  if (message.status !== 'waiting') return { ...run, state: 'ended', interrupts: [] }
  const asked = calls.flatMap((call, at) => (isAsked(call) ? [{ call, id: callIds[at] ?? call.toolCallId }] : []))
  // All are answered, and the agent is to go on.
  if (asked.length === 0) return { ...run, state: 'running', interrupts: [] }
  const mine = asked.filter(({ call }) => mayAnswer(call))
  return { ...run, state: 'waiting', interrupts: mine.flatMap(({ call, id }) => interruptOf(call, id)) }
}

/** The decision of this page counts when the channel has it: until then the chat may have to ask again. */
function decisionsOn({ approval, wanted }: CallPart): number {
  const isApproved = approval && approval.approved !== undefined && !approval.pending
  const isGiven = wanted && (wanted.answer !== undefined || wanted.auto !== undefined) && !wanted.pending
  return (isApproved ? 1 : 0) + (isGiven ? 1 : 0)
}

/** Whether a call waits for an answer, or for the channel to have the answer of this page. */
function isAsked({ approval, wanted, state }: CallPart): boolean {
  if (wanted) {
    const isOpen = state === 'input-available' || state === 'approval-responded'
    return wanted.pending === true || (isOpen && wanted.answer === undefined && wanted.auto === undefined)
  }
  return (
    approval !== undefined && (approval.pending === true || (approval.approved === undefined && state === 'approval-requested'))
  )
}

function interruptOf(part: CallPart, toolCallId: string): readonly ChatInterrupt[] {
  const { approval, wanted, input } = part
  const toolName = part.type === 'dynamic-tool' ? part.toolName : part.type.slice('tool-'.length)
  if (wanted)
    return [
      {
        id: wanted.id,
        reason: 'client_tool_input',
        toolCallId,
        metadata: { kind: 'client_tool', toolName, input },
      },
    ]
  if (!approval) return []
  const { id, requestReason } = approval
  return [
    {
      id,
      reason: 'approval_required',
      toolCallId,
      ...(requestReason !== undefined && { message: requestReason }),
      metadata: { kind: 'approval', toolName, input },
    },
  ]
}
