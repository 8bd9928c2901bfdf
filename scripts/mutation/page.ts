import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from '../workspace.ts'
import { CORE, hasOnlyTypes, table } from './report.ts'
import type { Results, Survivor } from './report.ts'

/** Why the mutants of one line may live. */
interface Reason {
  readonly file: string
  /** The line of source, trimmed: stays true when lines above it move. */
  readonly line: string
  /** The mutants meant, each as `original → mutated`. */
  readonly mutants: readonly string[]
  readonly reason: string
}

/** Files without code of their own, or generated. */
const notMutated = /(^|\/)index\.ts$|src\/codec\.ts$|machine-tables\.ts$/

/** Percent killed of all mutants together. */
const lowest = 90
const stored = `${root}scripts/mutation/results.json`

/** The files of the core of which mutants can be made. @param name of a file or a folder, from the source of the core. Default: all */
export function mutatedFiles(name = ''): readonly string[] {
  return filesOf(name).filter((file) => !hasOnlyTypes(sourceOf(file)))
}

function filesOf(name: string): readonly string[] {
  const found = globSync([`${CORE}${name}`, `${CORE}${name}/**/*.ts`], { cwd: root })
  return found
    .filter((path) => path.endsWith('.ts') && !notMutated.test(path))
    .map((path) => path.slice(CORE.length))
    .sort()
}

/** The present text of a file. */
export function sourceOf(file: string): string {
  return readFileSync(`${root}${CORE}${file}`, 'utf8')
}

/** The results of files that are still there. */
export function readResults(): Results {
  const all = Object.entries(JSON.parse(readFileSync(stored, 'utf8')) as Results)
  return Object.fromEntries(all.filter(([file]) => existsSync(`${root}${CORE}${file}`)))
}

export function writeResults(results: Results): void {
  writeFileSync(stored, `${JSON.stringify(results, null, 2)}\n`)
}

/** Writes packages/core/MUTATION.md. @returns 1 if a survivor has no reason or the score is too low, otherwise 0 */
export function writePage(): number {
  const results = readResults()
  const reasons = readReasons()
  const known = Object.values(results).flatMap(({ survivors }) =>
    survivors.map((survivor) => ({ ...survivor, reason: reasons.find((reason) => isOf(reason, survivor)) })),
  )
  const left = known.filter(({ reason }) => !reason)
  for (const { file, line, change } of left) console.error(`no reason for a survivor: ${file}\n  ${line}\n  ${change}`)
  const used = reasons.filter((reason) => known.some((survivor) => survivor.reason === reason))
  for (const reason of reasons) {
    if (!used.includes(reason) && reason.file in results)
      console.error(`a reason without a survivor: ${reason.file}\n  ${reason.line}`)
  }
  writeFileSync(`${root}packages/core/MUTATION.md`, page(results, known, used))
  const killed = Object.values(results).reduce((sum, each) => sum + each.killed, 0)
  return left.length > 0 || killed * 100 < lowest * (killed + known.length) ? 1 : 0
}

/** The survivors of a file that have no reason. */
export function unexplained(file: string): readonly Survivor[] {
  const reasons = readReasons()
  return (readResults()[file]?.survivors ?? []).filter((survivor) => !reasons.some((reason) => isOf(reason, survivor)))
}

function readReasons(): readonly Reason[] {
  return JSON.parse(readFileSync(`${root}scripts/mutation/reasons.json`, 'utf8')) as readonly Reason[]
}

function isOf({ file, line, mutants }: Reason, survivor: Survivor): boolean {
  return file === survivor.file && line === survivor.line && mutants.includes(survivor.change)
}

type Known = Survivor & { readonly reason: Reason | undefined }

function page(results: Results, known: readonly Known[], used: readonly Reason[]): string {
  const sections = used.map((reason) => {
    const list = known.filter((survivor) => survivor.reason === reason).map(({ change }) => `- ${code(change)}`)
    return [`### ${reason.file}: ${code(reason.line)}`, '', reason.reason, '', ...list, ''].join('\n')
  })
  return [
    '# Mutation testing',
    '',
    'Written by `pnpm test:mutation`: StrykerJS changes every file of the core in every way it knows, and the tests and laws of the core must notice.',
    'Each mutant is tried with few runs of each law, and a survivor with more, alone in newly loaded code; what ran out of time is tried a second time.',
    'Fewer runs than in `pnpm test` can only leave more survivors. A mutant without an end, such as an endless loop, counts as killed.',
    'A survivor is a change that no test notices; each one below says why it is harmless.',
    'A survivor without a reason (`scripts/mutation/reasons.json`) makes the command fail, and so does a score below 90 %.',
    '`pnpm test:mutation` runs the files without a current row, `pnpm test:mutation fold log/redact.ts` those that it is given.',
    '`pnpm test:mutation --survivors` tries the survivors without a reason once more, after tests were written for them.',
    '',
    ...table(results, sourceOf),
    '',
    ...withoutRow(results),
    `## Survivors`,
    '',
    ...sections,
    ...withoutReason(known.filter(({ reason }) => !reason)),
  ].join('\n')
}

function withoutReason(survivors: readonly Survivor[]): readonly string[] {
  if (survivors.length === 0) return []
  const list = survivors.map(({ file, line, change }) => `- ${file}: ${code(line)}: ${code(change)}`)
  return ['### Without a reason so far', '', ...list, '']
}

/** The files without a row, and why, so that the page does not claim more than was done. */
function withoutRow(results: Results): readonly string[] {
  const left = filesOf('').filter((file) => !(file in results))
  const types = left.filter((file) => hasOnlyTypes(sourceOf(file)))
  const notRun = left.filter((file) => !types.includes(file))
  return [
    ...(types.length > 0 ? [`No mutants, because they have only types: ${types.map(code).join(', ')}.`, ''] : []),
    ...(notRun.length > 0 ? [`Not run yet, so nothing is said of them: ${notRun.map(code).join(', ')}.`, ''] : []),
  ]
}

function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  return `${fence}${text}${fence}`
}
