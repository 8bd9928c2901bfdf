import type { ResponseWriter } from '@streamfold/core'

/**
 * Makes appends reject whose effect is in doubt. When a connection cannot be resumed, the client sends what was not
 * acknowledged once more on the new one (RTN19a2): an append that had reached the service is then in the text twice, and
 * acknowledged all the same. A rejection has `streamResponse` put the whole text in its place. A create (by its id) and an
 * update may be repeated without harm.
 *
 * @param connectionId the id of the present connection
 */
export function doubtfulWriter(writer: ResponseWriter, connectionId: () => string | undefined): ResponseWriter {
  return {
    get maxMessageSize() {
      return writer.maxMessageSize ?? 65_536
    },
    create: (draft) => writer.create(draft),
    update: (serial, draft) => writer.update(serial, draft),
    async append(serial, draft) {
      const sentOn = connectionId()
      const result = await writer.append(serial, draft)
      if (connectionId() !== sentOn)
        throw new Error(
          'unable to tell whether the append took effect once; the connection was replaced before it was acknowledged',
        )
      return result
    },
  }
}
