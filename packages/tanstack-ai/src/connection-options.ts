import type { OpenOptions } from '@streamfold/client'
import { ConversationError } from '@streamfold/client'
import type { ModelMessage, UIMessage } from '@tanstack/ai/client'
import type { Prompt } from './send/prompt-of.ts'

/** Options of `createChatConnection`: the conversation's (`agent`, `notifyAgent`, `history`, …; see `OpenOptions`), and how a prompt is published. */
export interface ChatConnectionOptions extends OpenOptions {
  /**
   * The published content of a message; `data` is what the chat sends with it (`body`, `forwardedProps`). Default: its texts with an empty line between
   * them, and its files; a message with any other part is refused. A file with its contents needs the option `upload`, because contents do not go over the
   * channel.
   */
  readonly prompt?: (message: UIMessage | ModelMessage, data: Readonly<Record<string, unknown>>) => Prompt
  /** Receives failures that no caller awaits, for example a cancel that could not be published. Default: an uncaught error. */
  readonly onError?: (error: unknown) => void
}

/** @throws ConversationError `wrong-option`, for an option that could not be used when it is needed */
export function checkOptions({ prompt, onError }: ChatConnectionOptions): void {
  for (const [name, value] of Object.entries({ prompt, onError }))
    if (value !== undefined && typeof value !== 'function')
      throw new ConversationError(
        'wrong-option',
        `unable to open the conversation; the option \`${name}\` is not a function: give one`,
      )
}
