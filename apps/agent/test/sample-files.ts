import { crc32, deflateSync } from 'node:zlib'

/** A black PNG of this size that a browser can show. */
export function png(width: number, height: number): Buffer<ArrayBuffer> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0], 8) // Greyscale, eight bits.
  const rows = deflateSync(Buffer.alloc((width + 1) * height))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The beginning of a JPEG, to its size. */
export function jpeg(width: number, height: number): Buffer<ArrayBuffer> {
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0])
  frame.writeUInt16BE(height, 5)
  frame.writeUInt16BE(width, 7)
  const app = Buffer.from([0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0])
  return Buffer.concat([Buffer.from([0xff, 0xd8]), app, frame, Buffer.from([0xff, 0xd9])])
}

/** The beginning of a GIF, to its size. */
export function gif(width: number, height: number): Buffer<ArrayBuffer> {
  const size = Buffer.alloc(4)
  size.writeUInt16LE(width, 0)
  size.writeUInt16LE(height, 2)
  return Buffer.concat([Buffer.from('GIF89a'), size, Buffer.from([0, 0, 0, 0x3b])])
}

/** The beginning of a lossless WebP, to its size. */
export function webp(width: number, height: number): Buffer<ArrayBuffer> {
  const bits = Buffer.alloc(4)
  bits.writeUInt32LE(((height - 1) << 14) | (width - 1))
  const data = Buffer.concat([Buffer.from([0x2f]), bits, Buffer.alloc(3)])
  const length = (size: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(size)
    return bytes
  }
  return Buffer.concat([Buffer.from('RIFF'), length(12 + data.length), Buffer.from('WEBPVP8L'), length(data.length), data])
}

export const pdf: Buffer<ArrayBuffer> = Buffer.from('%PDF-1.7\n%%EOF\n')

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const sizes = Buffer.alloc(8)
  sizes.writeUInt32BE(data.length, 0)
  sizes.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([sizes.subarray(0, 4), body, sizes.subarray(4)])
}
