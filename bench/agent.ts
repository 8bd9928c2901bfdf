// pnpm bench agent: time from a token leaving its source to a subscriber's fold, and bytes on the wire, beside @ably/ai-transport and a
// bare WebSocket path with the same hops. Clients share this process, each server has its own.
import process from 'node:process'
import { bareWs } from './agent/bare-ws.ts'
import { messagesOfOneRun } from './agent/messages.ts'
import { ours } from './agent/ours.ts'
import { serve, tap } from './agent/processes.ts'
import { served } from './agent/served.ts'
import { theirs } from './agent/theirs.ts'
import type { Contender, Workload } from './agent/workload.ts'
import { percentile } from './agent/workload.ts'
import type { Measured } from './core/row.ts'
import { report } from './core/row.ts'

const ROUNDS = 7
const workloads: Readonly<Record<string, Workload>> = {
  '50 tokens/s': { rate: 50, seconds: 4, responses: 1 },
  '150 tokens/s': { rate: 150, seconds: 3, responses: 1 },
  '1 000 tokens/s': { rate: 1_000, seconds: 1.5, responses: 1 },
  '100 responses, 20 tokens/s each': { rate: 20, seconds: 2, responses: 100 },
}
const first = ours(false)
/** The peer with its defaults, and with the service's rollup off, as ours is. */
const settings = [theirs(true), theirs(false)]
const contenders: readonly Contender[] = [first, ...settings, ours(true), bareWs]

const ably = await serve(new URL('../packages/local-ably/src/cli.ts', import.meta.url), (port) => ['--port', String(port)])
const limited = await serve(new URL('./agent/limited-ably.ts', import.meta.url), (port) => [String(port)])
const relay = await serve(new URL('./agent/relay.ts', import.meta.url), (port) => [String(port)])
const portOf = (contender: Contender): number => (contender === bareWs ? relay.port : ably.port)

const rows: Measured[] = []
for (const contender of contenders) await contender.run({ rate: 200, seconds: 1, responses: 2 }, portOf(contender)) // warm-up

for (const [name, workload] of Object.entries(workloads)) {
  console.log(`measuring ${name} …`)
  const [p50, p99] = [values(contenders), values(contenders)]
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      const latencies = (await contender.run(workload, portOf(contender))).flatMap((meter) => meter.latencies)
      p50.get(contender)!.push(percentile(latencies, 0.5))
      p99.get(contender)!.push(percentile(latencies, 0.99))
    }
  }
  rows.push(rowOf(`p50 at ${name}`, 'ms', p50), { ...rowOf(`p99 at ${name}`, 'ms', p99), goal: { atMost: 1 } })
}

for (const [name, workload] of Object.entries(workloads)) {
  console.log(`counting bytes at ${name} …`)
  const bytes = values(contenders)
  for (const contender of contenders) bytes.get(contender)!.push(await bytesPerToken(contender, workload))
  rows.push({ ...rowOf(`bytes at ${name}`, 'bytes/token', bytes), goal: { atMost: 1 } })
}

for (const name of ['50 tokens/s', '1 000 tokens/s']) {
  console.log(`counting bytes of an agent at ${name} …`)
  const bytes = async (echo: boolean): Promise<number> => bytesPerToken(served(echo, ably.port), workloads[name]!)
  const [quiet, echoed] = [await bytes(false), await bytes(true)]
  const row = { id: `bytes of an agent at ${name}`, unit: 'bytes/token', ours: quiet, peers: { 'with echo': echoed } }
  rows.push({ ...row, ratio: quiet / echoed, goal: { atMost: 0.5 } })
}

console.log('measuring under the limits that Ably documents …')
// The peer leaves rejections to its caller.
let unhandled = 0
const note = (): void => void unhandled++
process.on('unhandledRejection', note)
const admitted = contenders.filter((contender) => contender !== bareWs)
for (const responses of [1, 5]) {
  const workload = { rate: 100, seconds: 3, responses, mayLose: true }
  const [late, came] = [values(admitted), values(admitted)]
  for (let round = 0; round < 3; round++) {
    for (const contender of admitted) {
      const latencies = (await contender.run(workload, limited.port)).flatMap((meter) => meter.latencies)
      late.get(contender)!.push(percentile(latencies, 0.99))
      came.get(contender)!.push((100 * latencies.length) / (workload.rate * workload.seconds * responses))
    }
  }
  const where = `${responses === 1 ? '' : `${responses} responses, `}100 tokens/s${responses === 1 ? '' : ' each'}, 50 messages/s`
  const arrived = rowOf(`arrived at ${where}`, '% of tokens', came)
  rows.push(rowOf(`p99 of those at ${where}`, 'ms', late), { ...arrived, ratio: arrived.ours / 100, goal: { atLeast: 1 } })
}
process.off('unhandledRejection', note)

console.log('counting messages of one run …')
rows.push(await messagesOfOneRun(ably.port))

for (const service of [ably, limited, relay]) service.stop()
const explained = `ratio is ours to the better of the peer's two settings; times are of the least disturbed of each one's interleaved rounds,
shares of the worst. Local Ably has no limits but in the last rows, which are the ones to look at for Ably's own service: it admits 50
messages a second on a connection, and what was quick above because every token is a message is rejected there. Ours keeps to the rate that the
service announces and batches the rest; of the peer's rejections ${unhandled} were unhandled. With the rollup off and nothing to wait for, a
token takes what the client and two hops take: ours and the peer differ by hundredths of a millisecond, now one ahead and now the other. With it on everybody waits up to
40 ms for the service to merge. Bytes are all that passes, connecting and both ways; those of an agent are
what passes on its own connection behind serveAgent, with what is sent back to it where it has echo. Messages are those of the agent that
a plain client reads from the history after packages/test-support/src/agent-script.ts has run as the model of each.`
const noted = rows.map((row, n) => (n === rows.length - 1 ? { ...row, note: explained } : row))
if (!report('agent', noted, 'by the clock on the wall, after a warm-up')) process.exitCode = 1

async function bytesPerToken(contender: Contender, workload: Workload): Promise<number> {
  const wire = await tap(portOf(contender))
  await contender.run(workload, wire.port)
  wire.stop()
  return wire.bytes() / (workload.rate * workload.seconds * workload.responses)
}

function values(of: readonly Contender[]): Map<Contender, number[]> {
  return new Map(of.map((contender) => [contender, []]))
}

/** The minimum of each: other work of the machine only makes times longer. */
function rowOf(id: string, unit: string, taken: ReadonlyMap<Contender, readonly number[]>): Measured {
  const best = new Map(Array.from(taken, ([contender, all]) => [contender, Math.min(...all)]))
  const value = best.get(first)!
  const peers = Object.fromEntries(Array.from(best).flatMap(([{ name }, each]) => (name === first.name ? [] : [[name, each]])))
  return { id, unit, ours: value, peers, ratio: value / Math.min(...settings.map((each) => best.get(each)!)) }
}
