import type { Data } from '../protocol/protocol-message.ts'

/** Several pieces of data of one kind as one. */
export function joined(parts: readonly Data[]): Data {
  const texts = parts.filter((part) => typeof part === 'string')
  if (texts.length > 0) return texts.join('')
  const bytes = parts.filter((part) => part instanceof Uint8Array)
  return bytes.length === 0 ? undefined : Buffer.concat(bytes)
}
