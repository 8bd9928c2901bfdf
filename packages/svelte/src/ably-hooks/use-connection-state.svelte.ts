import type { Connection, ConnectionState, ConnectionStateChange } from 'ably'
import { createSubscriber } from 'svelte/reactivity'
import type { MaybeGetter } from '../maybe-getter.ts'
import type { Current } from '../select-state.svelte.ts'
import { whileMounted } from '../while-mounted.svelte.ts'
import { useClient } from './ably-client.ts'

type States = ConnectionState | readonly ConnectionState[]
type Listener = (change: ConnectionStateChange) => void
type AblyId = MaybeGetter<string | undefined>

/**
 * Calls `listener` with every change of the connection, or only with changes to `state`; as in `ably/react`. A function as first argument is the
 * listener.
 */
export function useConnectionStateListener(listener: Listener, ablyId?: AblyId): void
export function useConnectionStateListener(state: States, listener: Listener, ablyId?: AblyId): void
export function useConnectionStateListener(
  stateOrListener: States | Listener,
  listenerOrId?: Listener | AblyId,
  id?: AblyId,
): void {
  const [states, listener, ablyId] =
    typeof stateOrListener === 'function'
      ? [undefined, stateOrListener, listenerOrId as AblyId] // The overloads pair these.
      : [stateOrListener, listenerOrId as Listener, id]
  const client = useClient(ablyId)
  const own: Listener = (change) => {
    if (states === undefined || [states].flat().includes(change.current)) listener(change)
  }
  whileMounted(
    () => client.current.connection,
    (connection) => {
      connection.on(own)
      return () => connection.off(own)
    },
  )
}

/** The state of the client's connection. */
export function useConnectionState(ablyId?: AblyId): Current<ConnectionState> {
  const client = useClient(ablyId)
  const connection = $derived(client.current.connection)
  const subscribe = $derived(createSubscriber(follow(connection)))
  // Derived, because what reads the subscription itself runs with each change.
  const state = $derived.by(() => {
    subscribe()
    return connection.state
  })
  return {
    get current() {
      return state
    },
  }
}

function follow(connection: Connection): (changed: () => void) => () => void {
  return (changed) => {
    connection.on(changed)
    return () => connection.off(changed)
  }
}
