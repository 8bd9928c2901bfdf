import { escapeBody, frameHead } from './frames.ts'
import type { Format } from './fields.ts'
import type { Message } from './message.ts'
import type { FilePart, MessagePart } from './part.ts'

/** A file of a prompt, by its address. */
export interface PromptFile {
  /** An `https:` or `http:` address that everybody who reads the conversation can fetch. */
  readonly url: string
  /** As `image/png`. */
  readonly mediaType: string
  readonly name?: string | undefined
  /** What an image shows, for those who do not see it. */
  readonly alt?: string | undefined
}

/** The contents of a prompt in Streamfold's own format. */
export interface PromptContents {
  readonly data: string
  /** To publish with it. */
  readonly headers: { readonly format?: Format }
}

/** Writes a prompt: text alone as it is, and with files as frames (P100). No text, name or address makes a frame. */
export function promptContents(text: string, files: readonly PromptFile[] = []): PromptContents {
  if (files.length === 0) return { data: text, headers: {} }
  const heads = files.map(({ url, mediaType, name, alt }) =>
    frameHead({
      type: 'file',
      mediaType,
      url,
      ...(name !== undefined && { filename: name }),
      ...(alt !== undefined && { alt }),
    }),
  )
  return { data: escapeBody(text) + heads.join(''), headers: { format: 'parts/1' } }
}

/** The files of a prompt, as `sendMessage` takes them. */
export function filesOf({ parts }: Pick<Message, 'parts'>): readonly PromptFile[] {
  return parts.filter(isFile).map(({ url, mediaType, filename, alt }) => ({
    url,
    mediaType,
    ...(filename !== undefined && { name: filename }),
    ...(alt !== undefined && { alt }),
  }))
}

// A product may name its data and tools as it likes, so the type alone does not say what a part is to the compiler.
function isFile(part: MessagePart): part is FilePart {
  return part.type === 'file'
}
