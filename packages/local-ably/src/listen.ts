import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ListenError extends Error {
  readonly code: string
  readonly port: number
}

export interface Listeners {
  readonly port: number
  readonly servers: readonly Server[]
}

/** Listens on both loopback addresses, so that `localhost` works whichever of them it resolves to first. */
export async function listen(port: number, host: string | undefined, handler: RequestListener): Promise<Listeners> {
  if (host !== undefined) return only(await start(port, host, handler))
  for (let attempt = 0; ; attempt++) {
    const first = await start(port, '127.0.0.1', handler)
    const { port: chosen } = addressOf(first)
    try {
      return { port: chosen, servers: [first, await start(chosen, '::1', handler)] }
    } catch (error) {
      // No IPv6 here: then localhost cannot resolve to it either.
      if (codeOf(error) !== 'EADDRINUSE') return only(first)
      first.close()
      // The caller wants any free port, so another one will do.
      if (port !== 0 || attempt > 10) throw error
    }
  }
}

function only(server: Server): Listeners {
  return { port: addressOf(server).port, servers: [server] }
}

function start(port: number, host: string, handler: RequestListener): Promise<Server> {
  return new Promise((resolve, reject) => {
    // Closed for being idle, a connection would be reset under a client that uses it again in that very moment.
    const server = createServer({ keepAliveTimeout: 0 }, handler)
    server.once('error', (cause) => reject(listenError(port, cause)))
    server.listen(port, host, () => resolve(server))
  })
}

function listenError(port: number, cause: Error): ListenError {
  const code = codeOf(cause) ?? 'EUNKNOWN'
  const reason =
    code === 'EADDRINUSE'
      ? 'another program uses it; stop that program, or choose another port (0 takes a free one)'
      : cause.message
  return Object.assign(new Error(`unable to listen on port ${port}; ${reason}`, { cause }), { code, port })
}

function addressOf(server: Server): AddressInfo {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('unable to listen; the server has no port')
  return address
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
