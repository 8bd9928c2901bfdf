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
 * The address of the local Ably for a page: on the browser's own machine, or, if the dev server runs on another machine (a dev
 * container, CodeSandbox, a tunnel), through the dev server, which forwards it.
 */
export function localAblyHost(port: number, { protocol, hostname, port: own }: Place): Host {
  if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return { endpoint: 'localhost', port, tls: false }
  const tls = protocol === 'https:'
  return { endpoint: hostname, port: Number(own) || (tls ? 443 : 80), tls }
}
