import type { ClientOptions } from 'ably'
import type { Target } from './target.ts'

/** Options of the `ably` client for a target. The client does not log, because the command prints its own messages. */
export function clientOptions({ key, host }: Target): ClientOptions {
  if (!host) return { key, logLevel: 0 }
  const { endpoint, port, tls } = host
  return {
    key,
    logLevel: 0,
    endpoint,
    tls,
    ...(port !== undefined && (tls ? { tlsPort: port } : { port })),
    // Local Ably has no other transport, and the client's check would ask a host on the internet.
    transports: ['web_socket'],
    disableConnectivityCheck: true,
    // The server may be starting, or restarting during development.
    disconnectedRetryTimeout: 1_000,
    suspendedRetryTimeout: 2_000,
  }
}
