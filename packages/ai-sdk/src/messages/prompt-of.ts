import type { PromptInput } from '@streamfold/client'
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

/** The default `prompt`: the text parts and the files of a message. @throws Error if it has any other part */
export function promptOf({ parts }: ChatMessage): Prompt {
  if (!Array.isArray(parts))
    throw new Error(
      'unable to send the prompt; its message has no parts: give messages of AI SDK 5 or newer, or the option "prompt"',
    )
  const texts: string[] = []
  const files: NonNullable<PromptInput['files']>[number][] = []
  for (const part of parts as ChatMessage['parts']) {
    if (isText(part)) texts.push(part.text)
    else if (isFile(part)) files.push(fileOf(part))
    else
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

function fileOf({ mediaType, url, filename = '', alt }: FilePart): NonNullable<PromptInput['files']>[number] {
  const [, isBase64, contents] = /^data:[^,]*?(;base64)?,([^]*)$/i.exec(url) ?? []
  if (contents === undefined)
    return { url, mediaType, ...(filename !== '' && { name: filename }), ...(alt !== undefined && { alt }) }
  return new File([contentsOf(contents, isBase64 !== undefined)], filename, { type: mediaType })
}

function contentsOf(contents: string, isBase64: boolean): BlobPart {
  try {
    if (!isBase64) return decodeURIComponent(contents)
    return Uint8Array.from(atob(contents), (character) => character.charCodeAt(0))
  } catch (cause) {
    throw new Error('unable to send the prompt; a file has a `data:` URL that cannot be read: attach it again', { cause })
  }
}

function isText(part: { readonly type: string }): part is { readonly type: 'text'; readonly text: string } {
  return part.type === 'text'
}

function isFile(part: { readonly type: string }): part is FilePart {
  return part.type === 'file' && 'url' in part && typeof part.url === 'string'
}
