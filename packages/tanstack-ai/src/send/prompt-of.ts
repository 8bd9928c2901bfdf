import type { PromptInput } from '@streamfold/client'
import { fileOf } from '@streamfold/client'
import type { Headers } from '@streamfold/core'
import type { ModelMessage, UIMessage } from '@tanstack/ai/client'

/** The published content of a user's message. */
export interface Prompt {
  /** May be empty if there are files. */
  readonly text: string
  /** Files by their addresses; a `File` or `Blob` is uploaded first, with the option `upload`. */
  readonly files?: PromptInput['files']
  /** Headers for the agent. Reserved names (`role`, `status`, …) are refused. */
  readonly headers?: Headers
}

type Part = UIMessage['parts'][number]

/**
 * The default `prompt`: the texts and the files of a message.
 * @throws ConversationError `wrong-file`, for a file that cannot be read; Error if it has any other part
 */
export function promptOf(message: UIMessage | ModelMessage): Prompt {
  const texts: string[] = []
  const files: NonNullable<PromptInput['files']>[number][] = []
  for (const part of partsOf(message)) {
    if (part.type === 'text') texts.push(part.content)
    else if ('source' in part) files.push(fileOf(part))
    else
      throw new Error(
        `unable to send the prompt; it has a part of type ${part.type}: give the option "prompt", which returns the text and the files to publish`,
      )
  }
  return { text: texts.join('\n\n'), ...(files.length > 0 && { files }) }
}

/** The parts of a message of either kind. */
export function partsOf(message: UIMessage | ModelMessage): readonly Part[] {
  if ('parts' in message) return message.parts
  const { content } = message
  if (typeof content === 'string') return [{ type: 'text', content }]
  return content ?? []
}
