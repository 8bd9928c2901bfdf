import type { FakeClock } from '../fake-clock.ts'
import type { Emitter } from './emitter.ts'
import { createEmitter } from './emitter.ts'
import { LATENCY } from './simulated-service.ts'

export interface SimulatedError {
  readonly code: number
  readonly statusCode: number
  readonly message: string
}

export interface ConnectionChange {
  readonly current: string
  readonly previous: string
  readonly reason?: SimulatedError
  readonly retryIn?: number
}

/** A connection with the members of the ably client's that Streamfold uses. */
export interface SimulatedConnection extends Emitter<ConnectionChange> {
  readonly state: string
  readonly id: string | undefined
  readonly errorReason: SimulatedError | null
  connect(): void
  close(): void
  /** Disconnects the network. */
  drop(reason?: string): void
  /** Runs `run` as soon as there is a connection, also on later connections. */
  whenConnected(run: () => void): void
}

/** @param connected called with each connection: whether it is new, and does not continue the one before */
export function createConnection(clock: FakeClock, connected: (first: boolean) => void): SimulatedConnection {
  const changes = createEmitter<ConnectionChange>()
  let state = 'initialized'
  let count = 0
  let errorReason: SimulatedError | null = null
  let waiting: readonly (() => void)[] = []

  function become(current: string, reason?: SimulatedError, retryIn?: number): void {
    const previous = state
    state = current
    errorReason = reason ?? null
    changes.emit(current, { current, previous, ...(reason && { reason }), ...(retryIn !== undefined && { retryIn }) })
  }

  return {
    ...changes,
    get state() {
      return state
    },
    get id() {
      return count > 0 ? `connection-${count}` : undefined
    },
    get errorReason() {
      return errorReason
    },
    connect() {
      if (state === 'connecting' || state === 'connected') return
      const first = state === 'initialized' || state === 'closed'
      become('connecting')
      clock.after(LATENCY, () => {
        if (state !== 'connecting') return
        count += 1
        become('connected')
        connected(first)
        const now = waiting
        waiting = []
        for (const run of now) run()
      })
    },
    close() {
      become('closed')
    },
    drop(reason = 'the network is gone') {
      become('disconnected', { code: 80003, statusCode: 400, message: reason }, 15_000)
    },
    whenConnected(run) {
      if (state === 'connected') run()
      else waiting = [...waiting, run]
    },
  }
}
