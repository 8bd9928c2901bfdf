import { ConversationError } from '@streamfold/client'
import type { RealtimeClient } from 'ably'
import { getContext, setContext } from 'svelte'
import type { MaybeGetter } from '../maybe-getter.ts'
import { valueOf } from '../maybe-getter.ts'
import type { Current } from '../select-state.svelte.ts'

/** Clients by id. */
type Clients = ReadonlyMap<string, () => RealtimeClient>

const key = Symbol('ably')

/**
 * Provides a client to the calling component and to those below it, with an id if there are several.
 *
 * @param client a function that returns it may return another one later
 */
export function provideAbly(client: MaybeGetter<RealtimeClient>, ablyId = 'default'): void {
  setContext<Clients>(key, new Map([...provided(), [ablyId, () => valueOf(client)]]))
}

/** The nearest client. Call it while a component is set up. @throws if there is none */
export function useAbly(ablyId = 'default'): RealtimeClient {
  return useClient(ablyId).current
}

/** The nearest client by an id that may change. Reading it throws if there is none. */
export function useClient(ablyId: MaybeGetter<string | undefined>): Current<RealtimeClient> {
  const clients = provided()
  return {
    get current() {
      return findClient(clients, valueOf(ablyId) ?? 'default')
    },
  }
}

/** The clients that are provided here: a component has them only while it is set up. */
function provided(): Clients {
  return getContext<Clients | undefined>(key) ?? new Map<string, () => RealtimeClient>()
}

function findClient(clients: Clients, ablyId: string): RealtimeClient {
  const client = clients.get(ablyId)
  if (client) return client()
  const known = [...clients.keys()].map((id) => `"${id}"`).join(', ')
  const others = known === '' ? '' : `, or name one of those that were (${known})`
  throw new ConversationError(
    'no-client',
    `unable to find the ably client "${ablyId}"; none was given in this component or above it: call provideAbly(client)${others}`,
  )
}
