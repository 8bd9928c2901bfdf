// Writes packages/core/MUTATION.md from Stryker's report and reasons.json; fails where a survivor has no reason.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from '../workspace.ts'
import { CORE, survivors, table } from './report.ts'
import type { Report, Survivor } from './report.ts'

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

const known = survivors(report).map((survivor) => ({ ...survivor, reason: reasonOf(survivor) }))
const unexplained = known.filter(({ reason }) => !reason)
for (const { file, line, change } of unexplained) console.error(`no reason for a survivor: ${file}\n  ${line}\n  ${change}`)

const spare = reasons.filter((reason) => !known.some((survivor) => survivor.reason === reason))
for (const { file, line } of spare) console.log(`a reason without a survivor: ${file}\n  ${line}`)

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
    '',
    ...table(report),
    '',
    ...notRun(),
    `## Survivors`,
    '',
    ...sections,
  ].join('\n')
}

/** What a run of some files only (`--mutate`) leaves out, so that the page does not claim more than was done. */
function notRun(): readonly string[] {
  const done = new Set(Object.keys(report.files))
  const left = globSync(`${CORE}**/*.ts`, { cwd: root }).filter((path) => !done.has(path) && !notMutated.test(path))
  if (left.length === 0) return []
  const names = left.map((path) => code(path.slice(CORE.length))).sort()
  return [`Not run this time, so nothing is said of them: ${names.join(', ')}.`, '']
}

function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  return `${fence}${text}${fence}`
}
