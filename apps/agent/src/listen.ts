import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'

/** `localhost` is either, and which of them a client tries is up to its system. */
const LOOPBACK = ['127.0.0.1', '::1']

/**
 * Listens on `host`, or on both loopback addresses.
 *
 * @returns the way to stop
 * @throws when the port is taken, saying which and what to set
 */
export async function listen(app: Hono, port: number, host: string | undefined): Promise<() => Promise<void>> {
  const servers: Server[] = []
  const close = async (): Promise<void> => void (await Promise.all(servers.map(closed)))
  for (const address of host === undefined ? LOOPBACK : [host]) {
    const server = createAdaptorServer({ fetch: app.fetch }) as Server // without options it makes a plain HTTP server
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
