// One agent process: answers a prompt on each channel at once, and measures itself. The argument is a `Step` as JSON.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'
import { createAgentChannel } from '@streamfold/ably'
import type { AgentObserver } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import type { Realtime } from 'ably'
import { Rest } from 'ably'
import { ablyClient } from '../agent/ably-client.ts'
import { percentile } from '../agent/workload.ts'
import type { Step, StepResult } from './measured-agent.ts'

/** A token has as many characters. */
const TOKEN = 5
/** Prompts that are published, and answers that begin, at the same time. */
const AT_ONCE = 50

const step = JSON.parse(process.argv[2]!) as Step // As the benchmark writes it.
const { port, prefix, responses, rate, seconds } = step
const clients: Realtime[] = []
for (let n = 0; n < step.connections; n++)
  clients.push(await ablyClient(port, 'agent', { echoMessages: false, transportParams: { appendRollupWindow: 0 } }))
// Over REST, where no limit of a connection applies.
const user = new Rest({ endpoint: 'localhost', port, tls: false, key: 'local.dev:streamfold', clientId: 'ann' })

globalThis.gc?.()
const before = process.memoryUsage().heapUsed
let go = (): void => undefined
const started = new Promise<void>((resolve) => (go = resolve))
/** Since when, and until when, all responses stream. */
let from = Infinity
let until = Infinity
const appendTimes: number[] = []
const tokenTimes: number[] = []
let tokens = 0
const rejected = { create: 0, append: 0, update: 0 }

/** Yields tokens at their rate, as far as the agent takes them, and notes when each was due. */
async function* source(nth: number, due: number[]): AsyncGenerator<string> {
  await started
  const begin = performance.now() + (1000 * nth) / responses / rate
  for (let n = 0; n < rate * seconds; n++) {
    const at = begin + (n * 1000) / rate
    const wait = at - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    due.push(at)
    yield ` ${String(n).padStart(TOKEN - 1, 'w')}`
  }
}

/** Notes the appends of one response. */
function observer(due: readonly number[]): AgentObserver {
  let sent = 0
  return {
    answer: () => ({
      now: () => performance.now(),
      record(event) {
        if (event.type === 'rejected') rejected[event.operation]++
        if (event.type !== 'append' || event.length === 0) return
        // Appends of one connection are acknowledged in the order in which they were sent.
        const first = sent
        sent += event.length / TOKEN
        if (event.endedAt < from || event.endedAt > until) return
        appendTimes.push(event.endedAt - event.startedAt)
        for (let n = first; n < sent; n++) tokenTimes.push(event.endedAt - due[n]!)
        tokens += event.length / TOKEN
      },
    }),
  }
}

const agents = Array.from({ length: responses }, (_, n) => {
  const due: number[] = []
  const channel = createAgentChannel(clients[n % clients.length]!.channels.get(`${prefix}${n}`), { clientId: 'agent' })
  return serveAgent({ channel, respond: () => source(n, due), observe: observer(due), onError: () => undefined })
})

const beginning = performance.now()
const finished: Promise<{ readonly status: string; readonly repairs: number }>[] = []
await each(responses, AT_ONCE, async (n) => {
  const headers = { role: 'user' }
  const { serials } = await user.channels.get(`${prefix}${n}`).publish({ name: 'prompt', data: 'go', extras: { headers } })
  const answer = await agents[n]!.answer(serials[0]!)
  if (answer.type !== 'answering') throw new Error(`unable to measure; the answer is ${JSON.stringify(answer)}`)
  finished.push(answer.finished)
})
const begun = performance.now() - beginning

const loop = monitorEventLoopDelay({ resolution: 10 })
go()
// The first and the last part are not measured: then some responses stream, and others do not yet or no more.
await new Promise((resolve) => setTimeout(resolve, seconds * 250))
globalThis.gc?.()
from = performance.now()
loop.enable()
const cpu = process.cpuUsage()
await new Promise((resolve) => setTimeout(resolve, seconds * 500))
until = performance.now()
const { user: own, system } = process.cpuUsage(cpu)
loop.disable()
globalThis.gc?.()
const { rss, heapUsed } = process.memoryUsage()
const outcomes = await Promise.all(finished)
const time = (until - from) / 1000

const result: StepResult = {
  beginning: begun,
  cpu: (own + system) / 10_000 / time,
  rss,
  heapPerResponse: (heapUsed - before) / responses,
  appends: appendTimes.length / time,
  tokens: tokens / time,
  appendP50: percentile(appendTimes, 0.5),
  appendP99: percentile(appendTimes, 0.99),
  tokenP50: percentile(tokenTimes, 0.5),
  tokenP99: percentile(tokenTimes, 0.99),
  loopP99: loop.percentile(99) / 1e6,
  rejectedCreates: rejected.create,
  rejectedAppends: rejected.append,
  rejectedUpdates: rejected.update,
  repairs: outcomes.reduce((sum, { repairs }) => sum + repairs, 0),
  complete: outcomes.filter(({ status }) => status === 'complete').length,
}
process.send?.(result)
await Promise.all(agents.map((agent) => agent.close()))
for (const client of clients) client.close()
process.exit(0)

/** Runs the work for each number, some at a time. */
async function each(count: number, atOnce: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
