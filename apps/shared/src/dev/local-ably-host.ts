interface Place {
  readonly protocol: string
  readonly hostname: string
  /** Empty for the usual port of the protocol. */
  readonly port: string
}

interface Host {
  readonly endpoint: string
  readonly port: number
  readonly tls: boolean
}

/**
 * Where a page reaches the local Ably: on the browser's own machine; or, where that is not the machine of the dev server (a dev
 * container, CodeSandbox, a tunnel), through the dev server, which passes it on.
 */
export function localAblyHost(port: number, { protocol, hostname, port: own }: Place): Host {
  if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return { endpoint: 'localhost', port, tls: false }
  const tls = protocol === 'https:'
  return { endpoint: hostname, port: Number(own) || (tls ? 443 : 80), tls }
}
