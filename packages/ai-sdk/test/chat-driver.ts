import type { ChatStatus, CreateUIMessage } from 'ai'
import type { ConversationTransport, ConversationUIMessage } from '../src/index.ts'

export interface MountOptions {
  readonly messages?: ConversationUIMessage[]
  /** Whether the chat is followed, as the README shows. Default true. */
  readonly follow?: boolean
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
