import type { Data } from '../protocol/protocol-message.ts'

/**
 * The data of a message and of every version that only appended to it. A version holds the body and a length, so a
 * thousand appends cost a thousand numbers and not a thousand copies of the text.
 */
export class Body {
  #text: string | undefined
  #bytes: Buffer | undefined
  #used = 0

  constructor(data: Data) {
    if (typeof data === 'string') this.#text = data
    else if (data !== undefined) {
      // A copy: the decoder hands out slices of whole network buffers.
      this.#bytes = Buffer.from(data)
      this.#used = data.byteLength
    }
  }

  get length(): number {
    return this.#text === undefined ? this.#used : this.#text.length
  }

  accepts(data: Data): boolean {
    if (data === undefined) return true
    if (this.#text !== undefined) return typeof data === 'string'
    return this.#bytes === undefined || typeof data !== 'string'
  }

  append(data: Data): void {
    if (typeof data === 'string') this.#text = (this.#text ?? '') + data
    else if (data !== undefined) this.#appendBytes(data)
  }

  /** Takes back what was appended behind `length`. */
  truncate(length: number): void {
    if (this.#text !== undefined) this.#text = this.#text.slice(0, length)
    this.#used = Math.min(this.#used, length)
  }

  read(length: number): Data {
    if (this.#text !== undefined) return length === this.#text.length ? this.#text : this.#text.slice(0, length)
    return this.#bytes?.subarray(0, length)
  }

  #appendBytes(data: Uint8Array): void {
    const needed = this.#used + data.byteLength
    if (this.#bytes === undefined || needed > this.#bytes.byteLength) {
      const grown = Buffer.alloc(needed * 2)
      grown.set(this.#bytes?.subarray(0, this.#used) ?? [])
      this.#bytes = grown
    }
    this.#bytes.set(data, this.#used)
    this.#used = needed
  }
}
