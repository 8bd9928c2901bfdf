import type { ChatUIMessage } from '../messages/ui-message.ts'

/** What AG-UI and TanStack AI carry beside a chunk's own fields. */
type Metadata = Readonly<Record<string, unknown>>

/** A call that waits for a person (`approval`) or for a page (`client_tool`). */
export interface ChatInterrupt {
  /** The id of the approval, or of the request for the call's output. */
  readonly id: string
  readonly reason: 'approval_required' | 'client_tool_input'
  readonly toolCallId: string
  readonly message?: string
  readonly metadata: { readonly kind: 'approval' | 'client_tool'; readonly toolName: string; readonly input: unknown }
}

/**
 * The chunks that the connection gives: those of TanStack AI, which are events of AG-UI. Written out, because the types of TanStack AI allow any
 * further field in them.
 */
export type ChatChunk =
  | { type: 'MESSAGES_SNAPSHOT'; messages: readonly ChatUIMessage[] }
  | { type: 'RUN_STARTED'; threadId: string; runId: string; parentRunId?: string }
  | { type: 'RUN_FINISHED'; threadId: string; runId: string; outcome?: { type: 'interrupt'; interrupts: ChatInterrupt[] } }
  | { type: 'TEXT_MESSAGE_START'; messageId: string; role: 'assistant'; metadata?: Metadata }
  | { type: 'TEXT_MESSAGE_CONTENT'; messageId: string; delta: string }
  | { type: 'TEXT_MESSAGE_END'; messageId: string; metadata?: Metadata }
  | { type: 'STEP_STARTED'; stepName: string }
  | { type: 'REASONING_MESSAGE_CONTENT'; messageId: string; delta: string }
  | { type: 'TOOL_CALL_START'; toolCallId: string; toolCallName: string; parentMessageId: string; metadata?: Metadata }
  | { type: 'TOOL_CALL_ARGS'; toolCallId: string; delta: string }
  | { type: 'TOOL_CALL_END'; toolCallId: string; input?: unknown }
  | {
      type: 'TOOL_CALL_RESULT'
      messageId: string
      toolCallId: string
      content: string
      role: 'tool'
      metadata?: { readonly tanstack: { readonly state: 'output-error' } }
    }
