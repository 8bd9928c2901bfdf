import type { RawMessage, ServerModel } from '../server-model.ts'

/** A page of history, newest first. */
export interface SimulatedHistory {
  readonly items: readonly RawMessage[]
  hasNext(): boolean
  isLast(): boolean
  next(): Promise<SimulatedHistory | null>
}

type Request = <Result>(perform: () => Result) => Promise<Result>

/** @param until the number of messages at the point up to which history is read. Default: all */
export function readHistory(server: ServerModel, request: Request, limit = 100, until = Infinity): SimulatedHistory {
  // The serials of now: a message that is created later is not on a later page.
  return pageOf(server, request, limit, server.serials.slice(0, until).toReversed())
}

function pageOf(server: ServerModel, request: Request, limit: number, serials: readonly string[]): SimulatedHistory {
  const items = serials.slice(0, limit).flatMap((serial) => server.latest(serial) ?? [])
  const rest = serials.slice(limit)
  return {
    items,
    hasNext: () => rest.length > 0,
    isLast: () => rest.length === 0,
    next: () => request(() => (rest.length > 0 ? pageOf(server, request, limit, rest) : null)),
  }
}
