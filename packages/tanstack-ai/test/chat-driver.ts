import type { AnyClientTool } from '@tanstack/ai/client'
import type { UIMessage } from '@tanstack/ai-client'
import type { ChatConnection } from '../src/index.ts'

export interface MountOptions {
  readonly tools?: readonly AnyClientTool[]
  /** Default true. */
  readonly live?: boolean
  /** Messages of the newest page. Default all that are read. */
  readonly pageSize?: number
  readonly initialMessages?: UIMessage[]
}

/** An interrupt as a page shows it. */
export interface ShownInterrupt {
  readonly id: string
  readonly kind: string
  readonly message?: string | undefined
  readonly resolve?: (payload: unknown) => void
}

/** A page with a chat of TanStack AI. */
export interface MountedChat {
  messages(): readonly UIMessage[]
  /** Every rendered state, as `linesOf` writes it. */
  readonly drawn: readonly (readonly string[])[]
  isLoading(): boolean
  isGenerating(): boolean
  error(): string | undefined
  interrupts(): readonly ShownInterrupt[]
  send(text: string): Promise<void>
  /** Asks for another answer to the last prompt. */
  reload(): Promise<void>
  decide(id: string, approved: boolean): Promise<void>
  stop(): void
  loadOlder(): Promise<void>
  unmount(): void
}

export interface ChatDriver {
  readonly name: string
  mount(connection: ChatConnection, options?: MountOptions): MountedChat
}

/** `role: text` of each message; other parts by their type. */
export function linesOf(messages: readonly UIMessage[]): string[] {
  return messages.map(
    ({ role, parts }) => `${role}: ${parts.map((part) => (part.type === 'text' ? part.content : `<${part.type}>`)).join('|')}`,
  )
}

/** An interrupt that nobody can resolve has no function. */
export function shownInterrupt(interrupt: object): ShownInterrupt {
  const { id, kind, message, resolveInterrupt } = interrupt as ShownInterrupt & {
    readonly resolveInterrupt?: (payload: unknown) => void
  } // Of every kind.
  return { id, kind, message, ...(resolveInterrupt && { resolve: resolveInterrupt }) }
}
