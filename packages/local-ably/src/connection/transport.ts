import type { WebSocket } from 'ws'
import type { Clock } from '../clock.ts'
import { Action } from '../protocol/actions.ts'
import type { Format } from '../protocol/codec.ts'
import { Frame } from '../protocol/frame.ts'

/** One WebSocket: its format, and the sign of life it owes the client. */
export class Transport {
  readonly format: Format
  readonly #socket: WebSocket
  readonly #stopHeartbeat: () => void

  constructor(socket: WebSocket, format: Format, heartbeat: { clock: Clock; every: number; asFrames: boolean }) {
    this.#socket = socket
    this.format = format
    let cancel: (() => void) | undefined
    const beat = (): void => {
      // A browser cannot see pings, so it asks for frames (RTN23).
      if (heartbeat.asFrames) this.send(new Frame({ action: Action.HEARTBEAT }))
      else if (this.open) this.#socket.ping()
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
    if (this.open) this.#socket.send(frame.encoded(this.format))
  }

  /** Sends a last frame and closes. */
  end(frame?: Frame): void {
    if (frame) this.send(frame)
    this.#stopHeartbeat()
    this.#socket.close()
  }

  /** Drops the socket without a word, as a lost network does. */
  cut(): void {
    this.#stopHeartbeat()
    this.#socket.terminate()
  }
}
