import { encodeFrame, type Format } from './codec.ts'
import type { ProtocolMessage } from './protocol-message.ts'

/** A frame for any number of connections: encoded as a WebSocket frame at most once per format. */
export class Frame {
  readonly message: ProtocolMessage
  #json: Buffer | undefined
  #msgpack: Buffer | undefined

  constructor(message: ProtocolMessage) {
    this.message = message
  }

  encoded(format: Format): Buffer {
    if (format === 'json') return (this.#json ??= encodeFrame(this.message, 'json'))
    return (this.#msgpack ??= encodeFrame(this.message, 'msgpack'))
  }
}
