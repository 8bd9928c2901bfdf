import { binaryFrameIn, MAX_HEADER } from './websocket-frame.ts'

/** Where an encoding is written to; grows, and is used again for the next one. */
let buffer = Buffer.allocUnsafe(65_536)
let offset = 0
let limit = buffer.byteLength

/**
 * Encodes a value as msgpack, leaving out fields that are undefined, as Ably's clients do. ARCHITECTURE.md has the
 * reason why this is no library. Every delivery passes here: short keys and ASCII text go byte by byte into one buffer.
 */
export function encodeMsgpack(value: unknown): Buffer {
  offset = 0
  write(value)
  return Buffer.from(buffer.subarray(0, offset))
}

/** Encodes a value as the payload of a WebSocket frame, in place. */
export function encodeMsgpackFrame(value: unknown): Buffer {
  offset = MAX_HEADER
  write(value)
  return binaryFrameIn(buffer, offset)
}

function room(bytes: number): void {
  if (offset + bytes <= limit) return
  const grown = Buffer.allocUnsafe(Math.max(limit * 2, offset + bytes))
  buffer.copy(grown, 0, 0, offset)
  buffer = grown
  limit = grown.byteLength
}

function write(value: unknown): void {
  switch (typeof value) {
    case 'string':
      return writeText(value)
    case 'number':
      return writeNumber(value)
    case 'boolean':
      return writeByte(value ? 0xc3 : 0xc2)
    case 'object':
      if (value === null) return writeByte(0xc0)
      if (Array.isArray(value)) return writeList(value)
      if (value instanceof Uint8Array) return writeBytes(value)
      return writeMap(value as Readonly<Record<string, unknown>>)
    default:
      return writeByte(0xc0)
  }
}

function writeByte(byte: number): void {
  room(1)
  buffer[offset++] = byte
}

/** Type and length of a string, list, map or binary; `fix` is the short form, -1 where there is none. */
function writeLength(length: number, fix: number, fixMax: number, type8: number, type16: number): void {
  room(5)
  if (fix >= 0 && length <= fixMax) buffer[offset++] = fix | length
  else if (type8 >= 0 && length <= 0xff) {
    buffer[offset++] = type8
    buffer[offset++] = length
  } else if (length <= 0xff_ff) {
    buffer[offset++] = type16
    offset = buffer.writeUInt16BE(length, offset)
  } else {
    buffer[offset++] = type16 + 1
    offset = buffer.writeUInt32BE(length, offset)
  }
}

function writeText(text: string): void {
  const { length } = text
  // Most strings are short and ASCII: written here, they cost no call into the runtime.
  if (length < 32) {
    room(33)
    const start = offset
    buffer[offset++] = 0xa0 | length
    let index = 0
    for (; index < length; index++) {
      const code = text.charCodeAt(index)
      if (code > 127) break
      buffer[offset++] = code
    }
    if (index === length) return
    offset = start
  }
  const bytes = Buffer.byteLength(text)
  writeLength(bytes, 0xa0, 31, 0xd9, 0xda)
  room(bytes)
  offset += buffer.write(text, offset, 'utf8')
}

function writeNumber(value: number): void {
  room(9)
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    if (value >= 0) return writeUnsigned(value)
    return writeNegative(value)
  }
  buffer[offset++] = 0xcb
  offset = buffer.writeDoubleBE(value, offset)
}

function writeUnsigned(value: number): void {
  if (value < 0x80) buffer[offset++] = value
  else if (value <= 0xff) {
    buffer[offset++] = 0xcc
    buffer[offset++] = value
  } else if (value <= 0xff_ff) {
    buffer[offset++] = 0xcd
    offset = buffer.writeUInt16BE(value, offset)
  } else if (value <= 0xff_ff_ff_ff) {
    buffer[offset++] = 0xce
    offset = buffer.writeUInt32BE(value, offset)
  } else {
    buffer[offset++] = 0xcf
    offset = buffer.writeUInt32BE(Math.floor(value / 2 ** 32), offset)
    offset = buffer.writeUInt32BE(value >>> 0, offset)
  }
}

function writeNegative(value: number): void {
  if (value >= -32) buffer[offset++] = value & 0xff
  else if (value >= -0x80) {
    buffer[offset++] = 0xd0
    buffer[offset++] = value & 0xff
  } else if (value >= -0x80_00) {
    buffer[offset++] = 0xd1
    offset = buffer.writeInt16BE(value, offset)
  } else if (value >= -0x80_00_00_00) {
    buffer[offset++] = 0xd2
    offset = buffer.writeInt32BE(value, offset)
  } else {
    buffer[offset++] = 0xd3
    offset = buffer.writeBigInt64BE(BigInt(value), offset)
  }
}

function writeBytes(bytes: Uint8Array): void {
  writeLength(bytes.byteLength, -1, 0, 0xc4, 0xc5)
  room(bytes.byteLength)
  buffer.set(bytes, offset)
  offset += bytes.byteLength
}

function writeList(list: readonly unknown[]): void {
  writeLength(list.length, 0x90, 15, -1, 0xdc)
  for (const item of list) write(item)
}

function writeMap(record: Readonly<Record<string, unknown>>): void {
  const keys = Object.keys(record)
  let present = 0
  for (const key of keys) if (record[key] !== undefined) present++
  writeLength(present, 0x80, 15, -1, 0xde)
  for (const key of keys) {
    const value = record[key]
    if (value === undefined) continue
    writeText(key)
    write(value)
  }
}
