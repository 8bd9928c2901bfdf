import type { AgentOrder, AgentReport } from './agent-process.ts'
import type { Step } from './step.ts'

/** In the process of an agent: what the law makes its model say. */
export interface ScriptedTurn {
  /** The steps, until the one that ends the turn or until the call is aborted. Each is confirmed when the next one is asked for. */
  readonly steps: AsyncIterable<Step>
}

const orders = new Map<number, { readonly steps: Step[]; wake: () => void }>()
let turns = 0

process.on('message', (message) => {
  const { turn, step } = message as AgentOrder // Only `agent-process.ts` sends.
  const waiting = orders.get(turn)
  waiting?.steps.push(step)
  waiting?.wake()
})
// An agent does not outlive the suite.
process.on('disconnect', () => process.exit())

/** Reports to the suite. */
export function report(what: AgentReport): void {
  process.send?.(what)
}

/** What the agent was started with. */
export function agentConfig<Config>(): Config {
  return JSON.parse(process.env['CONFORMANCE_AGENT'] ?? '{}') as Config // The layer that reads it wrote it.
}

/** A tool that only counts how often it is executed. */
export function execute(tool: string): string {
  report({ is: 'executed', tool })
  return `${tool}: done`
}

/** Begins a turn: the suite is asked for its steps. */
export function beginTurn(signal?: AbortSignal): ScriptedTurn {
  const turn = ++turns
  const order = { steps: [] as Step[], wake: (): void => undefined }
  orders.set(turn, order)
  const abort = (): void => {
    report({ is: 'aborted', turn })
    order.wake()
  }
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  report({ is: 'asked', turn })
  async function* steps(): AsyncGenerator<Step> {
    for (;;) {
      if (order.steps.length === 0 && !signal?.aborted) await new Promise<void>((resolve) => (order.wake = resolve))
      const step = order.steps.shift()
      if (step === undefined && signal?.aborted) return
      if (step === undefined) continue
      yield step
      report({ is: 'said', turn })
      if ('end' in step) return
    }
  }
  return { steps: steps() }
}
