import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { networkOf } from './client-address.ts'

/** How many connections a client may hold without sending requests. */
export interface ListenLimits {
  /** Connections of one address, or network of IPv6. Default 512; Infinity behind a proxy, whose address is everybody's. */
  readonly connections?: number
  /** Milliseconds in which the headers of a request have to come. Default 10 000. */
  readonly headers?: number
  /** The same for all of a request. Default 30 000. */
  readonly request?: number
  /** How often that is looked at, in milliseconds. Default 5 000. */
  readonly check?: number
}

/** `localhost` may resolve to either, depending on the client's system. */
const LOOPBACK = ['127.0.0.1', '::1']

/**
 * Listens on `host`, or on both loopback addresses.
 *
 * @returns closes it
 * @throws when the port is taken; the message has the port and what to set
 */
export async function listen(
  app: Hono,
  port: number,
  host: string | undefined,
  { connections = 512, headers = 10_000, request = 30_000, check = 5_000 }: ListenLimits = {},
): Promise<() => Promise<void>> {
  const serverOptions = { headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: check }
  const servers: Server[] = []
  const close = async (): Promise<void> => void (await Promise.all(servers.map(closed)))
  for (const address of host === undefined ? LOOPBACK : [host]) {
    const server = createAdaptorServer({ fetch: app.fetch, serverOptions }) as Server // it makes a plain HTTP server unless it is told otherwise
    limitConnections(server, connections)
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, address, resolve)
      })
      servers.push(server)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException // what `listen` emits
      // A machine without IPv6 has no ::1.
      if (host === undefined && servers.length > 0 && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) continue
      await close()
      throw code === 'EADDRINUSE'
        ? new Error(`unable to start the agent; port ${port} is taken: set AGENT_PORT to a free one, or end what uses it`, {
            cause: error,
          })
        : error
    }
  }
  return close
}

/** Closes connections of an address that has too many, so that one address cannot use all of the process. */
function limitConnections(server: Server, most: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket) => {
    const client = networkOf(socket.remoteAddress ?? 'unknown')
    const count = (open.get(client) ?? 0) + 1
    open.set(client, count)
    socket.once('close', () => {
      const left = (open.get(client) ?? 0) - 1
      if (left > 0) open.set(client, left)
      else open.delete(client)
    })
    if (count > most) socket.destroy()
  })
}

/** Milliseconds given to requests that are being answered. */
const ANSWERING = 500

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), ANSWERING)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
