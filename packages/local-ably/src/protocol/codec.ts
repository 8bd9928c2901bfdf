import { isRecord } from '../shared/record.ts'
import { AblyError } from './ably-error.ts'
import { decodeMsgpack } from './msgpack-decode.ts'
import { encodeMsgpack, encodeMsgpackFrame } from './msgpack-encode.ts'
import type { Data, InboundFrame, ProtocolMessage } from './protocol-message.ts'
import { textFrame } from './websocket-frame.ts'

export type Format = 'json' | 'msgpack'

/** A protocol message as a WebSocket frame. */
export function encodeFrame(message: ProtocolMessage, format: Format): Buffer {
  return format === 'msgpack' ? encodeMsgpackFrame(message) : textFrame(JSON.stringify(withoutBinary(message)))
}

/** The same message where nothing is binary, which is nearly always. */
function withoutBinary(message: ProtocolMessage): ProtocolMessage {
  const { messages, presence, annotations } = message
  if (!messages?.some(isBinary) && !presence?.some(isBinary) && !annotations?.some(isBinary)) return message
  return {
    ...message,
    messages: messages?.map(binaryToBase64),
    presence: presence?.map(binaryToBase64),
    annotations: annotations?.map(binaryToBase64),
  }
}

function isBinary({ data }: { readonly data?: Data }): boolean {
  return data instanceof Uint8Array
}

/** Encodes a REST body; binary data inside messages must already be base64 for JSON (see `binaryToBase64`). */
export function encodeBody(body: unknown, format: Format): Buffer {
  // Sparse: the client sends and expects absent fields, not nil ones.
  return format === 'msgpack' ? encodeMsgpack(body) : Buffer.from(JSON.stringify(body))
}

export function decodeBody(bytes: Buffer, format: Format): unknown {
  try {
    if (format === 'json') return JSON.parse(bytes.toString('utf8')) as unknown
    return decodeMsgpack(bytes)
  } catch {
    throw new AblyError(40000, 400, `unable to read the body; it is not valid ${format}`)
  }
}

export function decodeFrame(bytes: Buffer, format: Format): InboundFrame {
  const frame = decodeBody(bytes, format)
  if (!isRecord(frame) || typeof frame['action'] !== 'number') {
    throw new AblyError(40000, 400, 'unable to read the frame; it is not a protocol message with an action')
  }
  // The check above is what the type says; TypeScript does not narrow an index signature.
  return frame as InboundFrame
}

/** JSON has no binary: bytes are sent as base64, which is the last step of the encoding (P78, RSL4d1). */
export function binaryToBase64<T extends { readonly data?: Data; readonly encoding?: string | undefined }>(item: T): T {
  if (!(item.data instanceof Uint8Array)) return item
  const data = Buffer.from(item.data.buffer, item.data.byteOffset, item.data.byteLength).toString('base64')
  return { ...item, data, encoding: item.encoding ? `${item.encoding}/base64` : 'base64' }
}
