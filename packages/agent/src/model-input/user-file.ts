import type { FilePart } from '@streamfold/core'
import { wellFormed } from './plain-json.ts'

/** A file of a user that models accept. */
export type UserFile = FileByUrl | FileByContents

interface FileFields {
  readonly type: 'file'
  readonly part: FilePart
  readonly kind: 'image' | 'pdf'
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

/**
 * Reads a file part. Undefined for what OpenAI or Anthropic refuse, with the whole request: other types, addresses that are not `https:`,
 * broken base64. `https:` only is also what keeps a user's address from a server's own network.
 */
export function userFile(part: FilePart): UserFile | undefined {
  const { mediaType: given, url } = part
  const filename = part.filename === undefined ? undefined : wellFormed(part.filename)
  const mediaType = given.toLowerCase()
  const kind = images.has(mediaType) ? 'image' : mediaType === 'application/pdf' ? 'pdf' : undefined
  if (!kind) return undefined
  const base = { type: 'file', part, kind, mediaType, filename } as const
  const [, inside, base64 = ''] = /^data:([^;,]+);base64,([a-z\d+/]+={0,2})$/i.exec(url) ?? []
  if (inside !== undefined)
    return inside.toLowerCase() === mediaType && base64.length % 4 === 0 ? { ...base, url: undefined, base64 } : undefined
  if (!URL.canParse(url)) return undefined
  const { protocol, href } = new URL(url)
  return protocol === 'https:' ? { ...base, url: href } : undefined
}
