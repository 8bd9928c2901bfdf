import { createServer } from 'node:net'

/** Below those that a system gives out by itself, so that nothing else takes the port of a process that is started again. */
const [FIRST, COUNT] = [20_000, 12_000]
let next = (process.pid * 100) % COUNT

/** A port for a process that has to keep it when it is started again. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + next
    next = (next + 1) % COUNT
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
