import { ConversationError } from '@streamfold/client'
import type { RealtimeClient } from 'ably'
import type { App, ComputedRef, InjectionKey, MaybeRefOrGetter } from 'vue'
import { computed, inject, provide, toValue } from 'vue'

/** Clients by id; outer clients are in the prototype. */
type Clients = Readonly<Record<string, RealtimeClient | undefined>>

const key: InjectionKey<Clients> = Symbol('ably')

/** Provides a client to the components of an app: `app.use(ablyPlugin, client)`, or with an id, `app.use(ablyPlugin, client, 'second')`. */
export const ablyPlugin = {
  install(app: App, client: RealtimeClient, ablyId = 'default'): void {
    const given = app.runWithContext(() => inject(key, null))
    app.provide(
      key,
      withClient(given, ablyId, () => client),
    )
  },
}

/** Provides a client to the components below the calling one; a ref or a getter may change it later. */
export function provideAbly(client: MaybeRefOrGetter<RealtimeClient>, ablyId = 'default'): void {
  provide(
    key,
    withClient(inject(key, null), ablyId, () => toValue(client)),
  )
}

/** The nearest client. @throws if there is none */
export function useAbly(ablyId = 'default'): RealtimeClient {
  return useClient(ablyId).value
}

/** The nearest client by an id that may change. */
export function useClient(ablyId: MaybeRefOrGetter<string | undefined>): ComputedRef<RealtimeClient> {
  // `inject` returns nothing outside set-up, for example after an `await`.
  const clients = inject(key, undefined)
  return computed(() => {
    const id = toValue(ablyId) ?? 'default'
    const client = clients?.[id]
    if (client) return client
    const known = ids(clients).map((each) => `"${each}"`)
    const others = known.length > 0 ? `, or name one of those that were (${known.join(', ')})` : ''
    throw new ConversationError(
      'no-client',
      `unable to find the ably client "${id}"; none was given above this component: call app.use(ablyPlugin, client) or provideAbly(client)${others}`,
    )
  })
}

/** With the outer ones. */
function ids(clients: Clients | null | undefined): readonly string[] {
  const all: string[] = []
  for (const id in clients) all.push(id)
  return all
}

function withClient(given: Clients | null, ablyId: string, get: () => RealtimeClient): Clients {
  return Object.create(given, { [ablyId]: { get, enumerable: true } })
}
