import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import process from 'node:process'

export interface Service {
  readonly port: number
  stop(): void
}

/** Runs a server in its own process, so that it shares no event loop with the measured code. */
export async function serve(script: URL, args: (port: number) => readonly string[]): Promise<Service> {
  const port = await freePort()
  const child: ChildProcess = spawn(
    process.execPath,
    ['--conditions=streamfold-source', '--no-warnings', script.pathname, ...args(port)],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const stop = (): void => void child.kill()
  process.on('exit', stop)
  await reachable(port)
  return { port, stop }
}

export interface Tap extends Service {
  /** Bytes that have passed, both ways. */
  readonly bytes: () => number
}

/** Counts the bytes to and from `port`. */
export async function tap(port: number): Promise<Tap> {
  let bytes = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.setNoDelay()
      from.on('data', (data) => {
        bytes += data.length
        to.write(data)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { port: (server.address() as AddressInfo).port, stop, bytes: () => bytes } // A TCP server's address.
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // As above.
      server.close(() => resolve(port))
    })
  })
}

async function reachable(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => (socket.destroy(), resolve(true)))
      socket.once('error', () => resolve(false))
    })
    if (there) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`unable to measure; the server on port ${port} did not start`)
}
