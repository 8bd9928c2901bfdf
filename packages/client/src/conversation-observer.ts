import type { Store } from '@streamfold/core'

/** Follows what a page does, for traces and metrics. `@streamfold/opentelemetry` makes one. Its functions must not throw. */
export interface ConversationObserver {
  /** Called before a prompt is published. @returns follows it; undefined: nothing does */
  readonly prompt?: (prompt: SentPrompt) => PromptObserver | undefined
  /** Follows what this opener shows, from its first `retain`. @returns ends that */
  readonly follow?: (conversation: ObservedConversation) => () => void
}

export interface SentPrompt {
  readonly channelName: string
  /** Its key, and its message id on the channel. */
  readonly key: string
}

/** Follows one prompt. */
export interface PromptObserver {
  /** The trace context that the prompt carries to the agent (P133). Default none. */
  readonly traceparent?: string | undefined
  /** Called once. @param serial of the prompt, if the channel has it @param error why it has not */
  readonly ended: (serial: string | undefined, error?: unknown) => void
}

export interface ObservedConversation {
  readonly channelName: string
  /** Notifies as the page is notified. */
  readonly store: Store
}
