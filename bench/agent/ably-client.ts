import type { ClientOptions } from 'ably'
import { Realtime } from 'ably'

/** The unmodified client, on local Ably. */
export async function ablyClient(port: number, clientId: string, more: ClientOptions = {}): Promise<Realtime> {
  const client = new Realtime({
    endpoint: 'localhost',
    port,
    tls: false,
    key: 'local.dev:streamfold',
    transports: ['web_socket'],
    disableConnectivityCheck: true,
    logLevel: 0,
    clientId,
    ...more,
  })
  await client.connection.once('connected')
  return client
}
