import type { FilePart } from '@streamfold/core'
import { wellFormed } from './plain-json.ts'

/** A file of a user that models accept. */
export type UserFile = FileByUrl | FileByContents

interface FileFields {
  readonly type: 'file'
  readonly part: FilePart
  readonly kind: 'image' | 'pdf'
  /** That of contents is exact; of an address it may be `image/*`. */
  readonly mediaType: string
  readonly filename: string | undefined
}

interface FileByUrl extends FileFields {
  /** An `https:` address. */
  readonly url: string
}

interface FileByContents extends FileFields {
  readonly url: undefined
  readonly base64: string
}

const images = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])
/** Of a file of which only the kind is known. A provider that fetches it sees what it is. */
const anyImage = 'image/*'

/** What the agent has read itself, by address; undefined of what models do not accept, or is gone. */
export type KnownContents = ReadonlyMap<string, { readonly mediaType: string; readonly base64: string } | undefined>

/**
 * Reads a file part. Undefined for what OpenAI or Anthropic refuse, with the whole request: other types, addresses that are not `https:`,
 * broken base64. `https:` only is also what keeps a user's address from a server's own network.
 */
export function userFile(part: FilePart, contents?: KnownContents): UserFile | undefined {
  const { url } = part
  const filename = part.filename === undefined ? undefined : wellFormed(part.filename)
  const known = contents?.get(url)
  if (!known && contents?.has(url)) return undefined
  const mediaType = known?.mediaType ?? bareType(part.mediaType)
  const kind = kindOf(mediaType)
  if (!kind) return undefined
  const base = { type: 'file', part, kind, mediaType, filename } as const
  if (known) return { ...base, url: undefined, base64: known.base64 }
  const [, inside, base64 = ''] = /^data:([^;,]+)(?:;[^;,]+)*;base64,([a-z\d+/]+={0,2})$/i.exec(url) ?? []
  if (inside !== undefined) {
    const type = inside.toLowerCase()
    const fits = mediaType === anyImage ? images.has(type) : type === mediaType
    return fits && base64.length % 4 === 0 ? { ...base, mediaType: type, url: undefined, base64 } : undefined
  }
  if (!URL.canParse(url)) return undefined
  const { protocol, href } = new URL(url)
  return protocol === 'https:' ? { ...base, url: href } : undefined
}

/** What models accept a media type as; undefined if they do not. */
export function kindOf(mediaType: string): UserFile['kind'] | undefined {
  const type = bareType(mediaType)
  return images.has(type) || type === anyImage ? 'image' : type === 'application/pdf' ? 'pdf' : undefined
}

/** A media type in small letters, without parameters. */
function bareType(mediaType: string): string {
  return mediaType.replace(/;[^]*/, '').trim().toLowerCase()
}

/** What the model is told of a file that it is not given. */
export function noteOf({ filename, alt, mediaType, url }: FilePart): string {
  const address = url.startsWith('data:') ? undefined : url
  return `(A file that cannot be shown to you: ${[filename ?? mediaType, alt, address].filter(Boolean).join(', ')})`
}

export function base64Of(data: Uint8Array): string {
  const pieces: string[] = []
  // The arguments of a call are limited.
  for (let from = 0; from < data.length; from += 8192) pieces.push(String.fromCharCode(...data.subarray(from, from + 8192)))
  return btoa(pieces.join(''))
}
