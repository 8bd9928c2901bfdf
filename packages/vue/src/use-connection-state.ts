import type { ConnectionState, ConnectionStateChange } from 'ably'
import type { ShallowRef } from 'vue'
import { shallowReadonly, shallowRef } from 'vue'
import { useAbly } from './ably-client.ts'
import { whileAlive } from './while-alive.ts'

type Listener = (change: ConnectionStateChange) => void

/** Calls `listener` with every change of the connection, or with those into `state`; as in `ably/react`. */
export function useConnectionStateListener(listener: Listener, ablyId?: string): void
export function useConnectionStateListener(state: ConnectionState | ConnectionState[], listener: Listener, ablyId?: string): void
export function useConnectionStateListener(
  stateOrListener: ConnectionState | ConnectionState[] | Listener,
  listenerOrId?: Listener | string,
  id?: string,
): void {
  const [states, listener, ablyId] =
    typeof stateOrListener === 'function'
      ? [undefined, stateOrListener, listenerOrId as string | undefined] // The overloads pair these.
      : [[stateOrListener].flat(), listenerOrId as Listener, id]
  const { connection } = useAbly(ablyId)
  const own: Listener = (change) => {
    if (!states || states.includes(change.current)) listener(change)
  }
  whileAlive(
    () => connection,
    () => {
      connection.on(own)
      return () => connection.off(own)
    },
  )
}

/** The state of the client's connection. */
export function useConnectionState(ablyId?: string): Readonly<ShallowRef<ConnectionState>> {
  const { connection } = useAbly(ablyId)
  const state = shallowRef(connection.state)
  whileAlive(
    () => connection,
    () => {
      const read = () => {
        state.value = connection.state
      }
      // It may have changed between set-up and mounting.
      read()
      connection.on(read)
      return () => connection.off(read)
    },
  )
  return shallowReadonly(state)
}
