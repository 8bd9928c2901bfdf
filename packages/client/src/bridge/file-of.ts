import { ConversationError } from '../conversation-error.ts'
import type { PromptInput } from '../prompts/prompt-options.ts'

/** A file of another chat's message. */
export interface GivenFile {
  /** `image`, `audio` and `video` tell the kind of a file whose media type is not named. */
  readonly type: string
  readonly source: {
    /** `url` for an address, which may be a `data:` address; `data` for base64. */
    readonly type: string
    readonly value: string
    /** Default: that of a `data:` address, or any of the kind. */
    readonly mimeType?: string | undefined
  }
  /** May have a `filename`, and `alt`. */
  readonly metadata?: unknown
}

/**
 * A file of another chat's message as a file of a prompt, for a bridge to it: contents become a `File`, which is uploaded.
 * @throws ConversationError `wrong-file`, for one without a source, or with contents that cannot be read
 */
export function fileOf({ type, source, metadata }: GivenFile): NonNullable<PromptInput['files']>[number] {
  const { type: given, value, mimeType } = fieldsOf(source)
  if (typeof value !== 'string' || (given !== 'url' && given !== 'data'))
    throw wrong(
      "a file has neither an address nor contents: give { type: 'url', value } or { type: 'data', value } as its `source`",
    )
  const { filename, alt } = fieldsOf(metadata)
  const name = typeof filename === 'string' ? filename : ''
  // Base64 has no colon.
  const [, inside, base64, words] = /^\s*data:([^,]*?)(;\s*base64\s*)?,([^]*)$/i.exec(value) ?? []
  const said = [mimeType, inside].find((one) => typeof one === 'string' && /^\s*[^\s;]/.test(one)) as string | undefined // As just tested.
  const mediaType = said?.trim() ?? (/^(image|audio|video)$/.test(type) ? `${type}/*` : 'application/octet-stream')
  if (words === undefined && given === 'url')
    return { url: value, mediaType, ...(name !== '' && { name }), ...(typeof alt === 'string' && { alt }) }
  try {
    // Base64 in an address may have escapes: `%2B` for `+`.
    const contents = decodeURIComponent(words ?? value)
    const isText = words !== undefined && base64 === undefined
    return new File([isText ? contents : Uint8Array.from(atob(contents), (one) => one.charCodeAt(0))], name, { type: mediaType })
  } catch (cause) {
    throw wrong('the contents of a file cannot be read: attach it again, or give them as base64', cause)
  }
}

/** A page may be written in JavaScript. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value) as Record<string, unknown> // Read by name.
}

function wrong(reason: string, cause?: unknown): ConversationError {
  return new ConversationError('wrong-file', `unable to send the prompt; ${reason}`, cause)
}
