import { fork } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { onTestFinished } from 'vitest'
import { ended } from './restate-server.ts'
import type { WorkerSetup } from './worker-process.ts'

export interface Worker {
  readonly port: number
  /** `kill -9`. */
  kill(): Promise<void>
}

/** Starts a worker as a process of its own, which ends with the test. @param onError called with what its agents report */
export async function startWorker(setup: WorkerSetup, onError: (message: string) => void): Promise<Worker> {
  const child = fork(new URL('worker-process.ts', import.meta.url), [JSON.stringify(setup)], {
    execArgv: ['--conditions=streamfold-source', '--no-warnings'],
    env: { PATH: process.env['PATH'], RESTATE_LOGGING: 'ERROR' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const kill = (): Promise<void> => ended(child)
  onTestFinished(kill)
  const gone = once(child, 'exit').then(() => {
    throw new Error('the worker has ended before it was ready')
  })
  gone.catch(() => undefined) // It ends in any case, later.
  const [{ port }] = (await Promise.race([once(child, 'message'), gone])) as [{ readonly port: number }] // What worker-process.ts sends first.
  child.on('message', ({ error }: { readonly error?: string }) => error !== undefined && onError(error))
  return { port, kill }
}
