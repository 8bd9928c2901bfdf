import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { Transform } from 'node:stream'
import { carries } from './carries.ts'

/** The network between one machine and the servers, which a law can take away. */
export interface Link {
  /** The local port under which this machine reaches a port of a server. */
  port(target: number): Promise<number>
  /** Ends all connections without a farewell, and refuses new ones. */
  drop(): void
  restore(): void
  /** Nothing more is read: what the servers send stays in their buffers. */
  freeze(): void
  thaw(): void
  /** Whether the servers have sent something after each piece that has arrived there. Pings and pongs of a WebSocket are none. */
  isAnswered(): boolean
  /** From now on what this machine sends is on its way, until `pass` or `release`. */
  hold(): void
  /** Lets the oldest piece of that arrive. @returns whether there was one */
  pass(): boolean
  /** Keeps what is on its way there, until `release`. All that this machine sends over other connections overtakes it. */
  overtake(): void
  release(): void
  close(): Promise<void>
}

export function openLink(): Link {
  const servers = new Map<number, Promise<Server>>()
  const sockets = new Set<Socket>()
  /** Of each connection, the side that brings what the server sends, with how it goes on to the machine. */
  const backs = new Map<Socket, { readonly flow: () => void; readonly stop: () => void }>()
  /** Of each connection: whether the server has sent something since the machine did. */
  const answered = new Set<() => boolean>()
  /** Pieces on their way, the oldest first. */
  const held: (() => void)[] = []
  let [down, frozen, holds] = [false, false, false]

  /** What goes from a machine to a server, piece by piece. */
  function forth(far: Socket, received: () => number): Transform {
    /** What the server had sent when the newest piece arrived there. */
    let before = -1
    const carriesForth = carries()
    const isAnswered = (): boolean => received() > before
    answered.add(isAnswered)
    far.on('close', () => answered.delete(isAnswered))
    return new Transform({
      transform(piece: Buffer, _, done) {
        if (!carriesForth(piece)) return done(null, piece)
        const arrive = (): void => {
          before = received()
          done(null, piece)
        }
        if (holds) held.push(arrive)
        else arrive()
      },
    })
  }

  /** What comes back, which can be stopped. @returns how many pieces have come that carry something */
  function back(far: Socket, near: Socket): () => number {
    let pieces = 0
    const carriesBack = carries()
    const count = (piece: Buffer): void => void (pieces += carriesBack(piece) ? 1 : 0)
    const flow = (): void => void far.on('data', count).pipe(near)
    // Not `pause`, which a pipe takes back by itself.
    const stop = (): void => void far.off('data', count).unpipe(near)
    backs.set(far, { flow, stop })
    far.on('close', () => backs.delete(far))
    if (!frozen) flow()
    return () => pieces
  }

  const pass = (): boolean => {
    const next = held.shift()
    next?.()
    return next !== undefined
  }

  function join(target: number, near: Socket): void {
    if (down) {
      near.destroy()
      return
    }
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      // Its end is what the other side is told; an error says no more than that.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        ;(socket === near ? far : near).destroy()
      })
    }
    near.pipe(forth(far, back(far, near))).pipe(far)
  }

  return {
    async port(target) {
      let server = servers.get(target)
      if (!server) {
        server = listen((socket) => join(target, socket))
        servers.set(target, server)
      }
      return ((await server).address() as AddressInfo).port
    },
    drop() {
      down = true
      for (const socket of sockets) socket.resetAndDestroy()
    },
    restore() {
      down = false
    },
    freeze() {
      frozen = true
      for (const { stop } of backs.values()) stop()
    },
    thaw() {
      frozen = false
      for (const { flow } of backs.values()) flow()
    },
    isAnswered: () => [...answered].every((isAnswered) => isAnswered()),
    hold() {
      holds = true
    },
    pass,
    overtake() {
      holds = false
    },
    release() {
      holds = false
      while (pass());
    },
    async close() {
      down = true
      for (const socket of sockets) socket.destroy()
      for (const server of servers.values()) (await server).close()
    },
  }
}

function listen(take: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(take)
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}
