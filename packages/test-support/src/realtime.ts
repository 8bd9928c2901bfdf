import type { LocalAbly } from '@streamfold/local-ably'
import type { ClientOptions } from 'ably'
import { Realtime } from 'ably'
import { onTestFinished } from 'vitest'

/** The real client, quiet, quick to come back, closed when the test ends. */
export function realtime(server: LocalAbly, options: ClientOptions = {}): Realtime {
  const client = new Realtime(
    server.clientOptions<ClientOptions>({ logLevel: 0, disconnectedRetryTimeout: 100, suspendedRetryTimeout: 100, ...options }),
  )
  onTestFinished(() => client.close())
  return client
}
