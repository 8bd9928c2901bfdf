import type { ResponseWriter } from '@streamfold/core/transport'

/** A writer that falls silent: once `muted`, its appends and updates go nowhere. What was deleted must not be written again. */
export function muteable(writer: ResponseWriter, muted: () => boolean): ResponseWriter {
  const nowhere = { version: null }
  return {
    // Asked each time: what the service announces is known only once there is a connection, and may change with the next.
    get maxMessageSize() {
      return writer.maxMessageSize
    },
    get maxRate() {
      return writer.maxRate
    },
    get rollup() {
      return writer.rollup
    },
    get connection() {
      return writer.connection ?? writer
    },
    create: (draft) => writer.create(draft),
    append: (serial, draft) => (muted() ? Promise.resolve(nowhere) : writer.append(serial, draft)),
    update: (serial, draft) => (muted() ? Promise.resolve(nowhere) : writer.update(serial, draft)),
  }
}
