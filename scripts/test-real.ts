// pnpm test:real [conformance|browser]: the conformance cases and the app spec against Ably's service, where ABLY_API_KEY is set.
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { findChromiumForTests } from './chromium.ts'
import { run } from './run.ts'
import { cleanUp } from './test-real/clean-up.ts'
import { describeDifferences, readReport } from './test-real/differences.ts'
import type { Service } from './test-real/service.ts'
import { ask, serviceOf } from './test-real/service.ts'
import { root } from './workspace.ts'

const parts = { conformance, browser }
type Part = keyof typeof parts
const asked = process.argv.slice(2)
for (const part of asked)
  if (!(part in parts)) throw new Error(`unable to run ${part}; the parts are ${Object.keys(parts).join(', ')}`)
const chosen = (asked.length > 0 ? asked : Object.keys(parts)) as Part[] // Checked above.

if (existsSync(`${root}.env.local`)) process.loadEnvFile(`${root}.env.local`)
const service = serviceOf(process.env)
if (!service) {
  console.log('skipped: ABLY_API_KEY is not set, and these tests need Ably’s service (docs/pages/guide/real-ably.md)')
  process.exit(0)
}

const folder = `${root}.streamfold/test-real/`
const files = { rows: `${folder}rows.jsonl`, conversations: `${folder}conversations.txt` }
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const id = `test-real-${randomUUID().slice(0, 8)}`
console.log(`the service at ${service.url}, on channels that begin with ai:${id}\n`)
await reach(service)

const failed = chosen.filter((part) => !parts[part](service))
const channels = [...rows().map(({ channel }) => channel), ...lines(files.conversations).map((name) => `ai:${name}`)]
const { deleted, left } = await cleanUp(
  service,
  [...new Set(channels)].filter((name) => name.startsWith(`ai:${id}`)),
)
console.log(
  `\ncleaned up: ${deleted} messages deleted${left.length > 0 ? `; ${left.length} channels are left to expire: ${left[0]}` : ''}`,
)
if (chosen.includes('conformance')) console.log(`\n${describeDifferences(rows())}`)
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)

function conformance({ key }: Service): boolean {
  const env = { TEST_REAL_KEY: key, TEST_REAL_PREFIX: `ai:${id}:`, TEST_REAL_REPORT: files.rows }
  // A row that is left out may leave promises behind it; one that waits in vain must not hold up the rest.
  const options = ['--no-file-parallelism', '--testTimeout=20000', '--dangerouslyIgnoreUnhandledErrors', '--exclude=**/00-*']
  const ended = run('vitest', ['run', 'packages/local-ably/test/conformance', ...options], env)
  return ended && rows().length > 0
}

function browser({ key }: Service): boolean {
  const env = {
    CHROMIUM_PATH: findChromiumForTests(),
    TEST_REAL_KEY: key,
    TEST_REAL_PREFIX: `${id}-`,
    TEST_REAL_CONVERSATIONS: files.conversations,
    E2E_WORKERS: '1',
  }
  const specs = ['conversation', 'reading', 'safety', 'outage'].map((name) => `${name}.spec.ts`)
  return run('playwright', ['test', '-c', 'playwright.config.ts', '--reporter=list', ...specs], env, `${root}e2e/`)
}

/** Fails at once, and clearly, where the key or the channel rule is not as it must be. */
async function reach(service: Service): Promise<void> {
  const path = `/channels/${encodeURIComponent(`ai:${id}:reach`)}/messages`
  try {
    const { serials } = (await ask(service, 'POST', path, { name: 'reach', data: '' })) as { serials: readonly string[] } // Of Ably's REST API.
    await ask(service, 'PATCH', `${path}/${encodeURIComponent(serials[0] ?? '')}`, { action: 2 })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    console.error(
      `unable to test against the service; ${reason}: see the key's capabilities and the channel rule in docs/pages/guide/real-ably.md`,
    )
    process.exit(1)
  }
}

function rows() {
  return readReport(lines(files.rows).join('\n'))
}

function lines(file: string): string[] {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : []
}
