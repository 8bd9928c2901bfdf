import { fork } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import type { Surroundings } from './test-agent.ts'

export interface RunningServer {
  readonly url: string
  /** `kill -9`. */
  kill(): Promise<void>
}

/** Starts a server of this folder as a process of its own. */
export async function startServer(file: string, surroundings: Surroundings): Promise<RunningServer> {
  const child = fork(new URL(file, import.meta.url), [JSON.stringify(surroundings)], {
    execArgv: ['--conditions=streamfold-source', '--no-warnings'],
    env: { PATH: process.env['PATH'] },
  })
  const [port] = (await once(child, 'message')) as [number] // What process.ts sends.
  return {
    url: `http://127.0.0.1:${port}`,
    async kill() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
