import type { OpenOptions } from '@streamfold/client'
import { ConversationError } from '@streamfold/client'
import type { Headers, Message } from '@streamfold/core'
import type { ChatMessage, RequestOptions } from './chat-message.ts'
import type { ConversationUIMessage } from './ui-message.ts'

/** The published content of a user's message. */
export interface Prompt {
  readonly text: string
  /** Headers for the agent. Reserved names (`role`, `status`, …) and `supersedes` are refused. */
  readonly headers?: Headers
}

/** Options of `createChatTransport`: the conversation's (`agent`, `notifyAgent`, `history`, …; see `OpenOptions`), and how its messages map to `useChat`'s. */
export interface ChatTransportOptions<M extends ChatMessage = ConversationUIMessage> extends OpenOptions {
  /**
   * The published content of a message; `request` has `sendMessage`'s other options. Default: its text parts with an empty line between them;
   * a message with any other part is refused.
   */
  readonly prompt?: (message: M, request: RequestOptions) => Prompt
  /** The `metadata` of a message. Default: see `ConversationMetadata`. Keep it small and stable, because each change is sent to the chat. */
  readonly metadata?: (message: Message) => M['metadata']
  /** Receives failures that no caller awaits, for example a cancel that could not be published. Default: an uncaught error. */
  readonly onError?: (error: unknown) => void
}

/** The default `prompt`: the text parts of a message. @throws Error if it has any other part */
/** @throws ConversationError `wrong-option`, for an option that could not be used when it is needed */
export function checkOptions<M extends ChatMessage>({ prompt, metadata, onError }: ChatTransportOptions<M>): void {
  for (const [name, value] of Object.entries({ prompt, metadata, onError }))
    if (value !== undefined && typeof value !== 'function')
      throw new ConversationError(
        'wrong-option',
        `unable to open the conversation; the option \`${name}\` is not a function: give one`,
      )
}

export function textOf({ parts }: ChatMessage): Prompt {
  if (!Array.isArray(parts))
    throw new Error(
      'unable to send the prompt; its message has no parts: give messages of AI SDK 5 or newer, or the option "prompt"',
    )
  const texts = parts.map((part) => {
    if (isText(part)) return part.text
    throw new Error(
      `unable to send the prompt; it has a part of type ${part.type}: give the option "prompt", which returns the text to publish`,
    )
  })
  return { text: texts.join('\n\n') }
}

function isText(part: { readonly type: string }): part is { readonly type: 'text'; readonly text: string } {
  return part.type === 'text'
}

/** Reports an error as the host reports uncaught ones. */
export function reportUncaught(error: unknown): void {
  setTimeout(() => {
    throw error
  })
}
