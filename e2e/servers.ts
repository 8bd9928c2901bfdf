// node servers.ts: starts what the tests run against: for each worker local Ably, the agent, and the apps as built. All are built once.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
import type { Running } from '../scripts/dev/service.ts'
import { runService } from '../scripts/dev/service.ts'
import { services } from '../scripts/dev/services.ts'
import { bindings, buildBinding } from './bindings/build-binding.ts'
import { builtFolder, builtPortsOf, dataFile, environmentOf, workers } from './environment.ts'

const apps = ['react', 'svelte', 'vue'] as const
const numbers = Array.from({ length: workers }, (_, worker) => worker)
/** Those of a worker in the order in which they started. */
const running: Running[][] = numbers.map(() => [])

let ending = false
let started: Promise<unknown> = Promise.resolve()

/** The agent ends first: it marks its open responses in local Ably. A service that is starting can end only when it has started. */
async function end(code: number): Promise<void> {
  ending = true
  await started.catch(() => {}) // Said where it is awaited.
  await Promise.all(
    running.map(async (ofWorker) => {
      for (const service of ofWorker.toReversed()) await service.stop()
    }),
  )
  process.exit(code)
}
// Not SIGTERM: there Vite ends this process before the services have ended.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.once(signal, () => void end(0))
process.once('exit', () => {
  for (const service of running.flat()) service.kill()
  for (const worker of numbers) for (const server of ['local-ably', 'agent'] as const) removeDatabase(dataFile(server, worker))
})

try {
  const builds = buildAll()
  started = Promise.allSettled(numbers.map(startBackend))
  await started
  await builds
  for (const worker of numbers) await serveApps(worker)
} catch (error) {
  console.error(error)
  await end(1)
}

/** As in `pnpm dev`, and started again when a test has ended them. */
async function startBackend(worker: number): Promise<void> {
  const env = { ...environmentOf(worker), LOCAL_ABLY_DATA: dataFile('local-ably', worker), AGENT_DATA: dataFile('agent', worker) }
  for (const service of services([], env)) {
    if (ending) return
    const log = (line: string) => console.log(`${worker} ${service.name.padEnd(10)} | ${line}`)
    // Of its own: what an earlier run has left on the port has other data, and may be other code.
    const own = { ...service, shared: false, env: { ...env, ...service.env } }
    running[worker]!.push(await runService(own, log, fail))
  }
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
}

function fail(error: Error): void {
  console.error(error)
  void end(1)
}

async function buildAll(): Promise<void> {
  takePorts(0)
  for (const app of apps)
    await build({ root: rootOf(app), logLevel: 'error', build: { outDir: builtFolder(app, 0), emptyOutDir: true } })
  for (const binding of bindings) await buildBinding(binding)
}

async function serveApps(worker: number): Promise<void> {
  takePorts(worker)
  for (const app of apps) {
    const outDir = builtFolder(app, worker)
    if (worker > 0) copyFor(worker, builtFolder(app, 0), outDir)
    // Vue's is the last to start; Playwright waits for that of the last worker.
    await preview({ root: rootOf(app), logLevel: 'error', build: { outDir } })
  }
}

/** The configuration of the apps reads the ports from the environment. */
function takePorts(worker: number): void {
  Object.assign(process.env, environmentOf(worker, builtPortsOf(worker)))
}

/** A page as built has the ports of its servers in its files: those of the first worker are built, and the others are given theirs. */
function copyFor(worker: number, from: string, to: string): void {
  const own = Object.entries(builtPortsOf(worker))
  const built: Readonly<Record<string, number>> = builtPortsOf(0)
  const renamed = new Map(own.map(([name, port]) => [String(built[name]), String(port)]))
  const port = new RegExp(`\\b(?:${[...renamed.keys()].join('|')})\\b`, 'g')
  cpSync(from, to, { recursive: true })
  for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(?:js|html)$/.test(name)) continue
    const file = join(to, name)
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replaceAll(port, (found) => renamed.get(found) ?? found),
    )
  }
}

function rootOf(app: (typeof apps)[number]): string {
  return fileURLToPath(new URL(`../apps/${app}/`, import.meta.url))
}
