import type { RealtimeChannel } from 'ably'
import { Realtime } from 'ably'

/**
 * The channel that the page's address names: `?c=my-conversation`. `me` is the client id, `ably` the port of a local Ably; without `ably`
 * the service is used.
 */
export function openChannel(): RealtimeChannel {
  const asked = new URLSearchParams(location.search)
  const port = asked.get('ably')
  const client = new Realtime({
    authUrl: '/api/ably-token',
    authParams: { clientId: asked.get('me') ?? 'me' },
    ...(port && {
      endpoint: 'localhost',
      port: Number(port),
      tls: false,
      disableConnectivityCheck: true,
      transports: ['web_socket'],
      disconnectedRetryTimeout: 1_000,
    }),
  })
  return client.channels.get(`ai:${asked.get('c') ?? 'demo'}`)
}
