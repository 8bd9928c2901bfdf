import type { ResponseWriter } from '@streamfold/core'

/** A writer that falls silent: once `muted`, its appends and updates go nowhere. What was deleted must not be written again. */
export function muteable(writer: ResponseWriter, muted: () => boolean): ResponseWriter {
  const nowhere = { version: null }
  return {
    ...writer,
    connection: writer.connection ?? writer,
    append: (serial, draft) => (muted() ? Promise.resolve(nowhere) : writer.append(serial, draft)),
    update: (serial, draft) => (muted() ? Promise.resolve(nowhere) : writer.update(serial, draft)),
  }
}
