import type { RealtimeClient } from 'ably'
import type { App, InjectionKey } from 'vue'
import { inject, provide } from 'vue'

const keys = new Map<string, InjectionKey<RealtimeClient>>()

/** Gives a client to the components of an app: `app.use(ablyPlugin, client)`, or with an id, `app.use(ablyPlugin, client, 'second')`. */
export const ablyPlugin = {
  install(app: App, client: RealtimeClient, ablyId = 'default'): void {
    app.provide(keyOf(ablyId), client)
  },
}

/** Gives a client to the components below the calling one. */
export function provideAbly(client: RealtimeClient, ablyId = 'default'): void {
  provide(keyOf(ablyId), client)
}

/** The nearest client. @throws where none was given. */
export function useAbly(ablyId = 'default'): RealtimeClient {
  const client = inject(keyOf(ablyId), undefined)
  if (client) return client
  throw new Error(
    `unable to find the ably client "${ablyId}"; none was given above this component: call app.use(ablyPlugin, client) or provideAbly(client)`,
  )
}

function keyOf(ablyId: string): InjectionKey<RealtimeClient> {
  let key = keys.get(ablyId)
  if (!key) keys.set(ablyId, (key = Symbol(`ably ${ablyId}`)))
  return key
}
