// pnpm figures, after pnpm bench: writes what was measured into the README, whatever it says.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from './workspace.ts'

interface Row {
  readonly id: string
  readonly unit: string
  readonly ours: number
  readonly peers: Readonly<Record<string, number>>
  readonly ratio: number
  readonly goal: string
  readonly holds: boolean
}

const results = `${root}bench/results/`
const tables = readdirSync(results)
  .filter((name) => name.endsWith('.json'))
  .map((name) => tableOf(name.replace('.json', ''), rowsOf(name)))
const text = [...tables, conformance()].join('\n\n')

const readme = readFileSync(`${root}README.md`, 'utf8')
const between = /<!-- figures -->[\s\S]*<!-- \/figures -->/
if (!between.test(readme)) throw new Error('unable to write the figures; README.md has no <!-- figures --> … <!-- /figures -->')
writeFileSync(
  `${root}README.md`,
  readme.replace(between, () => `<!-- figures -->\n\n${text}\n\n<!-- /figures -->`),
)

function rowsOf(name: string): readonly Row[] {
  const { rows } = JSON.parse(readFileSync(results + name, 'utf8')) as { rows: readonly Row[] } // Written by pnpm bench.
  return rows.filter(({ goal }) => goal !== 'shown')
}

function tableOf(name: string, rows: readonly Row[]): string {
  const lines = rows.map(({ id, unit, ours, peers, ratio, goal, holds }) => {
    const others = Object.entries(peers).map(([peer, value]) => `${peer} ${short(value)}`)
    return `| ${id} | ${short(ours)} ${unit} | ${others.join(', ')} | ${short(ratio)} | ${goal} | ${holds ? 'yes' : '**no**'} |`
  })
  return [
    `\`pnpm bench ${name}\``,
    '',
    '| what | ours | beside | ratio | goal | holds |',
    '|---|---:|---|---:|---|---|',
    ...lines,
  ].join('\n')
}

/** Three figures, or a whole number where there are more. */
function short(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(3)).toString()
}

/** The summary of local Ably's conformance table. */
function conformance(): string {
  const table = readFileSync(`${root}packages/local-ably/CONFORMANCE.md`, 'utf8')
  const rows = table.split('\n').filter((line) => /^\| \d/.test(line))
  const missing = rows.filter((line) => /not offered/i.test(line)).length
  return `The local Ably, by the unmodified client in msgpack and JSON ([CONFORMANCE.md](packages/local-ably/CONFORMANCE.md)): ${rows.length - missing} behaviours pass, ${missing} are not offered, each with its reason.`
}
