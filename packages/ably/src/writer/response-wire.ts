import type { MessageOperation, RealtimeChannel } from 'ably'
import type { Codec, ResponseWire } from '@streamfold/core/codec'
import { normalise } from '@streamfold/core'
import type { OperationMetadata } from '@streamfold/core/transport'
import { ConversationError, randomId } from '@streamfold/client'
import { clientIdOf, connectionOf } from '../transport/channel-internals.ts'
import { sendingOn } from './sending.ts'

export interface ResponseWriterOptions {
  /** The author's identity, for a client without its own (a key without client id). Default: the client's. */
  readonly clientId?: string
  /** The format of responses, if it is not Streamfold's own: `aiTransportAgent`, or another codec with `respond`. */
  readonly codec?: Codec | undefined
  /** Reads a message for a codec. A channel that has just read it need not read it again. Default: reads it from the service. */
  readonly read?: ResponseWire['read'] | undefined
  /** Called with each published message as the channel would deliver it: a connection without echo does not receive its own (P27). */
  readonly onPublished?: ((message: unknown) => void) | undefined
}

/** The operations of a channel that a codec or the writer uses. */
export function createResponseWire(channel: RealtimeChannel, options: ResponseWriterOptions): ResponseWire {
  /** Empty if the service stamps the client's own identity. */
  const author = (): MessageOperation =>
    options.clientId !== undefined && clientIdOf(channel) === undefined ? { clientId: options.clientId } : {}

  /** The service takes strings only. */
  const operation = (metadata: OperationMetadata | undefined): MessageOperation => ({
    ...author(),
    ...(metadata && { metadata: { len: String(metadata.len) } }),
  })

  return {
    async publish(message) {
      const { serials } = await channel.publish({ ...author(), ...message })
      const serial = serials[0]
      if (serial) {
        options.onPublished?.({ ...message, serial, action: 'message.create', clientId: options.clientId })
        return serial
      }
      throw new ConversationError(
        'no-serial',
        'unable to begin the response; the service returned no serial: take the conflation rule off this channel',
      )
    },
    async append(serial, message, metadata) {
      const sending = sendingOn(connectionOf(channel))
      try {
        const { versionSerial } = await channel.appendMessage({ serial, ...message }, operation(metadata))
        if (!sending.repeated) return { version: versionSerial }
      } finally {
        sending.done()
      }
      throw new ConversationError(
        'append-in-doubt',
        'unable to tell whether the append took effect once; the connection was replaced before it was acknowledged: update the message with its full text',
      )
    },
    async update(serial, message, metadata) {
      const { versionSerial } = await channel.updateMessage({ serial, ...message }, operation(metadata))
      return { version: versionSerial }
    },
    async read(serial) {
      const known = await options.read?.(serial)
      if (known) return known
      const event = normalise(await channel.getMessage(serial), { codec: options.codec, source: 'history' })
      return 'headers' in event && event.headers ? { headers: event.headers, clientId: event.clientId } : undefined
    },
    randomId,
  }
}
