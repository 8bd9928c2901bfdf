import type { MessageOperation, RealtimeChannel } from 'ably'
import type { ResponseWriter } from '@streamfold/core'
import { clientIdOf, connectionOf, maxMessageSizeOf, maxRateOf, rollupOf } from './channel-internals.ts'
import { ConversationError } from './conversation-error.ts'
import { sendingOn } from './sending.ts'

export interface ResponseWriterOptions {
  /** Identity to write under, for a client that has none of its own (a key without client id). Default: the client's. */
  readonly clientId?: string
}

/**
 * Writes responses to a channel. Calls are sent in their order and need not be awaited one by one; they reject with the
 * client's `ErrorInfo`. Whole headers go with every call, because the service replaces `extras` as a whole.
 *
 * An append whose connection was replaced before its acknowledgement rejects with `append-in-doubt`: it may be in the text
 * twice, and a full update is due. A create (by its id) and an update may be repeated without harm.
 */
export function createResponseWriter(channel: RealtimeChannel, options: ResponseWriterOptions = {}): ResponseWriter {
  const name = 'response'
  /** Empty where the service stamps the client's own identity. */
  const author = (): MessageOperation =>
    options.clientId !== undefined && clientIdOf(channel) === undefined ? { clientId: options.clientId } : {}

  return {
    get maxMessageSize() {
      return maxMessageSizeOf(channel)
    },
    get maxRate() {
      return maxRateOf(channel)
    },
    get rollup() {
      return rollupOf(channel)
    },
    get connection() {
      return connectionOf(channel)
    },
    async create({ id, text, headers }) {
      const { serials } = await channel.publish({
        ...author(),
        ...(id !== undefined && { id }),
        name,
        data: text,
        extras: { headers },
      })
      const serial = serials[0]
      if (!serial) {
        throw new ConversationError(
          'no-serial',
          'unable to begin the response; the service returned no serial: take the conflation rule off this channel',
        )
      }
      return { serial }
    },
    async append(serial, { text, headers }) {
      const sending = sendingOn(connectionOf(channel))
      try {
        const { versionSerial } = await channel.appendMessage({ serial, name, data: text, extras: { headers } }, author())
        if (!sending.repeated) return { version: versionSerial }
      } finally {
        sending.done()
      }
      throw new ConversationError(
        'append-in-doubt',
        'unable to tell whether the append took effect once; the connection was replaced before it was acknowledged: update the message with its full text',
      )
    },
    async update(serial, { text, headers }) {
      const { versionSerial } = await channel.updateMessage({ serial, name, data: text, extras: { headers } }, author())
      return { version: versionSerial }
    },
  }
}
