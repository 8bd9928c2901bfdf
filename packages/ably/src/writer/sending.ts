import type { Connection } from 'ably'

/** Records the connection of an operation that is about to be sent. */
export interface Sending {
  /** Whether the connection was replaced since then, so the client has sent the operation twice. */
  readonly repeated: boolean
  /** Stops listening. */
  done(): void
}

/**
 * If a connection cannot be resumed, the client sends unacknowledged operations again on the new one (P17), where the service cannot
 * recognise them. An operation that starts without a connection is queued and first sent on the next one.
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
