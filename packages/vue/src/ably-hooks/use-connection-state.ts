import type { ConnectionState, ConnectionStateChange } from 'ably'
import type { MaybeRef, MaybeRefOrGetter, ShallowRef } from 'vue'
import { shallowReadonly, shallowRef, unref } from 'vue'
import { useClient } from './ably-client.ts'
import { whileAlive } from '../while-alive.ts'

type States = MaybeRef<ConnectionState | readonly ConnectionState[]>
type Listener = (change: ConnectionStateChange) => void

/** Calls `listener` with every change of the connection, or only with changes to `state`; as in `ably/react`. */
export function useConnectionStateListener(listener: Listener, ablyId?: MaybeRef<string | undefined>): void
export function useConnectionStateListener(state: States, listener: Listener, ablyId?: MaybeRef<string | undefined>): void
export function useConnectionStateListener(
  stateOrListener: States | Listener,
  listenerOrId?: Listener | MaybeRef<string | undefined>,
  id?: MaybeRef<string | undefined>,
): void {
  const [states, listener, ablyId] =
    typeof stateOrListener === 'function'
      ? [undefined, stateOrListener, listenerOrId as MaybeRef<string | undefined>] // The overloads pair these.
      : [stateOrListener, listenerOrId as Listener, id]
  const client = useClient(ablyId)
  const own: Listener = (change) => {
    if (states === undefined || [unref(states)].flat().includes(change.current)) listener(change)
  }
  whileAlive(
    () => client.value.connection,
    (connection) => {
      connection.on(own)
      return () => connection.off(own)
    },
  )
}

/** The state of the client's connection. */
export function useConnectionState(ablyId?: MaybeRefOrGetter<string | undefined>): Readonly<ShallowRef<ConnectionState>> {
  const client = useClient(ablyId)
  const state = shallowRef(client.value.connection.state)
  whileAlive(
    () => client.value.connection,
    (connection) => {
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
