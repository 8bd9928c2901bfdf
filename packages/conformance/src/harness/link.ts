import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { Transform } from 'node:stream'

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
  /** Whether the servers have sent something after each piece that has arrived there. */
  isAnswered(): boolean
  /** From now on what this machine sends is on its way, until `pass` or `release`. */
  hold(): void
  /** Lets the oldest piece of that arrive. @returns whether there was one */
  pass(): boolean
  release(): void
  close(): Promise<void>
}

export function openLink(): Link {
  const servers = new Map<number, Promise<Server>>()
  const sockets = new Set<Socket>()
  /** The sides that bring what servers send, with those to which it goes. */
  const backs = new Map<Socket, Socket>()
  /** Of each connection: whether the server has sent something since the machine did. */
  const answered = new Set<() => boolean>()
  /** Pieces on their way, the oldest first. */
  const held: (() => void)[] = []
  let [down, frozen, holds] = [false, false, false]

  /** What goes from a machine to a server, piece by piece. */
  function forth(far: Socket): Transform {
    /** What the server had sent when the newest piece arrived there. */
    let before = -1
    const isAnswered = (): boolean => far.bytesRead > before
    answered.add(isAnswered)
    far.on('close', () => answered.delete(isAnswered))
    return new Transform({
      transform(piece, _, done) {
        const arrive = (): void => {
          before = far.bytesRead
          done(null, piece)
        }
        if (holds) held.push(arrive)
        else arrive()
      },
    })
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
    near.pipe(forth(far)).pipe(far)
    if (!frozen) far.pipe(near)
    backs.set(far, near)
    far.on('close', () => backs.delete(far))
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
      // Not `pause`, which a pipe takes back by itself.
      for (const [far, near] of backs) far.unpipe(near)
    },
    thaw() {
      frozen = false
      for (const [far, near] of backs) far.pipe(near)
    },
    isAnswered: () => [...answered].every((isAnswered) => isAnswered()),
    hold() {
      holds = true
    },
    pass,
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
