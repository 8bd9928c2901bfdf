// pnpm dev [react|vue]: starts everything that the apps need.
import { existsSync, mkdirSync } from 'node:fs'
import process from 'node:process'
import type { Running } from './dev/service.ts'
import { runService } from './dev/service.ts'
import type { AppName } from './dev/services.ts'
import { services } from './dev/services.ts'
import { root } from './workspace.ts'

const asked = process.argv.slice(2)
const apps: readonly AppName[] = asked.length > 0 ? asked.map(appName) : ['react', 'vue']
const env = `${root}.env.local`
if (existsSync(env)) process.loadEnvFile(env)
mkdirSync(`${root}.streamfold`, { recursive: true })

const running: Running[] = []
let ending = false

async function end(code: number): Promise<void> {
  if (ending) return
  ending = true
  await Promise.all(running.map((service) => service.stop()))
  process.exit(code)
}

function fail(error: Error): void {
  console.error(`\n${error.message}\n`)
  void end(1)
}

process.on('SIGINT', () => void end(0))
process.on('SIGTERM', () => void end(0))

try {
  const all = services(apps, process.env)
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
  if (name === 'react' || name === 'vue') return name
  console.error(`unable to start ${name}; the apps are react and vue: pnpm dev [react|vue]`)
  return process.exit(2)
}
