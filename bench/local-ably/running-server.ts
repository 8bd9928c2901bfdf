import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

interface Memory {
  readonly heap: number
  readonly rss: number
}

/** A server process: which port it has, how long its parts took to start, what it uses. */
export interface RunningServer {
  readonly kind: string
  readonly port: number
  /** Window in which appends are rolled up, ms; 0 = each is a delivery of its own. */
  readonly rollup: number
  /** From the start of the process to the port, ms. */
  readonly fromStart: number
  /** From the call to the port, ms. */
  readonly listening: number
  memory(): Promise<Memory>
  /** Processor time used so far, ms. */
  processor(): Promise<number>
  stop(): Promise<void>
}

export async function start(kind: string, rollup = 0): Promise<RunningServer> {
  const began = performance.now()
  const program = fileURLToPath(new URL('server-process.ts', import.meta.url))
  const child: ChildProcess = fork(program, [kind], {
    execArgv: ['--conditions=streamfold-source', '--expose-gc', '--disable-warning=ExperimentalWarning'],
  })
  const [{ port, listening }] = (await once(child, 'message')) as [{ port: number; listening: number }]
  return {
    kind,
    port,
    rollup,
    listening,
    fromStart: performance.now() - began,
    async memory() {
      child.send('memory')
      return ((await once(child, 'message')) as [Memory])[0]
    },
    async processor() {
      child.send('processor')
      return ((await once(child, 'message')) as [{ processor: number }])[0].processor
    },
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
