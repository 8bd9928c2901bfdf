import type { ResponseWriter } from '@streamfold/core/transport'
import { forwardWriter } from './forward-writer.ts'

/** A writer whose appends and updates are dropped once it is `muted`: a deleted message must not be written again. */
export function muteable(writer: ResponseWriter, muted: () => boolean): ResponseWriter {
  const dropped = { version: null }
  return forwardWriter(writer, {
    append: (serial, draft) => (muted() ? Promise.resolve(dropped) : writer.append(serial, draft)),
    update: (serial, draft) => (muted() ? Promise.resolve(dropped) : writer.update(serial, draft)),
  })
}
