import type { CallPart, Decision, SharedConversation } from '@streamfold/client'
import { ConversationError } from '@streamfold/client'
import type { Conversation, Message } from '@streamfold/core'
import { selectMessage, selectWaiting } from '@streamfold/core'
import type { ChatMessage } from './chat-message.ts'
import type { Shown } from './superseded.ts'

/**
 * Publishes what a page has decided in the last message of a chat: approvals, denials, and outputs of tools that the page ran. A call that is
 * decided already keeps its decision.
 *
 * @returns the response, which goes on
 * @throws Error where the message is no response of the conversation, ConversationError where an answer cannot be published
 */
export async function answerCalls(
  { id, parts }: ChatMessage,
  shown: readonly Shown[],
  conversation: Pick<SharedConversation, 'store' | 'answer'>,
): Promise<Message> {
  const response = shown.find((one) => one.id === id && one.message.role === 'assistant')?.message
  if (!response)
    throw new Error(
      'unable to go on with the answer; it is not in this conversation: load the messages of the conversation first',
    )
  const waiting = waitingCalls(conversation.store.getState(), response)
  const answers = parts.flatMap((part) => {
    const decision = decisionIn(part)
    return decision && isAsked(waiting, decision) ? [decision] : []
  })
  await Promise.all(
    answers.map(({ toolCallId, decision }) =>
      conversation.answer({ messageId: response.id, toolCallId }, decision).catch(unlessTooLate),
    ),
  )
  return selectMessage(conversation.store.getState(), response.id) ?? response
}

/** The calls of a response that still wait for somebody. */
export function waitingCalls(state: Conversation, { id }: Message): readonly CallPart[] {
  return selectWaiting(state).flatMap(({ message, call }) => (message.id === id ? [call] : []))
}

interface CallDecision {
  readonly toolCallId: string
  readonly kind: 'approval' | 'output'
  readonly decision: Decision
}

/** What a part of the chat says about a call. Its shape is the product's, so each field is looked at. */
function decisionIn(part: ChatMessage['parts'][number]): CallDecision | undefined {
  const { toolCallId, state, approval, output, errorText } = part as Readonly<Record<string, unknown>>
  if (typeof toolCallId !== 'string') return undefined
  if (state === 'approval-responded' && isResponse(approval)) {
    const { approved, reason } = approval
    return {
      toolCallId,
      kind: 'approval',
      decision: { approve: approved, ...(typeof reason === 'string' && { reason }) },
    }
  }
  // JSON has no undefined.
  if (state === 'output-available') return { toolCallId, kind: 'output', decision: { output: output ?? null } }
  if (state === 'output-error')
    return { toolCallId, kind: 'output', decision: { error: typeof errorText === 'string' ? errorText : 'the tool failed' } }
  return undefined
}

function isResponse(approval: unknown): approval is { readonly approved: boolean; readonly reason?: unknown } {
  return typeof approval === 'object' && approval !== null && 'approved' in approval && typeof approval.approved === 'boolean'
}

/** Whether the call asks for this, and nobody has answered. */
function isAsked(waiting: readonly CallPart[], { toolCallId, kind }: CallDecision): boolean {
  return waiting.some((call) => call.toolCallId === toolCallId && (call.wanted ? 'output' : 'approval') === kind)
}

/** Somebody else has decided: their answer is shown. */
function unlessTooLate(error: unknown): void {
  if (!(error instanceof ConversationError && error.code === 'too-late')) throw error
}
