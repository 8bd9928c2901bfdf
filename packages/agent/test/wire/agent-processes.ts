import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import type { Order, Setup } from './agent-process.ts'
import type { ApprovalSetup } from './approval-process.ts'

export interface AgentProcess {
  /** Tells it what to do; resolves with what it says next. */
  tell(order: Order): Promise<Readonly<Record<string, unknown>>>
  /** `kill -9`. */
  kill(): Promise<void>
}

/** Starts an agent as a process of its own. */
export async function startAgentProcess(setup: Setup): Promise<AgentProcess> {
  const { child, kill } = await start('agent-process.ts', setup)
  return {
    async tell(order) {
      const said = once(child, 'message')
      child.send(order)
      const [message] = (await said) as [Readonly<Record<string, unknown>>] // What agent-process.ts sends.
      return message
    },
    kill,
  }
}

export interface ApprovalProcess {
  /** Tells it of a prompt. */
  answer(prompt: string): void
  /** `kill -9`. */
  kill(): Promise<void>
}

/** Starts an agent that asks before it acts. */
export async function startApprovalProcess(setup: ApprovalSetup): Promise<ApprovalProcess> {
  const { child, kill } = await start('approval-process.ts', setup)
  return { answer: (prompt) => void child.send(prompt), kill }
}

async function start(file: string, setup: object): Promise<{ readonly child: ChildProcess; readonly kill: () => Promise<void> }> {
  const child: ChildProcess = fork(new URL(file, import.meta.url), [JSON.stringify(setup)], {
    execArgv: ['--conditions=streamfold-source', '--no-warnings'],
    env: { PATH: process.env['PATH'] },
  })
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  onTestFinished(kill)
  await once(child, 'message')
  return { child, kill }
}
