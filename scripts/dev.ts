// pnpm dev [react|vue|svelte]: starts everything that the apps need.
import { existsSync, mkdirSync } from 'node:fs'
import process from 'node:process'
import type { Running } from './dev/service.ts'
import { runService } from './dev/service.ts'
import type { AppName } from './dev/services.ts'
import { apps, services } from './dev/services.ts'
import { root } from './workspace.ts'

const asked = process.argv.slice(2)
const chosen: readonly AppName[] = asked.length > 0 ? asked.map(appName) : ['react', 'vue']
const env = `${root}.env.local`
if (existsSync(env)) process.loadEnvFile(env)
mkdirSync(`${root}.streamfold`, { recursive: true })

const running: Running[] = []
let ending = false

/** Ends local Ably, the first of the servers, last: the agent marks its open responses there. At once when asked again. */
async function end(code: number): Promise<void> {
  if (ending) return running.forEach((service) => service.kill())
  ending = true
  const [first, ...others] = running
  await Promise.all(others.map((service) => service.stop()))
  await first?.stop()
  process.exit(code)
}

function fail(error: Error): void {
  console.error(`\n${error.message}\n`)
  void end(1)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))

try {
  const all = services(chosen, process.env)
  for (const service of all) {
    const log = (line: string) => console.log(`${service.name.padEnd(10)} | ${line}`)
    running.push(await runService(service, log, fail))
    if (ending) break
  }
  const lines = all.map(({ name, port }) => `  ${name.padEnd(10)}  http://localhost:${port}`)
  if (!ending) console.log(`\nStreamfold is ready\n\n${lines.join('\n')}\n\n  Ctrl+C ends it.\n`)
} catch (error) {
  fail(error instanceof Error ? error : new Error(String(error)))
}

function appName(name: string): AppName {
  const known = Object.keys(apps) as AppName[] // As declared.
  const found = known.find((one) => one === name)
  if (found) return found
  console.error(`unable to start ${name}; the apps are ${known.join(', ')}: pnpm dev [${known.join('|')}]`)
  return process.exit(2)
}
