// pnpm test: builds, then runs every test there is. `pnpm test unit` or `pnpm test browser` runs a part.
import type { BrowserReport } from './browser-failures.ts'
import { browserFailures } from './browser-failures.ts'
import { findChromiumForTests } from './chromium.ts'
import { clearReports, clearResults, readReport, reportFile, saveCounts } from './results.ts'
import type { Counts } from './results.ts'
import { run } from './run.ts'
import { root } from './workspace.ts'

const parts = { build, unit, browser }
type Part = keyof typeof parts
const asked = process.argv.slice(2)
for (const part of asked)
  if (!(part in parts)) throw new Error(`unable to run ${part}; the parts are ${Object.keys(parts).join(', ')}`)
const chosen = (asked.length > 0 ? asked : Object.keys(parts)) as Part[] // Checked above.

clearResults(['unit', 'browser'])
const failed = chosen.filter((part) => !parts[part]())
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)

function build(): boolean {
  return run('turbo', ['run', 'build', '--output-logs=errors-only'])
}

function unit(): boolean {
  clearReports(['unit', 'unit-failures'])
  const reporters = ['default', 'json', `${root}scripts/failures-reporter.ts`].map((name) => `--reporter=${name}`)
  const ok = run('vitest', ['run', ...reporters, `--outputFile.json=${reportFile('unit')}`])
  const report = readReport('unit') as { numPassedTests: number; numFailedTests: number; numPendingTests: number } | undefined // vitest's json reporter.
  const counts = {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: report?.numPendingTests ?? 0,
    failures: (readReport('unit-failures') ?? []) as readonly string[], // Written by the reporter.
  }
  return conclude('unit', ok, counts)
}

function browser(): boolean {
  clearReports(['browser'])
  const env = { CHROMIUM_PATH: findChromiumForTests(), PLAYWRIGHT_JSON_OUTPUT_NAME: reportFile('browser') }
  const ok = run('playwright', ['test', '-c', 'playwright.config.ts', '--reporter=list,json'], env, `${root}e2e/`)
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
