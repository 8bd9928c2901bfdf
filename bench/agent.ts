// pnpm bench agent: time from a token leaving its source to a subscriber's fold, and bytes on the wire, beside @ably/ai-transport and a
// bare WebSocket path with the same hops. Clients share this process, each server has its own.
import { bareWs } from './agent/bare-ws.ts'
import { ours } from './agent/ours.ts'
import { serve, tap } from './agent/processes.ts'
import { theirs } from './agent/theirs.ts'
import type { Contender, Workload } from './agent/workload.ts'
import { percentile } from './agent/workload.ts'
import type { Measured } from './core/row.ts'
import { report } from './core/row.ts'

const ROUNDS = 5
const workloads: Readonly<Record<string, Workload>> = {
  '50 tokens/s': { rate: 50, seconds: 1.5, responses: 1 },
  '150 tokens/s': { rate: 150, seconds: 1.5, responses: 1 },
  '1 000 tokens/s': { rate: 1_000, seconds: 1.5, responses: 1 },
  '100 responses, 20 tokens/s each': { rate: 20, seconds: 1.5, responses: 100 },
}
const first = ours(false)
const peer = theirs(true)
const contenders: readonly Contender[] = [first, peer, theirs(false), ours(true), bareWs]

const ably = await serve(new URL('../packages/local-ably/src/cli.ts', import.meta.url), (port) => ['--port', String(port)])
const relay = await serve(new URL('./agent/relay.ts', import.meta.url), (port) => [String(port)])
const portOf = (contender: Contender): number => (contender === bareWs ? relay.port : ably.port)

const rows: Measured[] = []
for (const contender of contenders) await contender.run({ rate: 200, seconds: 1, responses: 2 }, portOf(contender)) // warm-up

for (const [name, workload] of Object.entries(workloads)) {
  console.log(`measuring ${name} …`)
  const p50 = new Map(contenders.map((each) => [each.name, [] as number[]]))
  const p99 = new Map(contenders.map((each) => [each.name, [] as number[]]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      const meters = await contender.run(workload, portOf(contender))
      const latencies = meters.flatMap((meter) => meter.latencies)
      p50.get(contender.name)!.push(percentile(latencies, 0.5))
      p99.get(contender.name)!.push(percentile(latencies, 0.99))
    }
  }
  rows.push(latencyRow(`p50 at ${name}`, p50), { ...latencyRow(`p99 at ${name}`, p99), goal: { atMost: 1 } })
}

for (const [name, workload] of Object.entries(workloads)) {
  console.log(`counting bytes at ${name} …`)
  const bytes = new Map<string, number>()
  for (const contender of contenders) {
    const wire = await tap(portOf(contender))
    await contender.run(workload, wire.port)
    bytes.set(contender.name, wire.bytes() / (workload.rate * workload.seconds * workload.responses))
    wire.stop()
  }
  rows.push({ ...rowOf(`bytes at ${name}`, 'bytes/token', (each) => bytes.get(each)!), goal: { atMost: 1 } })
}

ably.stop()
relay.stop()
const note = `times are by the clock on the wall, each contender's in the least disturbed of ${ROUNDS} interleaved rounds; ratio is ours to @ably/ai-transport as it comes. With the service's rollup off it sends each
token as a message of its own, more than the 50 a second that Ably admits on a connection; ours batches by itself, and waits
twice where the rollup is left on. Bytes are all that passes, connecting and both ways.`
if (
  !report(
    'agent',
    rows.map((row, n) => (n === rows.length - 1 ? { ...row, note } : row)),
  )
)
  process.exitCode = 1

function latencyRow(id: string, rounds: ReadonlyMap<string, readonly number[]>): Measured {
  // Each at its best: what else the machine did is in the others.
  return rowOf(id, 'ms', (name) => Math.min(...rounds.get(name)!))
}

function rowOf(id: string, unit: string, valueOf: (name: string) => number): Measured {
  const value = valueOf(first.name)
  const peers = Object.fromEntries(contenders.slice(1).map(({ name }) => [name, valueOf(name)]))
  return { id, unit, ours: value, peers, ratio: value / valueOf(peer.name) }
}
