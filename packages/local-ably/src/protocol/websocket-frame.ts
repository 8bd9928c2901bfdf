/** A WebSocket frame on the wire (RFC 6455 §5.2): whole, final and unmasked, as a server sends them. */
const TEXT = 0x81
const BINARY = 0x82
/** The longest header: type, 127, and a length of eight bytes. */
export const MAX_HEADER = 10

export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const start = headerLength(length)
  const frame = Buffer.allocUnsafe(start + length)
  writeHeader(frame, 0, TEXT, length)
  frame.write(text, start, 'utf8')
  return frame
}

/** Makes a frame of a payload that lies behind `MAX_HEADER` free bytes; takes from those what the header needs. */
export function binaryFrameIn(buffer: Buffer, end: number): Buffer {
  const length = end - MAX_HEADER
  const start = MAX_HEADER - headerLength(length)
  writeHeader(buffer, start, BINARY, length)
  return Buffer.from(buffer.subarray(start, end))
}

function headerLength(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10
}

function writeHeader(target: Buffer, offset: number, type: number, length: number): void {
  target[offset] = type
  if (length < 126) target[offset + 1] = length
  else if (length < 65_536) {
    target[offset + 1] = 126
    target.writeUInt16BE(length, offset + 2)
  } else {
    target[offset + 1] = 127
    target.writeUInt32BE(0, offset + 2)
    target.writeUInt32BE(length, offset + 6)
  }
}
