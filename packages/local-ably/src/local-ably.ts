import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { Apps } from './apps/apps.ts'
import { Faults } from './apps/faults.ts'
import { inject } from './apps/inject.ts'
import { accept, admit, refuses } from './connection/accept.ts'
import { parseFault } from './faults/fault-request.ts'
import { listen } from './listen.ts'
import { requireNode } from './node-version.ts'
import { resolveOptions, type LocalAblyOptions } from './options/options.ts'
import { Action } from './protocol/actions.ts'
import { Frame } from './protocol/frame.ts'
import { BrowserAccess } from './rest/browser-access.ts'
import { route } from './rest/router.ts'
import { describeFailure } from './shared/guarded.ts'
import { openStore } from './store/open-store.ts'

/** What the `ably` client needs to reach the server, and only it. */
export interface LocalClientOptions {
  readonly endpoint: string
  readonly port: number
  readonly tls: boolean
  readonly key?: string
  readonly transports: 'web_socket'[]
  readonly disableConnectivityCheck: boolean
}

export interface LocalAbly {
  /** `http://localhost:PORT` */
  readonly url: string
  readonly port: number
  /** The first of the keys, in full. */
  readonly key: string
  /** Options for `new Realtime(…)` and `new Rest(…)`, with yours on top; the key is left out when yours bring a token. */
  clientOptions<T extends object = object>(extra?: T): Omit<LocalClientOptions, keyof T> & T
  readonly faults: Faults
  /** Disconnects every client and frees the port. */
  close(): Promise<void>
}

/** Starts an Ably on this machine. Rejects with `{ code, port, message }` when it cannot listen. */
export async function createLocalAbly(options: LocalAblyOptions = {}): Promise<LocalAbly> {
  requireNode()
  const resolved = resolveOptions(options)
  const access = new BrowserAccess(resolved)
  const store = await openStore(resolved.data)
  const apps = new Apps(resolved, store)
  const faults = new Faults(apps)
  for (const fault of resolved.faults) inject(faults, parseFault(fault))
  const listeners = await listen(resolved.port, resolved.host, (message, response) => {
    route({ apps, faults, access }, message, response).catch((error: unknown) => {
      resolved.log(describeFailure('a request', error))
      response.destroy()
    })
  }).catch((error: unknown) => {
    store.close()
    throw error
  })
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 8_000_000 })
  for (const server of listeners.servers) upgrade(apps, access, server, sockets)

  const stopTidying = apps.keepTidy()

  const [first] = resolved.keys
  const key = typeof first === 'string' ? first : (first?.key ?? '')
  const { port } = listeners
  let closing: Promise<void> | undefined
  return {
    url: `http://localhost:${port}`,
    port,
    key,
    faults,
    clientOptions<T extends object = object>(extra?: T) {
      const base: LocalClientOptions = {
        endpoint: 'localhost',
        port,
        tls: false,
        ...(bringsToken(extra) ? {} : { key }),
        // No other transport is served, and the check would ask a host on the internet.
        transports: ['web_socket'],
        disableConnectivityCheck: true,
      }
      // What the spread is; TypeScript keeps T abstract and cannot see it.
      return { ...base, ...extra } as unknown as Omit<LocalClientOptions, keyof T> & T
    },
    close() {
      stopTidying()
      return (closing ??= shutDown(apps, listeners.servers, sockets))
    },
  }
}

function bringsToken(options: object | undefined): boolean {
  return ['token', 'tokenDetails', 'authUrl', 'authCallback'].some((name) => options !== undefined && name in options)
}

const UNAVAILABLE = 'HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'
const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'

function upgrade(apps: Apps, access: BrowserAccess, server: Server, sockets: WebSocketServer): void {
  const { log } = apps.main.options
  server.on('upgrade', (request, socket: Duplex, head) => {
    // A client may vanish at any moment; without a listener that would end the process.
    socket.on('error', () => socket.destroy())
    const refusal = access.refusal(request)
    if (refusal !== undefined) {
      log(refusal.message)
      socket.end(FORBIDDEN)
      return
    }
    const query = new URLSearchParams(request.url?.split('?')[1])
    admit(apps, query, (admission) => {
      if (refuses(admission)) socket.end(UNAVAILABLE)
      else sockets.handleUpgrade(request, socket, head, (webSocket) => accept(admission, webSocket, socket))
    }).catch((error: unknown) => {
      log(describeFailure('an upgrade', error))
      socket.destroy()
    })
  })
}

/** Refuses new connections, finishes pending work, disconnects every client, and closes. */
async function shutDown(apps: Apps, servers: readonly Server[], sockets: WebSocketServer): Promise<void> {
  for (const app of apps) app.webhooks.close()
  // Before clients are disconnected: they reconnect at once, and the port would still accept them.
  const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
  sockets.close()
  const connections = [...apps].flatMap((app) => [...app.connections].map((connection) => ({ app, connection })))
  await Promise.all(connections.map(({ connection }) => connection.settle()))
  for (const { app, connection } of connections) {
    connection.transport?.end(new Frame({ action: Action.DISCONNECTED }))
    app.connections.remove(connection)
  }
  for (const server of servers) server.closeIdleConnections()
  await Promise.all([...sockets.clients].map(gone))
  for (const server of servers) server.closeAllConnections()
  await Promise.all(closed)
  apps.store.close()
}

function gone(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    // A client that does not answer the close must not keep the server.
    const giveUp = setTimeout(() => socket.terminate(), 200)
    socket.once('close', () => {
      clearTimeout(giveUp)
      resolve()
    })
  })
}
