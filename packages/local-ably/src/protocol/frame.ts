import { encodeFrame, type Format } from './codec.ts'
import type { ProtocolMessage } from './protocol-message.ts'

/** A frame to be sent to any number of connections: encoded at most once per format. */
export class Frame {
  readonly message: ProtocolMessage
  #json: string | Buffer | undefined
  #msgpack: string | Buffer | undefined

  constructor(message: ProtocolMessage) {
    this.message = message
  }

  encoded(format: Format): string | Buffer {
    if (format === 'json') return (this.#json ??= encodeFrame(this.message, 'json'))
    return (this.#msgpack ??= encodeFrame(this.message, 'msgpack'))
  }
}
