import type { WireMessage } from '../../protocol/protocol-message.ts'
import { encodeVcdiff } from './vcdiff.ts'

/** The messages of one attachment with `params.delta`, each as the difference from the one before (P79). */
export class Deltas {
  /** The message sent last, whatever its action: the client decodes the next against it. */
  #last: { readonly id: string; readonly data: Uint8Array } | undefined

  apply(message: WireMessage): WireMessage {
    const data = bytesOf(message)
    const last = this.#last
    this.#last = data === undefined ? undefined : { id: message.id, data }
    if (last === undefined || data === undefined) return message
    const delta = encodeVcdiff(last.data, data)
    if (delta.byteLength >= data.byteLength) return message
    const steps = typeof message.data === 'string' ? 'utf-8/vcdiff' : 'vcdiff'
    return {
      ...message,
      data: delta,
      encoding: message.encoding === undefined ? steps : `${message.encoding}/${steps}`,
      extras: { ...message.extras, delta: { from: last.id, format: 'vcdiff' } },
    }
  }
}

function bytesOf({ data }: WireMessage): Uint8Array | undefined {
  return typeof data === 'string' ? Buffer.from(data) : data
}
