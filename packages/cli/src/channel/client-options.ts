import type { ClientOptions } from 'ably'
import type { Target } from './target.ts'

/** How the `ably` client reaches the target. It keeps silent: what there is to say is said here. */
export function clientOptions({ key, host }: Target): ClientOptions {
  if (!host) return { key, logLevel: 0 }
  const { endpoint, port, tls } = host
  return {
    key,
    logLevel: 0,
    endpoint,
    tls,
    ...(port !== undefined && (tls ? { tlsPort: port } : { port })),
    // Local Ably serves no other transport, and the check would ask a host on the internet.
    transports: ['web_socket'],
    disableConnectivityCheck: true,
    // It may be about to start, or be restarted while one works on it.
    disconnectedRetryTimeout: 1_000,
    suspendedRetryTimeout: 2_000,
  }
}
