import type { Fields } from '../fields.ts'
import { isFields, providerIn, textIn } from '../fields.ts'
import type { ModelStream } from '../model-stream.ts'

/** A file of the AI SDK: by its address, or with its bytes. */
export function readSdkFile(type: 'file' | 'reasoning-file', part: Fields, stream: ModelStream): void {
  const file = isFields(part['file']) ? part['file'] : part
  const mediaType = textIn(file['mediaType'] ?? file['mimeType'])
  const url = mediaType === undefined ? undefined : addressOf(file, mediaType)
  if (mediaType === undefined || url === undefined) return
  const filename = textIn(part['filename'] ?? file['filename'])
  const provider = providerIn(part['providerMetadata'])
  stream.parts.file({
    mediaType,
    url,
    ...(filename !== undefined && { filename }),
    ...(type === 'reasoning-file' && { reasoning: true }),
    ...(provider && { provider }),
  })
}

function addressOf(file: Fields, mediaType: string): string | undefined {
  const { url, base64, data } = file
  const given = [url, isFields(data) ? data['url'] : undefined].find((each) => typeof each === 'string' || each instanceof URL)
  if (given !== undefined) return textIn(String(given))
  const bytes = base64 ?? (isFields(data) && 'data' in data ? data['data'] : data)
  if (typeof bytes === 'string' && /^(?:data|https?):/.test(bytes)) return bytes
  const encoded = bytes instanceof Uint8Array ? encode(bytes) : textIn(bytes)
  return encoded === undefined ? undefined : `data:${mediaType};base64,${encoded}`
}

function encode(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCodePoint(byte)
  return btoa(text)
}
