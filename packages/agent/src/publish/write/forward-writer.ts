import type { ResponseWriter } from '@streamfold/core/transport'

/** A writer with some operations replaced. */
export function forwardWriter(
  writer: ResponseWriter,
  operations: Partial<Pick<ResponseWriter, 'create' | 'append' | 'update'>>,
): ResponseWriter {
  return {
    // Read each time: what the service announces is known only once there is a connection, and may change with the next.
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
    get secret() {
      return writer.secret
    },
    ...(writer.isUsers && { isUsers: (serial: string) => writer.isUsers!(serial) }), // Just looked at.
    create: operations.create ?? ((draft) => writer.create(draft)),
    append: operations.append ?? ((serial, draft) => writer.append(serial, draft)),
    update: operations.update ?? ((serial, draft) => writer.update(serial, draft)),
  }
}
