// pnpm test: builds and runs the unit tests, then the browser tests. `pnpm test unit` or `pnpm test browser` runs a part.
import type { BrowserReport } from './browser-failures.ts'
import { browserFailures } from './browser-failures.ts'
import { findChromiumForTests } from './chromium.ts'
import { clearReports, clearResults, readReport, reportFile, saveCounts } from './results.ts'
import type { Counts } from './results.ts'
import { runBeside } from './run-beside.ts'
import { root } from './workspace.ts'

const parts = { build, unit, browser }
type Part = keyof typeof parts
// The browser tests have the machine for themselves: beside the unit tests, on two processors, what a page does in real time comes too late. No unit
// test needs what is built; the browser tests do.
const stages: readonly (readonly Part[])[] = [['build', 'unit'], ['browser']]
const asked = process.argv.slice(2)
for (const part of asked)
  if (!(part in parts)) throw new Error(`unable to run ${part}; the parts are ${Object.keys(parts).join(', ')}`)
const chosen = (asked.length > 0 ? asked : Object.keys(parts)) as Part[] // Checked above.

// Programs that the tests start many times, and their TypeScript, compiled once.
process.env['NODE_COMPILE_CACHE'] ??= `${root}.streamfold/compiled`

// In a run of several parts each has its name in front of its lines.
const named = (name: Part) => (chosen.length > 1 ? name : undefined)

clearResults(['unit', 'browser'])
const ended: { part: Part; ok: boolean }[] = []
for (const stage of stages) {
  const now = stage.filter((part) => chosen.includes(part))
  ended.push(...(await Promise.all(now.map(async (part) => ({ part, ok: await parts[part]().catch(saidWhy) })))))
}
const failed = ended.filter(({ ok }) => !ok).map(({ part }) => part)
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)

/** What keeps one part from running keeps no other one. */
function saidWhy(error: unknown): false {
  console.error(error)
  return false
}

async function build(): Promise<boolean> {
  // Two tasks at a time: the tests need the memory of ten.
  const args = ['run', 'build', '--output-logs=errors-only', '--concurrency=2']
  return runBeside('turbo', args, { name: named('build'), background: true })
}

async function unit(): Promise<boolean> {
  clearReports(['unit', 'unit-failures'])
  const reporters = ['default', 'json', `${root}scripts/failures-reporter.ts`].map((name) => `--reporter=${name}`)
  const ok = await runBeside('vitest', ['run', ...reporters, `--outputFile.json=${reportFile('unit')}`], { name: named('unit') })
  const report = readReport('unit') as { numPassedTests: number; numFailedTests: number; numPendingTests: number } | undefined // vitest's json reporter.
  const counts = {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: report?.numPendingTests ?? 0,
    failures: (readReport('unit-failures') ?? []) as readonly string[], // Written by the reporter.
  }
  return conclude('unit', ok, counts)
}

async function browser(): Promise<boolean> {
  clearReports(['browser'])
  const env = { CHROMIUM_PATH: findChromiumForTests(), PLAYWRIGHT_JSON_OUTPUT_NAME: reportFile('browser') }
  const ok = await runBeside('playwright', ['test', '-c', 'playwright.config.ts', '--reporter=list,json'], {
    name: named('browser'),
    env,
    cwd: `${root}e2e/`,
  })
  const report = readReport('browser') as BrowserReport | undefined // Playwright's json reporter.
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report?.stats ?? {}
  // A test that flakes is a bug.
  const failures = report ? browserFailures(report) : []
  return conclude('browser', ok && flaky === 0, { passed: expected, failed: unexpected + flaky, skipped, failures })
}

function conclude(runner: string, ok: boolean, counts: Counts): boolean {
  const none = counts.passed + counts.failed === 0
  // A runner that ended badly without naming a failed test has failed all the same.
  saveCounts(runner, !ok && counts.failed === 0 ? { ...counts, failed: 1 } : counts)
  if (none) console.error(`${runner}: no test ran`)
  return ok && !none
}
