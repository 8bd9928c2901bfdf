import type { PromptInput } from '@streamfold/client'
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
type Source = Extract<Part, { readonly type: 'image' }>['source']
type MediaPart = Extract<Part, { readonly source: Source }>
type PromptFile = NonNullable<PromptInput['files']>[number]

/** The default `prompt`: the texts and the files of a message. @throws Error if it has any other part */
export function promptOf(message: UIMessage | ModelMessage): Prompt {
  const texts: string[] = []
  const files: PromptFile[] = []
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

/** Media types of sources that name none. */
const mediaTypes = { image: 'image/*', audio: 'audio/*', video: 'video/*', document: 'application/octet-stream' } as const

function fileOf({ type, source, metadata }: MediaPart): PromptFile {
  const { value, mimeType: mediaType = mediaTypes[type] } = source
  const described = (typeof metadata === 'object' && metadata !== null ? metadata : {}) as Record<string, unknown> // Read by name.
  const { filename, alt } = described
  const name = typeof filename === 'string' ? filename : ''
  const contents = source.type === 'data' ? value : /^data:[^,]*;base64,([^]*)$/i.exec(value)?.[1]
  if (contents !== undefined) return new File([bytesOf(contents)], name, { type: mediaType })
  return { url: value, mediaType, ...(name !== '' && { name }), ...(typeof alt === 'string' && { alt }) }
}

function bytesOf(contents: string): BlobPart {
  try {
    return Uint8Array.from(atob(contents), (character) => character.charCodeAt(0))
  } catch (cause) {
    throw new Error('unable to send the prompt; the contents of a file are not base64: attach it again', { cause })
  }
}
