import type { MessageOperation, RealtimeChannel } from 'ably'
import type { ResponseWire } from '@streamfold/core'
import { normalise } from '@streamfold/core'
import { clientIdOf, connectionOf } from './channel-internals.ts'
import { ConversationError } from './conversation-error.ts'
import { randomId } from './random-id.ts'
import type { ResponseWriterOptions } from './response-writer.ts'
import { sendingOn } from './sending.ts'

/** The operations of a channel, in whatever wire messages are written. */
export function createResponseWire(channel: RealtimeChannel, options: ResponseWriterOptions): ResponseWire {
  /** Empty where the service stamps the client's own identity. */
  const author = (): MessageOperation =>
    options.clientId !== undefined && clientIdOf(channel) === undefined ? { clientId: options.clientId } : {}

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
    async append(serial, message) {
      const sending = sendingOn(connectionOf(channel))
      try {
        const { versionSerial } = await channel.appendMessage({ serial, ...message }, author())
        if (!sending.repeated) return { version: versionSerial }
      } finally {
        sending.done()
      }
      throw new ConversationError(
        'append-in-doubt',
        'unable to tell whether the append took effect once; the connection was replaced before it was acknowledged: update the message with its full text',
      )
    },
    async update(serial, message) {
      const { versionSerial } = await channel.updateMessage({ serial, ...message }, author())
      return { version: versionSerial }
    },
    async read(serial) {
      const known = await options.read?.(serial)
      if (known) return known
      const event = normalise(await channel.getMessage(serial), { dialect: options.dialect, source: 'history' })
      return 'headers' in event && event.headers ? { headers: event.headers, clientId: event.clientId } : undefined
    },
    randomId,
  }
}
