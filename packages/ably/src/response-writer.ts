import type { RealtimeChannel } from 'ably'
import type { Dialect, Draft, ResponseWire, ResponseWriter } from '@streamfold/core'
import { clientIdOf, connectionOf, keyOf, maxMessageSizeOf, maxRateOf, rollupOf } from './channel-internals.ts'
import { isAgent } from './follow-agents.ts'
import { checkChannel } from './check-channel.ts'
import { createResponseWire } from './response-wire.ts'

export interface ResponseWriterOptions {
  /** Identity to write under, for a client that has none of its own (a key without client id). Default: the client's. */
  readonly clientId?: string
  /** How responses are written, if not in our own wire: `aiTransportAgent`, or a dialect that has `respond`. */
  readonly dialect?: Dialect | undefined
  /** What messages say, for a dialect that asks; a channel that has just read them need not read them again. Default: they are read. */
  readonly read?: ResponseWire['read'] | undefined
  /** Called with each message that was published, as the channel would deliver it: a connection without echo is not sent its own. */
  readonly onPublished?: ((message: unknown) => void) | undefined
}

/** Bytes that the headers of a dialect may take, beside those it is given. */
const ENVELOPE = 1_024

/**
 * Writes responses to a channel. Calls are sent in their order and need not be awaited one by one; they reject with the
 * client's `ErrorInfo`. Whole headers go with every call, because the service replaces `extras` as a whole.
 *
 * An append whose connection was replaced before its acknowledgement rejects with `append-in-doubt`: it may be in the text
 * twice, and a full update is due. A create (by its id) and an update may be repeated without harm.
 *
 * @throws TypeError when the dialect can only be read.
 */
export function createResponseWriter(channel: RealtimeChannel, options: ResponseWriterOptions = {}): ResponseWriter {
  checkChannel(channel)
  const { dialect } = options
  const wire = createResponseWire(channel, options)
  return {
    get maxMessageSize() {
      return maxMessageSizeOf(channel) - (dialect ? ENVELOPE : 0)
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
    ...(dialect ? respondIn(dialect)(wire) : ours(wire)),
  }
}

type Respond = NonNullable<Dialect['respond']>

function respondIn({ respond }: Dialect): Respond {
  if (respond) return respond
  throw new TypeError('unable to write responses; the dialect can only be read: give one that has `respond`, as aiTransportAgent')
}

const ours: Respond = (wire) => {
  const message = ({ text, headers }: Draft) => ({ name: 'response', data: text, extras: { headers } })
  return {
    create: async ({ id, ...draft }) => ({ serial: await wire.publish({ ...message(draft), ...(id !== undefined && { id }) }) }),
    append: (serial, draft) => wire.append(serial, message(draft)),
    update: (serial, draft) => wire.update(serial, message(draft)),
  }
}
