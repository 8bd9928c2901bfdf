import type { PromptInput } from '@streamfold/client'
import { fileOf } from '@streamfold/client'
import type { Headers } from '@streamfold/core'
import type { ChatMessage } from './chat-message.ts'

/** The published content of a user's message. */
export interface Prompt {
  /** May be empty if there are files. */
  readonly text: string
  /** Files by their addresses; a `File` or `Blob` is uploaded first, with the option `upload`. */
  readonly files?: PromptInput['files']
  /** Headers for the agent. Reserved names (`role`, `status`, …) are refused. */
  readonly headers?: Headers
}

/**
 * The default `prompt`: the text parts and the files of a message.
 * @throws ConversationError `wrong-file`, for a file that cannot be read; Error if it has any other part
 */
export function promptOf({ parts }: ChatMessage): Prompt {
  if (!Array.isArray(parts))
    throw new Error(
      'unable to send the prompt; its message has no parts: give messages of AI SDK 5 or newer, or the option "prompt"',
    )
  const texts: string[] = []
  const files: NonNullable<PromptInput['files']>[number][] = []
  for (const part of parts as ChatMessage['parts']) {
    if (isText(part)) texts.push(part.text)
    else if (isFile(part)) {
      const { url, mediaType, ...metadata } = part
      files.push(fileOf({ type: 'document', source: { type: 'url', value: url, mimeType: mediaType }, metadata }))
    } else
      throw new Error(
        `unable to send the prompt; it has a part of type ${part.type}: give the option "prompt", which returns the text and the files to publish`,
      )
  }
  return { text: texts.join('\n\n'), ...(files.length > 0 && { files }) }
}

interface FilePart {
  readonly type: 'file'
  readonly mediaType: string
  readonly url: string
  readonly filename?: string
  readonly alt?: string
}

function isText(part: { readonly type: string }): part is { readonly type: 'text'; readonly text: string } {
  return part.type === 'text'
}

/** Untyped code may leave out its fields. */
function isFile(part: { readonly type: string }): part is FilePart {
  return part.type === 'file'
}
