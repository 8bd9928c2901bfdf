/** Deeper than any frame of the protocol, and far from the end of the stack. */
const MAX_DEPTH = 512

let bytes: Buffer = Buffer.alloc(0)
let position = 0

/**
 * Decodes one msgpack value. Throws on anything that is not exactly one: cut off, followed by more, nested too deeply,
 * or of a type (extensions) that the protocol does not use. No memory is taken for a claimed length beyond the input.
 */
export function decodeMsgpack(input: Buffer): unknown {
  bytes = input
  position = 0
  const value = read(0)
  if (position !== input.byteLength) throw new RangeError('there are bytes behind the value')
  return value
}

function read(depth: number): unknown {
  const type = view(1)[position - 1] ?? 0
  if (type < 0x80) return type
  if (type < 0x90) return readMap(type & 0x0f, depth)
  if (type < 0xa0) return readList(type & 0x0f, depth)
  if (type < 0xc0) return readText(type & 0x1f)
  if (type >= 0xe0) return type - 0x1_00
  return readTyped(type, depth)
}

function readTyped(type: number, depth: number): unknown {
  switch (type) {
    case 0xc0:
      return null
    case 0xc2:
      return false
    case 0xc3:
      return true
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return take(readUnsigned(1 << (type - 0xc4)))
    case 0xca:
      return view(4).readFloatBE(position - 4)
    case 0xcb:
      return view(8).readDoubleBE(position - 8)
    case 0xcc:
    case 0xcd:
    case 0xce:
      return readUnsigned(1 << (type - 0xcc))
    case 0xcf:
      return readUnsigned(4) * 2 ** 32 + readUnsigned(4)
    case 0xd0:
      return view(1).readInt8(position - 1)
    case 0xd1:
      return view(2).readInt16BE(position - 2)
    case 0xd2:
      return view(4).readInt32BE(position - 4)
    case 0xd3:
      return Number(view(8).readBigInt64BE(position - 8))
    case 0xd9:
    case 0xda:
    case 0xdb:
      return readText(readUnsigned(1 << (type - 0xd9)))
    case 0xdc:
    case 0xdd:
      return readList(readUnsigned(2 << (type - 0xdc)), depth)
    case 0xde:
    case 0xdf:
      return readMap(readUnsigned(2 << (type - 0xde)), depth)
    default:
      throw new RangeError(`type ${type} is not used by the protocol`)
  }
}

/** Moves behind so many bytes; returns the whole input, to be read at an offset. */
function view(length: number): Buffer {
  position += length
  if (position > bytes.byteLength) throw new RangeError('the value is cut off')
  return bytes
}

function take(length: number): Buffer {
  const start = position
  return view(length).subarray(start, position)
}

function readUnsigned(length: number): number {
  return view(length).readUIntBE(position - length, length)
}

function readText(length: number): string {
  const start = position
  view(length)
  if (length < 24) {
    let text = ''
    let index = start
    for (; index < position; index++) {
      const byte = bytes[index] ?? 0
      if (byte > 127) break
      text += String.fromCharCode(byte)
    }
    if (index === position) return text
  }
  return bytes.toString('utf8', start, position)
}

function readList(length: number, depth: number): unknown[] {
  descend(length, depth)
  const list: unknown[] = []
  for (let index = 0; index < length; index++) list.push(read(depth + 1))
  return list
}

function readMap(length: number, depth: number): Record<string, unknown> {
  descend(length, depth)
  const record: Record<string, unknown> = {}
  for (let index = 0; index < length; index++) {
    const key = readKey(depth)
    const value = read(depth + 1)
    // Assigning this name would change what the record inherits.
    if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
    else record[key] = value
  }
  return record
}

/** Keys are text; anything else is read as what it would be in an object. */
function readKey(depth: number): string {
  const key = read(depth + 1)
  if (typeof key === 'string') return key
  if (typeof key === 'number') return String(key)
  throw new RangeError('a key is no text')
}

/** An entry takes at least one byte, so a longer claim is refused. */
function descend(length: number, depth: number): void {
  if (depth >= MAX_DEPTH) throw new RangeError('the value is nested too deeply')
  if (length > bytes.byteLength - position) throw new RangeError('the value is cut off')
}
