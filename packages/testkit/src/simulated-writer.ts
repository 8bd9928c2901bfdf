import type { ResponseWriter } from '@streamfold/core/transport'
import type { ServerModel } from './server-model.ts'
import { metadataOf } from './server-model.ts'

/** A fault of the n-th operation (from 1) of a writer. */
export type WriterFault =
  /** Refused: nothing is stored. */
  | 'reject'
  /** Refused, but its text still arrives inside the next append (P16). */
  | 'reject-folded'
  /** Stored, but the acknowledgement is lost. */
  | 'lose-ack'

export interface WriterFaults {
  /** The fault of an operation; undefined for none. */
  readonly fault?: (operation: { readonly type: 'create' | 'append' | 'update'; readonly n: number }) => WriterFault | undefined
  /** Called between an operation's effect and its settlement: delay it here. Default: it settles at once. */
  readonly settle?: (n: number) => PromiseLike<void>
  readonly clientId?: string
  readonly maxMessageSize?: number
}

/** The error of a service that refuses an operation because of its rate limit. */
export class WriterError extends Error {
  readonly code: number
  constructor(code: number) {
    super(`unable to publish; the simulated service answered ${code}`)
    this.code = code
  }
}

export function createSimulatedWriter(server: ServerModel, deliver: () => void, options: WriterFaults = {}): ResponseWriter {
  const { fault, settle, clientId = 'agent', maxMessageSize } = options
  const ids = new Map<string, string>()
  let folded = new Map<string, string>()
  let count = 0

  /** Operations take effect and settle in the order of the calls. */
  let before: PromiseLike<unknown> = Promise.resolve()
  function operate<Result>(
    type: 'create' | 'append' | 'update',
    perform: (fault: WriterFault | undefined) => Result,
  ): Promise<Result> {
    const n = (count += 1)
    const met = fault?.({ type, n })
    const result = perform(met)
    deliver()
    const settled = (async () => {
      await before
      await settle?.(n)
      if (met) throw new WriterError(met === 'lose-ack' ? 80003 : 42911)
      return result
    })()
    before = settled.catch(() => {})
    return settled
  }

  return {
    ...(maxMessageSize !== undefined && { maxMessageSize }),
    create: ({ id, text, headers }) =>
      operate('create', (met) => {
        const known = id === undefined ? undefined : ids.get(id)
        if (known !== undefined) return { serial: known }
        if (met === 'reject' || met === 'reject-folded') return { serial: '' }
        const serial = server.create(text, headers, { clientId, ...(id !== undefined && { id }) })
        if (id !== undefined) ids.set(id, serial)
        return { serial }
      }),
    append: (serial, { text, headers, ...draft }) =>
      operate('append', (met) => {
        const carried = folded.get(serial) ?? ''
        if (met === 'reject-folded') folded.set(serial, carried + text)
        if (met === 'reject' || met === 'reject-folded') return { version: null }
        folded.delete(serial)
        server.append(serial, carried + text, headers, metadataOf(draft))
        return { version: server.latest(serial)?.version.serial ?? null }
      }),
    update: (serial, { text, headers, ...draft }) =>
      operate('update', (met) => {
        if (met === 'reject' || met === 'reject-folded') return { version: null }
        folded = new Map([...folded].filter(([other]) => other !== serial))
        server.update(serial, text, headers, metadataOf(draft))
        return { version: server.latest(serial)?.version.serial ?? null }
      }),
  }
}
