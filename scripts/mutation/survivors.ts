// Adds Stryker's report to results.json, and writes packages/core/MUTATION.md from that and reasons.json; fails where a survivor has no reason.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from '../workspace.ts'
import { CORE, table, withReport } from './report.ts'
import type { Report, Results, Survivor } from './report.ts'

/** Why the mutants of one line may live. */
interface Reason {
  readonly file: string
  /** The line of source, trimmed: stays true when lines above it move. */
  readonly line: string
  /** The mutants meant, each as `original → mutated`. */
  readonly mutants: readonly string[]
  readonly reason: string
}

/** Files without code of their own, or generated: as in stryker.config.json. */
const notMutated = /(^|\/)index\.ts$|src\/codec\.ts$|machine-tables\.ts$/

const read = (path: string): unknown => JSON.parse(readFileSync(`${root}${path}`, 'utf8'))
const report = read('.streamfold/mutation.json') as Report // Written by Stryker.
const reasons = read('scripts/mutation/reasons.json') as readonly Reason[]

const reasonOf = ({ file, line, change }: Survivor) =>
  reasons.find((each) => each.file === file && each.line === line && each.mutants.includes(change))

const stored = 'scripts/mutation/results.json'
const isThere = (file: string) => existsSync(`${root}${CORE}${file}`)
const earlier = Object.entries(read(stored) as Results).filter(([file]) => isThere(file))
const results = withReport(Object.fromEntries(earlier), report, new Date().toISOString().slice(0, 10))
writeFileSync(`${root}${stored}`, `${JSON.stringify(results, null, 2)}\n`)

const known = Object.values(results).flatMap(({ survivors }) =>
  survivors.map((survivor) => ({ ...survivor, reason: reasonOf(survivor) })),
)
const unexplained = known.filter(({ reason }) => !reason)
for (const { file, line, change } of unexplained) console.error(`no reason for a survivor: ${file}\n  ${line}\n  ${change}`)

const spare = reasons.filter((reason) => !known.some((survivor) => survivor.reason === reason))
for (const { file, line } of spare) if (file in results) console.log(`a reason without a survivor: ${file}\n  ${line}`)

writeFileSync(`${root}packages/core/MUTATION.md`, page())
process.exit(unexplained.length > 0 ? 1 : 0)

function page(): string {
  const sections = reasons
    .filter((reason) => !spare.includes(reason))
    .map((reason) => {
      const mutants = known.filter((survivor) => survivor.reason === reason)
      const list = mutants.map(({ change }) => `- ${code(change)}`)
      return [`### ${reason.file}: ${code(reason.line)}`, '', reason.reason, '', ...list, ''].join('\n')
    })
  return [
    '# Mutation testing',
    '',
    'Written by `pnpm test:mutation`: StrykerJS changes every file of the core in every way it knows, and the',
    'tests and laws of the core must notice. A survivor is a change that no test notices; each one below says why it is harmless.',
    'A survivor without a reason (`scripts/mutation/reasons.json`) makes the command fail, and so does a score below 90 %.',
    'A run of some files (`--mutate`) changes their rows only (`scripts/mutation/results.json`).',
    '',
    ...table(results, (file) => readFileSync(`${root}${CORE}${file}`, 'utf8')),
    '',
    ...notRun(),
    `## Survivors`,
    '',
    ...sections,
    ...withoutReason(),
  ].join('\n')
}

function withoutReason(): readonly string[] {
  if (unexplained.length === 0) return []
  const list = unexplained.map(({ file, line, change }) => `- ${file}: ${code(line)}: ${code(change)}`)
  return ['### Without a reason so far', '', ...list, '']
}

/** The files that no run has covered, so that the page does not claim more than was done. */
function notRun(): readonly string[] {
  const all = globSync(`${CORE}**/*.ts`, { cwd: root }).filter((path) => !notMutated.test(path))
  const left = all.map((path) => path.slice(CORE.length)).filter((file) => !(file in results))
  if (left.length === 0) return []
  return [`Not run since the core has its present files, so nothing is said of them: ${left.sort().map(code).join(', ')}.`, '']
}

function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  return `${fence}${text}${fence}`
}
