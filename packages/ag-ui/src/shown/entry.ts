import type {
  ActivityMessage,
  AssistantMessage,
  Message as AgUiMessage,
  ReasoningMessage,
  ToolMessage,
  UserMessage,
} from '@ag-ui/core'

/** A call of a tool, with an assistant message of its own: results are placed behind the message of their call, in the order of their arrival. */
export interface CallEntry {
  readonly kind: 'call'
  readonly id: string
  readonly message: AssistantMessage & { readonly toolCalls: NonNullable<AssistantMessage['toolCalls']> }
  /** Whether more of its arguments may arrive. */
  readonly open: boolean
  readonly result?: ToolMessage
  /** An output that a later one replaces. AG-UI has no message for it. */
  readonly preliminary?: unknown
  /** The call in the conversation. */
  readonly of: { readonly messageId: string; readonly toolCallId: string }
}

/** A message whose text may grow. */
export interface TextEntry {
  readonly kind: 'text'
  readonly id: string
  readonly message: (AssistantMessage | UserMessage) & { readonly content: string }
  readonly open: boolean
}

export interface ReasoningEntry {
  readonly kind: 'reasoning'
  readonly id: string
  readonly message: ReasoningMessage
  readonly open: boolean
}

export interface ActivityEntry {
  readonly kind: 'activity'
  readonly id: string
  readonly message: ActivityMessage
  readonly open: false
}

/** A message that only a snapshot can carry. */
export interface WholeEntry {
  readonly kind: 'whole'
  readonly id: string
  readonly message: UserMessage
  readonly open: false
}

/** A part of the conversation that is one message of AG-UI, or a call with its result. */
export type Entry = TextEntry | ReasoningEntry | CallEntry | ActivityEntry | WholeEntry

/** The messages of AG-UI that entries are, in their order. */
export function messagesIn(entries: readonly Entry[]): AgUiMessage[] {
  return entries.flatMap((entry): AgUiMessage[] =>
    entry.kind === 'call' && entry.result ? [entry.message, entry.result] : [entry.message],
  )
}
