/**
 * What makes `target` out of `source`, as VCDIFF (RFC 3284): the beginning and the end they share are copied, and what
 * lies between is spelled out. That is all a state that changes in one place needs, and no npm package encodes VCDIFF.
 */
export function encodeVcdiff(source: Uint8Array, target: Uint8Array): Buffer {
  const head = sharedHead(source, target)
  const tail = sharedTail(source, target, Math.min(source.length, target.length) - head)
  const middle = target.subarray(head, target.length - tail)
  const instructions = Buffer.concat([copy(head), add(middle.length), copy(tail)])
  const addresses = Buffer.concat([head > 0 ? integer(0) : NOTHING, tail > 0 ? integer(source.length - tail) : NOTHING])
  const window = Buffer.concat([
    integer(target.length),
    Buffer.of(0),
    integer(middle.length),
    integer(instructions.length),
    integer(addresses.length),
    middle,
    instructions,
    addresses,
  ])
  // One window, over the whole of the source.
  return Buffer.concat([HEADER, Buffer.of(1), integer(source.length), integer(0), integer(window.length), window])
}

const NOTHING = Buffer.alloc(0)

/** `VCD`, version 0, no secondary compressor and no code table of its own. */
const HEADER = Buffer.of(0xd6, 0xc3, 0xc4, 0, 0)

/** In the default code table ADD of 1 to 17 bytes has an opcode for each length, COPY of 4 to 18 too; others spell it out. */
function add(size: number): Buffer {
  if (size === 0) return NOTHING
  return size <= 17 ? Buffer.of(1 + size) : Buffer.concat([Buffer.of(1), integer(size)])
}

function copy(size: number): Buffer {
  if (size === 0) return NOTHING
  return size >= 4 && size <= 18 ? Buffer.of(16 + size) : Buffer.concat([Buffer.of(19), integer(size)])
}

/** Seven bits a byte, the highest first; all but the last byte say that more follow. */
function integer(value: number): Buffer {
  const bytes = [value & 0x7f]
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80)
  return Buffer.from(bytes)
}

function sharedHead(source: Uint8Array, target: Uint8Array): number {
  const most = Math.min(source.length, target.length)
  let length = 0
  while (length < most && source[length] === target[length]) length++
  return length
}

function sharedTail(source: Uint8Array, target: Uint8Array, most: number): number {
  let length = 0
  while (length < most && source[source.length - 1 - length] === target[target.length - 1 - length]) length++
  return length
}
