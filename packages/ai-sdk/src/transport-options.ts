import type { OpenOptions } from '@streamfold/client'
import { ConversationError } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import type { ChatMessage, RequestOptions } from './messages/chat-message.ts'
import type { Prompt } from './messages/prompt-of.ts'
import type { ConversationUIMessage } from './messages/ui-message.ts'

/** Options of `createChatTransport`: the conversation's (`agent`, `notifyAgent`, `history`, …; see `OpenOptions`), and how its messages map to `useChat`'s. */
export interface ChatTransportOptions<M extends ChatMessage = ConversationUIMessage> extends OpenOptions {
  /**
   * The published content of a message; `request` has `sendMessage`'s other options. Default: its text parts with an empty line between them, and
   * its files; a message with any other part is refused. A file with a `data:` URL needs the option `upload`, because contents do not go over the channel.
   */
  readonly prompt?: (message: M, request: RequestOptions) => Prompt
  /** The `metadata` of a message. Default: see `ConversationMetadata`. Keep it small and stable, because each change is sent to the chat. */
  readonly metadata?: (message: Message) => M['metadata']
  /** Receives failures that no caller awaits, for example a cancel that could not be published. Default: an uncaught error. */
  readonly onError?: (error: unknown) => void
}

/** @throws ConversationError `wrong-option`, for an option that could not be used when it is needed */
export function checkOptions<M extends ChatMessage>({ prompt, metadata, onError }: ChatTransportOptions<M>): void {
  for (const [name, value] of Object.entries({ prompt, metadata, onError }))
    if (value !== undefined && typeof value !== 'function')
      throw new ConversationError(
        'wrong-option',
        `unable to open the conversation; the option \`${name}\` is not a function: give one`,
      )
}
