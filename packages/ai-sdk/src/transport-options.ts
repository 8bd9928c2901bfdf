import type { OpenOptions } from '@streamfold/client'
import type { Headers, Message } from '@streamfold/core'
import type { ChatMessage, RequestOptions } from './chat-message.ts'
import type { ConversationUIMessage } from './ui-message.ts'

/** What of a user's message goes over the channel. */
export interface Prompt {
  readonly text: string
  /** Published with it, for the agent to read, under names that are not the protocol's (`role`, `status`, …) nor `supersedes`. */
  readonly headers?: Headers
}

/** The conversation's own options (`agent`, `notifyAgent`, `history`, …; see `OpenOptions`), and how its messages are those of `useChat`. */
export interface ChatTransportOptions<M extends ChatMessage = ConversationUIMessage> extends OpenOptions {
  /**
   * What of a message is published; `request` is what was given to `sendMessage` beside it. Default: its text parts, with an empty line
   * between them; a message with anything else is refused.
   */
  readonly prompt?: (message: M, request: RequestOptions) => Prompt
  /** The `metadata` of a message. Default: see `ConversationMetadata`. Keep it small and equal while little changes: each change is told. */
  readonly metadata?: (message: Message) => M['metadata']
  /** Told of failures that no caller waits for: a stop that could not be published. Default: reported as an uncaught error. */
  readonly onError?: (error: unknown) => void
}

export function textOf({ parts }: ChatMessage): Prompt {
  const texts = parts.map((part) => {
    if (isText(part)) return part.text
    throw new Error(
      `unable to send the prompt; it has a part of type ${part.type}: give the option "prompt", which says what is published`,
    )
  })
  return { text: texts.join('\n\n') }
}

function isText(part: { readonly type: string }): part is { readonly type: 'text'; readonly text: string } {
  return part.type === 'text'
}

/** Where a host reports what nobody caught. */
export function reportUncaught(error: unknown): void {
  setTimeout(() => {
    throw error
  })
}
