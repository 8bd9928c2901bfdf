import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

export interface SteadyAddress {
  readonly url: string
  /** Sends connections to this port from now on; undefined refuses them. */
  pointTo(port: number | undefined): void
}

/** One address for workers that come and go, each on a free port of its own. */
export async function steadyAddress(): Promise<SteadyAddress> {
  let target: number | undefined
  const open = new Set<Socket>()
  const server = createServer((incoming) => {
    const outgoing = target === undefined ? undefined : connect(target, '127.0.0.1')
    if (!outgoing) return void incoming.destroy()
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(from)
      from.pipe(to)
      // One side ends when the other does, however that has ended.
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // It listens on a port.
    pointTo: (port) => void (target = port),
  }
}
