import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Agent, Turn } from '../layer.ts'
import type { Step } from './step.ts'

/** What an agent's process says of itself. */
export type AgentReport =
  | { readonly is: 'ready' }
  | { readonly is: 'asked'; readonly turn: number }
  | { readonly is: 'said'; readonly turn: number }
  | { readonly is: 'aborted'; readonly turn: number }
  | { readonly is: 'executed'; readonly tool: string }

/** What it is made to say. */
export interface AgentOrder {
  readonly turn: number
  readonly step: Step
}

const cache = fileURLToPath(new URL('../../../../node_modules/.cache/conformance', import.meta.url))

/** Starts agents as processes of their own, so that they can be killed. @param config what each of them is given */
export async function agentProcess(file: URL, config: object): Promise<Agent & { close(): Promise<void> }> {
  const turns: Turn[] = []
  const waiting: ((turn: Turn) => void)[] = []
  const executed: string[] = []
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const started = fork(fileURLToPath(file), {
      execArgv: ['--conditions=streamfold-source', '--no-warnings'],
      // An agent is started some hundred times.
      env: { ...process.env, NODE_COMPILE_CACHE: cache, CONFORMANCE_AGENT: JSON.stringify(config) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child = started
    /** Kept for the case that it cannot start. */
    let complaints = ''
    started.stderr?.on('data', (data: Buffer) => (complaints = `${complaints}${data.toString()}`.slice(-4_000)))
    const aborted = new Set<number>()
    const said = new Map<number, (() => void)[]>()
    const ready = new Promise<void>((resolve, reject) => {
      started.on('exit', () => {
        for (const each of said.values()) for (const resolveSaid of each) resolveSaid()
        reject(new Error(`unable to start an agent; it has exited: ${complaints}`))
      })
      started.on('message', (message) => {
        const report = message as AgentReport // Only `script.ts` sends.
        if (report.is === 'ready') resolve()
        else if (report.is === 'executed') executed.push(report.tool)
        else if (report.is === 'aborted') aborted.add(report.turn)
        else if (report.is === 'said') said.get(report.turn)?.shift()?.()
        else {
          const { turn } = report
          said.set(turn, [])
          const next: Turn = {
            say: async (...steps) => {
              for (const step of steps) {
                if (started.exitCode !== null || started.signalCode !== null) return
                const done = new Promise<void>((resolveSaid) => said.get(turn)!.push(resolveSaid))
                started.send({ turn, step } satisfies AgentOrder)
                await done
              }
            },
            get aborted() {
              return aborted.has(turn)
            },
          }
          const waiter = waiting.shift()
          if (waiter) waiter(next)
          else turns.push(next)
        }
      })
    })
    await ready
  }

  async function kill(): Promise<void> {
    const killed = child
    child = undefined
    if (!killed || killed.exitCode !== null || killed.signalCode !== null) return
    const gone = once(killed, 'exit')
    killed.kill('SIGKILL')
    await gone
  }

  await start()
  return {
    asked() {
      const turn = turns.shift()
      return turn ? Promise.resolve(turn) : new Promise((resolve) => void waiting.push(resolve))
    },
    executions: (tool) => executed.filter((each) => each === tool).length,
    kill,
    start,
    close: kill,
  }
}
