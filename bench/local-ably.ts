// pnpm bench local-ably: the server beside a bare relay of the same frames, each in a process of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { appendRate, confirmedRate, delays, idleConnections, storedResponses } from './local-ably/measure.ts'
import { start } from './local-ably/running-server.ts'

interface Row {
  readonly id: string
  readonly unit: string
  readonly ours: number
  readonly peers: Readonly<Record<string, number>>
  readonly ratio: number
  readonly goal: string
  readonly holds: boolean
}

const ROUNDS = 3
const CONNECTIONS = 1000
const rows: Row[] = []

/** Ours and a peer in turn, so that a busy moment of the machine affects both; the median of each. */
async function compare(
  ours: () => Promise<number>,
  peer: () => Promise<number>,
  rounds = ROUNDS,
): Promise<readonly [number, number]> {
  const taken: [number, number][] = []
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? await ours() : undefined
    const other = await peer()
    taken.push([first ?? (await ours()), other])
  }
  return [median(taken.map(([value]) => value)), median(taken.map(([, value]) => value))]
}

/** The append rows: each append delivered by itself, and rolled up within 40 ms, which is the default here and with the service. */
const appendCases = [
  { subscribers: 1, appends: 80_000, rollup: 40 },
  { subscribers: 1, appends: 80_000, rollup: 0 },
  { subscribers: 200, appends: 1200, rollup: 40 },
  { subscribers: 200, appends: 1200, rollup: 0 },
]
for (const format of ['msgpack', 'json'] as const) {
  for (const { subscribers, appends, rollup } of appendCases) {
    const how = rollup === 0 ? 'each delivered by itself' : 'default rollup'
    const id = `appends to ${subscribers}, ${format}, ${how}`
    console.log(`measuring ${id} …`)
    const processor = { ours: [] as number[], relay: [] as number[] }
    const [ours, relay] = await compare(
      async () => {
        const rate = await appendRate('memory', format, subscribers, appends, rollup)
        processor.ours.push(rate.perProcessorSecond)
        return rate.perSecond
      },
      async () => {
        const rate = await appendRate('relay', format, subscribers, appends)
        processor.relay.push(rate.perProcessorSecond)
        return rate.perSecond
      },
    )
    rows.push({ id, unit: 'appends/s', ours, peers: { relay }, ratio: ours / relay, goal: '≥ 0.5', holds: ours / relay >= 0.5 })
    rows.push(
      shown(`${id}, by processor time of the server`, 'appends/s', median(processor.ours), { relay: median(processor.relay) }),
    )
  }
}

console.log('measuring delivery delays …')
const [p99, relayP99] = await compare(
  async () => percentile(await delays('memory', 'msgpack', 4), 0.99),
  async () => percentile(await delays('relay', 'msgpack', 4), 0.99),
)
const times = p99 / relayP99
rows.push({
  id: 'p99 delay at 1,000 appends/s',
  unit: 'ms',
  ours: p99,
  peers: { relay: relayP99 },
  ratio: times,
  goal: '≤ 3',
  holds: times <= 3,
})

console.log('measuring the data file …')
const folder = mkdtempSync(join(tmpdir(), 'local-ably-bench-'))
let files = 0
const [onFile, inMemory] = await compare(
  () => confirmedRate(join(folder, `${files++}.db`), 'msgpack', 40_000),
  () => confirmedRate('memory', 'msgpack', 40_000),
)
rmSync(folder, { recursive: true, force: true })
const share = onFile / inMemory
rows.push({
  id: 'confirmed appends on a file',
  unit: 'appends/s',
  ours: onFile,
  peers: { 'in memory': inMemory },
  ratio: share,
  goal: '≥ 0.33',
  holds: share >= 1 / 3,
})

console.log('measuring start, connections and memory …')
const starts: { listening: number; fromStart: number }[] = []
for (let n = 0; n < 7; n++) {
  const server = await start('memory')
  starts.push(server)
  await server.stop()
}
const listening = median(starts.map((each) => each.listening))
const fromStart = median(starts.map((each) => each.fromStart))
rows.push(bound('start to listening, from the call', 'ms', listening, 150))
rows.push(bound('start to listening, from the start of the process', 'ms', fromStart, 150))
const idle = await idleConnections('memory', CONNECTIONS)
const bare = await idleConnections('relay', CONNECTIONS)
rows.push({
  id: `${CONNECTIONS} connections open`,
  unit: 'connections',
  ours: idle.open,
  peers: { relay: bare.open },
  ratio: idle.open / CONNECTIONS,
  goal: `= ${CONNECTIONS}`,
  holds: idle.open === CONNECTIONS,
})
rows.push(shown('heap per idle connection', 'bytes', idle.heap, { relay: bare.heap }))
rows.push(shown('resident memory per idle connection', 'bytes', idle.rss, { relay: bare.rss }))
rows.push(
  shown('heap per stored response of 500 tokens (8,000 bytes of text)', 'bytes', await storedResponses('memory', 200, 500), {}),
)

const machine = `${cpus()[0]?.model ?? 'unknown processor'} × ${cpus().length}, Node ${process.version}`
console.log(`\n${machine}; medians of ${ROUNDS} interleaved rounds after a warm-up; server and load in two processes\n`)
console.table(
  rows.map(({ peers, ...row }) => ({
    ...row,
    ours: round(row.ours),
    ratio: round(row.ratio),
    peers: JSON.stringify(peers, (_key, value) => (typeof value === 'number' ? round(value) : value)),
  })),
)
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/local-ably.json', import.meta.url), `${JSON.stringify({ machine, rows }, undefined, 2)}\n`)
if (rows.some(({ holds }) => !holds)) process.exitCode = 1

function bound(id: string, unit: string, ours: number, most: number): Row {
  return { id, unit, ours, peers: {}, ratio: ours / most, goal: `< ${most} ${unit}`, holds: ours < most }
}

function shown(id: string, unit: string, ours: number, peers: Readonly<Record<string, number>>): Row {
  const [peer = ours] = Object.values(peers)
  return { id, unit, ours, peers, ratio: ours / peer, goal: 'shown', holds: true }
}

function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  )
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
