import type { RealtimeChannel } from 'ably'
import type { Codec } from '@streamfold/core/codec'
import type { Draft, ResponseWriter } from '@streamfold/core/transport'
import { isAgent } from '@streamfold/client'
import { clientIdOf, connectionOf, keyOf, maxMessageSizeOf, maxRateOf, rollupOf } from '../transport/channel-internals.ts'
import { checkChannel } from '../transport/check-channel.ts'
import type { ResponseWriterOptions } from './response-wire.ts'
import { createResponseWire } from './response-wire.ts'

/** Bytes that the headers of a codec may take beside the response's. */
const ENVELOPE = 1_024

/**
 * Creates a writer of responses for a channel. Operations are sent in the order of the calls, which need not be awaited one by one, and
 * reject with the client's `ErrorInfo`. Every operation has complete headers, because the service replaces `extras` as a whole (P11).
 *
 * An append rejects with `append-in-doubt` if its connection was replaced before the acknowledgement (P17): the text may have it twice,
 * so send a full update. A create (by its id) and an update can be repeated without harm.
 *
 * @throws TypeError if the codec can only be read
 */
export function createResponseWriter(channel: RealtimeChannel, options: ResponseWriterOptions = {}): ResponseWriter {
  checkChannel(channel)
  const { codec } = options
  const wire = createResponseWire(channel, options)
  return {
    get maxMessageSize() {
      return maxMessageSizeOf(channel) - (codec ? ENVELOPE : 0)
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
    get secret() {
      return keyOf(channel)
    },
    async isUsers(serial) {
      const author = (await channel.getMessage(serial)).clientId
      return author !== undefined && author !== (options.clientId ?? clientIdOf(channel)) && !isAgent(author, undefined)
    },
    ...(codec ? respondIn(codec)(wire) : ours(wire)),
  }
}

type Respond = NonNullable<Codec['respond']>

function respondIn({ respond }: Codec): Respond {
  if (respond) return respond
  throw new TypeError('unable to write responses; the codec can only be read: give one that has `respond`, as aiTransportAgent')
}

const ours: Respond = (wire) => {
  const message = ({ text, headers }: Draft) => ({ name: 'response', data: text, extras: { headers } })
  return {
    create: async ({ id, ...draft }) => ({ serial: await wire.publish({ ...message(draft), ...(id !== undefined && { id }) }) }),
    append: (serial, draft) => wire.append(serial, message(draft), draft.metadata),
    update: (serial, draft) => wire.update(serial, message(draft), draft.metadata),
  }
}
