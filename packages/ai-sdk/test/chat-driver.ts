import type { ChatStatus, CreateUIMessage } from 'ai'
import { lastAssistantMessageIsCompleteWithApprovalResponses, lastAssistantMessageIsCompleteWithToolCalls } from 'ai'
import type { ConversationTransport, ConversationUIMessage } from '../src/index.ts'

export interface MountOptions {
  readonly messages?: ConversationUIMessage[]
  /** Whether the chat is followed, as the README shows, or its redactions alone. Default true. */
  readonly follow?: boolean | 'redactions'
  /** Default: the transport's. */
  readonly sendAutomaticallyWhen?: ConversationTransport['sendAutomaticallyWhen']
  /** Runs a tool in the page. */
  readonly onToolCall?: (call: { readonly toolName: string; readonly toolCallId: string; readonly input: unknown }) => unknown
}

/** As the AI SDK's documents say for answers of people and of pages. */
export function whenComplete(chat: { messages: ConversationUIMessage[] }): boolean {
  // Two releases of the AI SDK have types that are alike.
  const { messages } = chat as unknown as Parameters<typeof lastAssistantMessageIsCompleteWithToolCalls>[0]
  return (
    lastAssistantMessageIsCompleteWithApprovalResponses({ messages }) || lastAssistantMessageIsCompleteWithToolCalls({ messages })
  )
}

/** A page with `useChat` on a transport, in one framework or the other. */
export interface MountedChat {
  /** The last rendered lines: `role: text` of each message. */
  lines(): readonly string[]
  /** Every rendered state. */
  readonly drawn: readonly (readonly string[])[]
  messages(): readonly ConversationUIMessage[]
  status(): ChatStatus
  error(): string | undefined
  send(message: string | (CreateUIMessage<ConversationUIMessage> & { readonly messageId?: string })): Promise<void>
  regenerate(options?: { readonly messageId?: string }): Promise<void>
  /** `addToolApprovalResponse` */
  decide(response: { readonly id: string; readonly approved: boolean; readonly reason?: string }): Promise<void>
  /** `addToolOutput` */
  give(output: { readonly tool: string; readonly toolCallId: string; readonly output: unknown }): Promise<void>
  stop(): Promise<void>
  resume(): Promise<void>
  /** Replaces the messages that the chat shows. */
  show(messages: ConversationUIMessage[]): void
  unmount(): void
}

export interface ChatDriver {
  /** With the release, if it is not the newest. */
  readonly framework: string
  mount(transport: ConversationTransport, options?: MountOptions): MountedChat
}

/** The AI SDK begins each answer with a step, which shows nothing. */
export function lineOf({ role, parts }: ConversationUIMessage): string {
  const shown = parts.filter(({ type }) => type !== 'step-start')
  return `${role}: ${shown.map((part) => (part.type === 'text' ? part.text : `<${part.type}>`)).join('|')}`
}
