import type { Clock } from '../shared/clock.ts'
import type { FaultTarget, Selector } from './selector.ts'

interface Refusal {
  readonly selector: Selector
  readonly until: number
  readonly connectionIds: ReadonlySet<string>
}

/** The clients whose WebSockets are refused at the moment. */
export class Refusals {
  readonly #clock: Clock
  #refusals: Refusal[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(selector: Selector, ms: number, connections: readonly FaultTarget[]): void {
    const connectionIds = new Set(connections.map((connection) => connection.id))
    this.#refusals.push({ selector, until: this.#clock.now() + ms, connectionIds })
  }

  get idle(): boolean {
    return this.#refusals.length === 0
  }

  /** Whether a new WebSocket is refused; `returning` is the connection that it resumes. */
  refuses(clientId: string | undefined, returning: FaultTarget | undefined): boolean {
    const now = this.#clock.now()
    this.#refusals = this.#refusals.filter((refusal) => refusal.until > now)
    return this.#refusals.some(({ selector, connectionIds }) => {
      if (returning !== undefined && connectionIds.has(returning.id)) return true
      if (selector.connectionId !== undefined || selector.channel !== undefined) return false
      return selector.clientId === undefined || selector.clientId === clientId
    })
  }

  clear(): void {
    this.#refusals = []
  }
}
