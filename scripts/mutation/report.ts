import { createHash } from 'node:crypto'
import { stripTypeScriptTypes } from 'node:module'

/** Files are named from here. */
export const CORE = 'packages/core/src/'

/** The reason of a timeout for a mutant that ran a hundred times as often as its code does. */
export const ENDLESS = 'endless'

/** The used fields of Stryker's JSON report (the mutation testing report schema). */
export interface Report {
  /** Files by path, from the workspace. */
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>
}

interface Mutant {
  readonly status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'RuntimeError' | 'CompileError' | 'Ignored'
  readonly statusReason?: string
  readonly mutatorName: string
  readonly replacement?: string
  /** Lines and columns from 1. */
  readonly location: { readonly start: Position; readonly end: Position }
}
interface Position {
  readonly line: number
  readonly column: number
}

/** A mutant that no test noticed. */
export interface Survivor {
  readonly file: string
  /** The line where it begins, trimmed. */
  readonly line: string
  /** `original → mutated`, on one line. */
  readonly change: string
}

/** The mutants of a report that are of a kind, in the order of the files and of their text. */
function mutantsOf({ files }: Report, isOfKind: (mutant: Mutant) => boolean): readonly Survivor[] {
  return sorted(files).flatMap(([path, { source, mutants }]) => {
    const lines = source.split('\n')
    return mutants
      .filter(isOfKind)
      .toSorted((a, b) => compare(a.location.start, b.location.start))
      .map((mutant) => ({
        file: nameOf(path),
        line: lines[mutant.location.start.line - 1]!.trim(),
        change: `${oneLine(between(lines, mutant))} → ${oneLine(mutant.replacement ?? mutant.mutatorName)}`,
      }))
  })
}

/** What the last run of one file found. */
interface FileResult {
  /** Of the run, such as `2026-11-28`. */
  readonly date: string
  /** Of the file that was run. */
  readonly hash: string
  readonly killed: number
  readonly survivors: readonly Survivor[]
}

/** Results by file. A run of some files leaves the others as they are. */
export type Results = Readonly<Record<string, FileResult>>

/** The results with those of a report in the place of older ones. */
export function withReport(results: Results, report: Report, date: string): Results {
  const alive = mutantsOf(report, isAlive)
  const found = Object.entries(report.files).map(([path, { source, mutants }]): [string, FileResult] => {
    const file = nameOf(path)
    const killed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length
    return [file, { date, hash: hashOf(source), killed, survivors: alive.filter((one) => one.file === file) }]
  })
  return Object.fromEntries(Object.entries({ ...results, ...Object.fromEntries(found) }).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** The report with what a second run found of the mutants that ran out of time in the first. */
export function withSecondRun(first: Report, second: Report): Report {
  const files = Object.entries(first.files).map(([path, file]) => {
    const found = new Map(second.files[path]?.mutants.map((mutant) => [identity(mutant), mutant]))
    const mutants = file.mutants.map((mutant) => (ranOutOfTime(mutant) ? (found.get(identity(mutant)) ?? mutant) : mutant))
    return [path, { ...file, mutants }] as const
  })
  return { files: Object.fromEntries(files) }
}

/** True if a busy machine may have stopped the mutant: one that is known to have no end is dead. */
export function ranOutOfTime({ status, statusReason }: Mutant): boolean {
  return status === 'Timeout' && statusReason !== ENDLESS
}

function identity({ mutatorName, replacement, location: { start, end } }: Mutant): string {
  return JSON.stringify([mutatorName, replacement, start.line, start.column, end.line, end.column])
}

/** The results after some survivors were tried once more: those that are dead now count as killed. */
export function withSurvivorsAgain(results: Results, report: Report): Results {
  const identify = ({ file, line, change }: Survivor) => JSON.stringify([file, line, change])
  const alive = new Set(mutantsOf(report, isAlive).map(identify))
  const tried = new Set(mutantsOf(report, () => true).map(identify))
  return Object.fromEntries(
    Object.entries(results).map(([file, result]) => {
      const left = result.survivors.filter((one) => alive.has(identify(one)) || !tried.has(identify(one)))
      return [file, { ...result, killed: result.killed + result.survivors.length - left.length, survivors: left }] as const
    }),
  )
}

/** Where the survivors of a file are, as Stryker takes it. @param source the text that was run */
export function placesOf(file: string, survivors: readonly Survivor[], source: string): readonly string[] {
  const lines = source.split('\n')
  const places = survivors.flatMap(({ line, change }) => {
    const original = change.slice(0, change.indexOf(' → '))
    return lines.flatMap((one, at) => {
      const end = one.trim() === line ? lines.findIndex((_, to) => has(lines.slice(at, to + 1), original)) : -1
      return end < 0 ? [] : [`${CORE}${file}:${at + 1}:0-${end + 1}:${lines[end]!.length}`]
    })
  })
  return [...new Set(places)]
}

function has(lines: readonly string[], text: string): boolean {
  return oneLine(lines.join('\n')).includes(text)
}

/** Identifies the text of a file. */
export function hashOf(source: string): string {
  return createHash('sha256').update(source).digest('hex').slice(0, 12)
}

/** True if a file has no code that runs, so that no mutant can be made of it. */
export function hasOnlyTypes(source: string): boolean {
  const comments = /\/\/.*|\/\*[^]*?\*\//g
  return stripTypeScriptTypes(source).replaceAll(comments, '').trim() === ''
}

/** The score of each file and of all, as a table in Markdown. @param sourceOf the present text of a file */
export function table(results: Results, sourceOf: (file: string) => string): readonly string[] {
  const all = Object.values(results)
  const rows = Object.entries(results).map(([file, { date, hash, killed, survivors: alive }]) =>
    row(file, killed, alive.length, hash === hashOf(sourceOf(file)) ? date : `${date}, changed since`),
  )
  const sum = (count: (one: FileResult) => number) => all.reduce((total, one) => total + count(one), 0)
  const total = row(
    '**all**',
    sum(({ killed }) => killed),
    sum((one) => one.survivors.length),
    '',
  )
  return ['| file | mutants | killed | survived | score | run |', '|---|--:|--:|--:|--:|---|', ...rows, total]
}

function row(name: string, killed: number, alive: number, run: string): string {
  const score = killed + alive === 0 ? 100 : (100 * killed) / (killed + alive)
  return `| ${name} | ${killed + alive} | ${killed} | ${alive} | ${score.toFixed(1)} % | ${run} |`
}

function isAlive({ status }: Mutant): boolean {
  return status === 'Survived' || status === 'NoCoverage'
}

function sorted(files: Report['files']) {
  return Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function nameOf(path: string): string {
  return path.slice(path.indexOf(CORE) + CORE.length)
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column
}

function between(lines: readonly string[], { location: { start, end } }: Mutant): string {
  const text = lines.slice(start.line - 1, end.line).join('\n')
  const last = lines[end.line - 1]!
  return text.slice(start.column - 1, text.length - (last.length - end.column + 1))
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
