import { once } from 'node:events'
import msgpack from '@ably/msgpack-js'
import { WebSocket } from 'ws'
import type { LocalAbly } from './fixture.ts'

export type RawFrame = Record<string, unknown> & { action: number }

/** A client that speaks the protocol by hand, for what the real one never sends. */
export class RawSocket {
  readonly frames: RawFrame[] = []
  readonly #socket: WebSocket
  readonly #waiting: (() => void)[] = []
  readonly #binary: boolean
  pings = 0

  static async open(server: LocalAbly, query: Record<string, string> = {}): Promise<RawSocket> {
    const params = new URLSearchParams({ key: server.key, v: '6', ...query })
    const socket = new RawSocket(
      new WebSocket(`${server.url.replace('http', 'ws')}/?${params.toString()}`),
      query['format'] === 'msgpack',
    )
    await once(socket.#socket, 'open')
    return socket
  }

  constructor(socket: WebSocket, binary = false) {
    this.#socket = socket
    this.#binary = binary
    socket.on('message', (data: Buffer) => {
      this.frames.push((binary ? msgpack.decode(data) : JSON.parse(data.toString())) as RawFrame)
      this.#wake()
    })
    socket.on('ping', () => {
      this.pings++
      this.#wake()
    })
    socket.on('close', () => this.#wake())
  }

  get closed(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED
  }

  send(frame: unknown): void {
    const raw = typeof frame === 'string' || Buffer.isBuffer(frame)
    this.#socket.send(raw ? frame : this.#binary ? msgpack.encode(frame, true) : JSON.stringify(frame))
  }

  close(): void {
    this.#socket.terminate()
  }

  async until(condition: (socket: RawSocket) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  async frame(matches: (frame: RawFrame) => boolean): Promise<RawFrame> {
    await this.until(() => this.frames.some(matches))
    return this.frames.find(matches) as RawFrame
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
