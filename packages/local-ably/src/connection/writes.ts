import type { Duplex } from 'node:stream'

/** Sockets with something to write at the end of this turn of the event loop. */
const waiting = new Set<Writes>()

/**
 * What goes out on one socket: all frames of a turn in one write. A stream of tokens would otherwise cost a system call
 * and several buffers for each token, which is most of what a small frame costs.
 */
export class Writes {
  readonly #stream: Duplex
  #frames: Buffer[] = []
  #bytes = 0

  constructor(stream: Duplex) {
    this.#stream = stream
  }

  /** Bytes that earlier turns wrote and the client has not yet taken. */
  get unread(): number {
    return this.#stream.writableLength
  }

  /** The same, with what waits for the end of this turn. */
  get waiting(): number {
    return this.#stream.writableLength + this.#bytes
  }

  /** Takes a whole WebSocket frame, written before the turn ends. */
  push(frame: Buffer): void {
    if (this.#frames.length === 0) {
      if (waiting.size === 0) setImmediate(writeAll)
      waiting.add(this)
    }
    this.#frames.push(frame)
    this.#bytes += frame.byteLength
  }

  /** Writes now what is waiting: something else is about to be written to the socket. */
  flush(): void {
    const frames = this.#frames
    if (frames.length === 0) return
    this.#frames = []
    this.#bytes = 0
    if (this.#stream.writable) this.#stream.write(frames.length === 1 ? frames[0] : Buffer.concat(frames))
  }
}

function writeAll(): void {
  const writes = [...waiting]
  waiting.clear()
  for (const each of writes) each.flush()
}
