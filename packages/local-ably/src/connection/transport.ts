import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { Action } from '../protocol/actions.ts'
import type { Format } from '../protocol/codec.ts'
import { Frame } from '../protocol/frame.ts'
import type { Clock } from '../shared/clock.ts'
import { Writes } from './writes.ts'

/** One WebSocket: its format, and the sign of life it owes the client. */
export class Transport {
  readonly format: Format
  readonly #socket: WebSocket
  readonly #writes: Writes
  readonly #maxUnread: number
  readonly #stopHeartbeat: () => void
  /** Frames held back while frozen (fault). */
  #frozen: Frame[] | undefined
  #frozenBytes = 0

  constructor(
    socket: WebSocket,
    stream: Duplex,
    format: Format,
    maxUnread: number,
    heartbeat: { clock: Clock; every: number; asFrames: boolean },
  ) {
    this.#socket = socket
    this.#writes = new Writes(stream)
    this.#maxUnread = maxUnread
    this.format = format
    let cancel: (() => void) | undefined
    const beat = (): void => {
      // A browser's script does not receive pings, so its client asks for frames (P72, RTN23).
      if (heartbeat.asFrames) this.send(new Frame({ action: Action.HEARTBEAT }))
      else if (this.open && this.#frozen === undefined) this.#socket.ping()
      cancel = heartbeat.clock.after(heartbeat.every, beat)
    }
    cancel = heartbeat.clock.after(heartbeat.every, beat)
    this.#stopHeartbeat = () => cancel?.()
    socket.once('close', this.#stopHeartbeat)
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  send(frame: Frame): void {
    if (this.#frozen !== undefined) {
      // A client that does not answer for long is dropped, as one that does not read.
      this.#frozenBytes += frame.encoded(this.format).byteLength
      if (!this.#cutUnread(this.#frozenBytes)) this.#frozen.push(frame)
    } else if (this.open && !this.#cutUnread(this.#writes.unread)) this.#writes.push(frame.encoded(this.format))
  }

  /**
   * Whether the client reads the answers. A client that does not is dropped, also if it only receives more than it reads: both may come
   * back and resume. An answer of one turn is never cut short, however long.
   */
  get reads(): boolean {
    return !this.#cutUnread(this.#writes.waiting)
  }

  #cutUnread(bytes: number): boolean {
    if (bytes <= this.#maxUnread) return false
    this.cut()
    return true
  }

  /** Reads no more and writes no more; the client's bytes pile up in the socket. */
  freeze(): void {
    this.#frozen ??= []
    this.#socket.pause()
  }

  /** Goes on with what was held back. */
  thaw(): void {
    const held = this.#frozen ?? []
    this.#frozen = undefined
    this.#frozenBytes = 0
    for (const frame of held) this.send(frame)
    this.#socket.resume()
  }

  /** Sends a last frame and closes. */
  end(frame?: Frame): void {
    // A paused socket would never see the client's answer to the close.
    this.thaw()
    if (frame) this.send(frame)
    this.#stopHeartbeat()
    this.#writes.flush()
    this.#socket.close()
  }

  /** Drops the socket without a close frame, as a lost network does. */
  cut(): void {
    this.#stopHeartbeat()
    if (this.#frozen !== undefined) this.#frozen = []
    this.#socket.terminate()
  }
}
