import type { ContentPart, PartSource, RunAgentInput, UserMessage } from '@ag-ui/core'
import type { PromptInput } from '@streamfold/client'
import { ConversationError } from '@streamfold/client'
import type { Headers } from '@streamfold/core'

/** The published content of a user's message. */
export interface Prompt {
  /** May be empty if there are files. */
  readonly text: string
  /** Files by their addresses; a `File` or `Blob` is uploaded first, with the option `upload`. */
  readonly files?: PromptInput['files']
  /** `'running'`, or the serial of a response: the prompt is for that one, at the agent's next step. An edit cannot be. */
  readonly into?: PromptInput['into']
  /** Headers for the agent. Reserved names (`role`, `status`, …) are refused. */
  readonly headers?: Headers
}

/** Makes the published content of a user's message. `input` has the context, tools and properties that a page gave to the run. */
export type ReadPrompt = (message: UserMessage, input: RunAgentInput) => Prompt

/**
 * The default `prompt`: the text parts of a message with an empty line between them, and its files.
 * @throws ConversationError `wrong-file`, for a file that only its provider can find; `wrong-argument`, for contents of another shape
 */
export function promptOf({ content }: UserMessage): Prompt {
  if (typeof content === 'string') return { text: content }
  if (!Array.isArray(content) || !content.every(isKnown))
    throw new ConversationError(
      'wrong-argument',
      'unable to send the prompt; its message has contents that AG-UI 1.0 does not have: give a text, parts of text, or files with their `source`',
    )
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
  const files = content.flatMap((part) => (part.type === 'text' ? [] : [fileOf(part)]))
  return { text, ...(files.length > 0 && { files }) }
}

function fileOf({ source, metadata, type }: Exclude<ContentPart, { type: 'text' }>): NonNullable<PromptInput['files']>[number] {
  const about: unknown = metadata
  const { filename } = typeof about === 'object' && about !== null ? (about as Record<string, unknown>) : {} // Read by name.
  const name = typeof filename === 'string' ? filename : ''
  const mediaType = source.mimeType ?? anyOf[type]
  if (source.type === 'url') return { url: source.value, mediaType, ...(name !== '' && { name }) }
  if (source.type === 'data') return new File([bytesOf(source.value)], name, { type: mediaType })
  throw new ConversationError(
    'wrong-file',
    'unable to send the prompt; a file is named by an id of its provider: give its address, or its contents',
  )
}

/** A page may be written in JavaScript, or for an older AG-UI. */
function isKnown(part: ContentPart): boolean {
  if (part.type === 'text') return typeof part.text === 'string'
  return Object.hasOwn(anyOf, part.type) && typeof (part.source as Partial<PartSource> | undefined)?.value === 'string'
}

const anyOf = { image: 'image/*', audio: 'audio/*', video: 'video/*', document: 'application/octet-stream' } as const

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch (cause) {
    throw new ConversationError(
      'wrong-file',
      'unable to send the prompt; the contents of a file are not base64: attach it again',
      cause,
    )
  }
}
