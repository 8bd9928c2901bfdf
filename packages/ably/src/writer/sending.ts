import type { Connection } from 'ably'

/** Notes which connection carries an operation that is about to be called. */
export interface Sending {
  /** Whether the connection was replaced since: then the client has sent the operation a second time. */
  readonly repeated: boolean
  /** Stops listening. */
  done(): void
}

/**
 * When a connection cannot be resumed, the client sends what was not acknowledged once more on the new one (RTN19a2), where
 * the service does not know it again. What is called without a connection is queued, and first sent on the next.
 */
export function sendingOn(connection: Connection): Sending {
  let carrier = connection.state === 'connected' ? connection.id : undefined
  const onConnected = (): void => void (carrier = connection.id)
  const queued = carrier === undefined
  if (queued) connection.once('connected', onConnected)
  return {
    get repeated() {
      return connection.id !== carrier
    },
    done: () => void (queued && connection.off('connected', onConnected)),
  }
}
