// pnpm bench scale: one agent process with 1,000 responses at once on 1,000 channels, each with a reader. Local Ably, the agent and the readers have a process each.
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import process from 'node:process'
import { serve } from './agent/processes.ts'
import type { Measured } from './core/row.ts'
import { report } from './core/row.ts'
import { CHANNELS } from './scale/limits.ts'
import type { Step, StepResult } from './scale/measured-agent.ts'

const RESPONSES = 1_000
/** As many as the channels need. */
const FEWEST = Math.ceil(RESPONSES / CHANNELS)
/** Tokens a second of each response, until the process is saturated. */
const RATES = [1, 2, 5, 10, 20, 40]
/** It has fallen behind: not all tokens were acknowledged while they came, or the processor is busy. */
const isSaturated = ({ tokens, cpu }: StepResult, offered: number): boolean => tokens < 0.9 * offered || cpu > 95

const unlimited = await serve(new URL('../packages/local-ably/src/cli.ts', import.meta.url), (port) => ['--port', String(port)])
const limited = await serve(new URL('./agent/limited-ably.ts', import.meta.url), (port) => [String(port)])
const rows: Measured[] = []
const children = new Set<ChildProcess>()
process.on('exit', () => children.forEach((child) => child.kill()))
let runs = 0
let saturation: number | undefined
let complete = 0
let expected = 0

for (const rate of RATES) {
  const result = await measure(`${RESPONSES} × ${rate} tokens/s`, { port: unlimited.port, connections: FEWEST, rate, seconds: 8 })
  if (isSaturated(result, RESPONSES * rate)) {
    saturation = RESPONSES * rate
    break
  }
}
rows.push(row('saturated at', 'tokens/s offered', saturation ?? RESPONSES * RATES.at(-1)!))

for (const connections of [FEWEST, 4 * FEWEST, 8 * FEWEST])
  await measure(`50 messages/s, ${connections} connections, ${RESPONSES} × 2 tokens/s`, {
    port: limited.port,
    connections,
    rate: 2,
    seconds: 16,
  })

rows.push({ ...row('ended complete, of all', 'responses', complete), ratio: complete / expected, goal: { atLeast: 1 } })
for (const service of [unlimited, limited]) service.stop()
if (
  !report(
    'scale',
    rows,
    `${RESPONSES} responses at once, in one process, each on a channel with one reader; local Ably and the readers in others`,
  )
)
  process.exitCode = 1

async function measure(name: string, more: Pick<Step, 'port' | 'connections' | 'rate' | 'seconds'>): Promise<StepResult> {
  console.log(`measuring ${name} …`)
  const step: Step = { prefix: `ai:scale-${++runs}-`, responses: RESPONSES, ...more }
  const readers = start(new URL('./scale/readers-process.ts', import.meta.url), [
    String(step.port),
    String(RESPONSES),
    step.prefix,
  ])
  await readers.next()
  const agent = start(new URL('./scale/agent-process.ts', import.meta.url), [JSON.stringify(step)])
  const result = (await agent.next()) as StepResult // As it sends it.
  readers.stop()
  agent.stop()
  const of = (what: string): string => `${what} at ${name}`
  complete += result.complete
  expected += RESPONSES
  rows.push(
    row(of('processor'), '% of a core', result.cpu),
    row(of('memory'), 'MiB resident', result.rss / 2 ** 20),
    row(of('heap of a response'), 'KiB', result.heapPerResponse / 1024),
    row(of('tokens'), 'acknowledged/s', result.tokens),
    // Says how far a core goes, also on a machine that does other work beside.
    row(of('tokens'), 'per second of processor time', (100 * result.tokens) / result.cpu),
    row(of('appends'), 'acknowledged/s', result.appends),
    row(of('p50 of an append'), 'ms', result.appendP50),
    row(of('p99 of an append'), 'ms', result.appendP99),
    row(of('p99 from a token to its acknowledgement'), 'ms', result.tokenP99),
    row(of('p99 of the event loop’s delay'), 'ms', result.loopP99),
    row(of('beginning all'), 'ms', result.beginning),
    row(of('rejected'), 'creates, which are tried again', result.rejectedCreates),
    row(of('rejected'), 'appends, which are repaired', result.rejectedAppends),
    row(of('rejected'), 'repairs, which are tried again', result.rejectedUpdates),
    row(of('repairs'), 'full updates', result.repairs),
  )
  return result
}

/** A figure without a peer. */
function row(id: string, unit: string, ours: number): Measured {
  return { id, unit, ours, peers: {}, ratio: 1 }
}

/** Runs a script in a process of its own, which sends its results. */
function start(script: URL, args: readonly string[]) {
  const child = fork(script, args, {
    execArgv: ['--conditions=streamfold-source', '--expose-gc', '--no-warnings'],
  })
  children.add(child)
  return {
    stop: () => void (children.delete(child) && child.kill()),
    next: () =>
      new Promise((resolve, reject) => {
        child.once('message', resolve)
        child.once('exit', (code) => reject(new Error(`unable to measure; ${script.pathname} ended with ${code}`)))
      }),
  }
}
