import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { root } from './workspace.ts'

/** The results of one runner. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** What has failed, each with its name and errors. Default none. */
  readonly failures?: readonly string[]
}

const folder = `${root}.streamfold/results/`

/** Where a runner writes its own report. */
export function reportFile(runner: string): string {
  mkdirSync(`${folder}reports`, { recursive: true })
  return `${folder}reports/${runner}.json`
}

export function clearResults(runners: readonly string[]): void {
  for (const runner of runners) rmSync(`${folder}${runner}.json`, { force: true })
}

/** A runner that is killed leaves the report of an earlier run otherwise. */
export function clearReports(names: readonly string[]): void {
  for (const name of names) rmSync(reportFile(name), { force: true })
}

export function saveCounts(runner: string, counts: Counts): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${runner}.json`, JSON.stringify(counts))
}

/** The counts of all runners together. */
export function sumCounts(): Required<Counts> {
  const all = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(folder + name, 'utf8')) as Counts) // Written by saveCounts.
  const sum = (key: 'passed' | 'failed' | 'skipped') => all.reduce((total, counts) => total + counts[key], 0)
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: all.flatMap(({ failures = [] }) => failures),
  }
}

export function readReport(runner: string): unknown {
  try {
    return JSON.parse(readFileSync(reportFile(runner), 'utf8'))
  } catch {
    return undefined // The runner ended before it could report; its exit code says so.
  }
}
