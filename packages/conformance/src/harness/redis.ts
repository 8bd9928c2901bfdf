import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from './free-port.ts'

/** A Redis of its own on this machine, which keeps nothing. @throws if Redis is not installed */
export async function startRedis(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const port = await freePort()
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  })
  let failed: Error | undefined
  server.on('error', (error) => (failed = error))
  while (!(await accepts(port))) {
    if (failed || server.exitCode !== null)
      throw new Error(
        `unable to start Redis; ${failed?.message ?? 'it has exited'}: install redis-server (in Debian: apt-get install redis-server)`,
      )
  }
  return {
    port,
    async close() {
      const gone = once(server, 'exit')
      server.kill()
      await gone
    },
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => void setTimeout(() => resolve(false), 20))
  })
}
