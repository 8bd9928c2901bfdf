// pnpm conformance: tries the laws on the layers, in three rounds, compares the rounds, and writes results.json and the table of the documentation.
//   pnpm conformance                       all layers
//   pnpm conformance LAYER…                only these columns; the others stay
//   pnpm conformance LAYER/LAW…            shows the answers, and writes nothing
//   --rounds N                             how many rounds, instead of three
// Exits with 1 where a law could not be tried, or where the rounds differ.
import { parseArgs } from 'node:util'
import type { Answer } from '../harness/try-law.ts'
import type { Layer } from '../layer.ts'
import { laws } from '../laws/laws.ts'
import { columns } from './columns.ts'
import { forkColumn } from './fork-column.ts'
import { oneOf } from './one-of.ts'
import { writeTable } from './page.ts'
import type { Column } from './results.ts'
import { installedVersions, readResults, sourceOf, writeResults } from './results.ts'
import { tableOf } from './table.ts'

/** Layers that are tried at the same time. They wait more than they work. */
const AT_ONCE = 5
/** How often a law is tried whose set-up fails: that is no answer. A no is never tried again. */
const ATTEMPTS = 3

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '3' } } })
const rounds = Number(values.rounds)
const single = positionals.filter((name) => name.includes('/'))
const known = new Set([...columns.map(({ id }) => id), ...columns.flatMap(({ id }) => laws.map((law) => `${id}/${law.id}`))])
const unknown = positionals.find((name) => !known.has(name))
if (unknown !== undefined || !(rounds >= 1)) {
  console.error(
    `unable to try ${unknown ?? `${values.rounds} times`}; layers are ${columns.map(({ id }) => id).join(', ')}, laws ${laws.map(({ id }) => id).join(', ')}`,
  )
  process.exit(1)
}

let failed = false
const found = single.length > 0 ? await tryEach(chosen(single), 1) : await tryEach(columnsOf(positionals), rounds)
if (single.length === 0 && !failed) {
  write(found)
  failed = !compare(found)
}
process.exit(failed ? 1 : 0)

interface Choice {
  readonly layer: Layer
  readonly laws: readonly string[]
}

function columnsOf(ids: readonly string[]): Choice[] {
  const all = laws.map(({ id }) => id)
  return columns.filter(({ id }) => ids.length === 0 || ids.includes(id)).map((layer) => ({ layer, laws: all }))
}

function chosen(names: readonly string[]): Choice[] {
  return columns
    .map((layer) => ({ layer, laws: laws.map(({ id }) => id).filter((law) => names.includes(`${layer.id}/${law}`)) }))
    .filter((choice) => choice.laws.length > 0)
}

/** The answers of each layer, by law, one for each round. */
async function tryEach(choices: readonly Choice[], rounds: number): Promise<Map<string, Map<string, Answer[]>>> {
  const answers = new Map(choices.map(({ layer }) => [layer.id, new Map<string, Answer[]>()]))
  const queue = Array.from({ length: rounds }, (_, round) => choices.map((choice) => ({ ...choice, round: round + 1 }))).flat()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await tryColumn(next, next.round, answers.get(next.layer.id)!)
    }),
  )
  return answers
}

async function tryColumn(choice: Choice, round: number, answers: Map<string, Answer[]>): Promise<void> {
  let left = choice.laws
  for (let attempt = 1; left.length > 0; attempt++) {
    if (attempt > ATTEMPTS) {
      failed = true
      return
    }
    left = await tryOnce({ ...choice, laws: left }, round, answers)
  }
}

/** @returns the laws without an answer */
async function tryOnce({ layer, laws }: Choice, round: number, answers: Map<string, Answer[]>): Promise<string[]> {
  const missing = new Set(laws)
  await forkColumn(layer.id, laws, ({ law, answer, error, milliseconds }) => {
    if (answer) {
      missing.delete(law)
      answers.set(law, [...(answers.get(law) ?? []), answer])
    }
    const seconds = (milliseconds / 1_000).toFixed(1).padStart(5)
    const what = answer?.answer ?? 'error'
    console.log(
      `${round}  ${seconds} s  ${`${layer.id}/${law}`.padEnd(24)} ${what}${answer?.answer === 'yes' ? '' : `: ${answer?.reason ?? error}`}`,
    )
  })
  for (const law of missing) console.error(`unable to try ${layer.id}/${law}: there is no answer`)
  return [...missing]
}

/** Says whether the rounds gave the same answers. */
function compare(found: ReadonlyMap<string, ReadonlyMap<string, readonly Answer[]>>): boolean {
  const cells = [...found].flatMap(([id, answers]) => [...answers].map(([law, each]) => [`${id}/${law}`, each] as const))
  const others = cells.filter(([, each]) => new Set(each.map(({ answer }) => answer)).size > 1)
  for (const [cell, each] of others) console.error(`the rounds differ: ${cell} ${each.map(({ answer }) => answer).join(', ')}`)
  console.log(`${cells.length - others.length} of ${cells.length} cells are the same in ${rounds} rounds`)
  return others.length === 0
}

function write(found: ReadonlyMap<string, ReadonlyMap<string, readonly Answer[]>>): void {
  const kept = new Map(readResults().map((column) => [column.id, column]))
  const results = columns.flatMap((layer): Column[] => {
    const { id, name, folder, packages, setUp, address } = layer
    const answers = found.get(id)
    const before = kept.get(id)
    if (!answers) return before ? [before] : []
    const inOrder = Object.fromEntries(laws.map((law) => [law.id, oneOf(answers.get(law.id)!)])) // All were tried, or the suite has failed.
    const about = { date: new Date().toISOString().slice(0, 10), rounds, node: process.versions.node }
    return [
      { id, name, setUp, address, ...about, versions: installedVersions(packages), source: sourceOf(folder), answers: inOrder },
    ]
  })
  writeResults(results)
  writeTable(tableOf(results, laws))
}
