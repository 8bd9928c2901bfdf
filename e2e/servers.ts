// node servers.ts WORKER: starts what the tests of a worker run against: the servers of `pnpm dev`, and the apps as built.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
import { builtFolder, builtPortsOf, environmentOf, portsOf } from './environment.ts'

const worker = Number(process.argv[2])
const dev = spawn(process.execPath, [fileURLToPath(new URL('../scripts/dev.ts', import.meta.url))], { stdio: 'inherit' })
dev.once('exit', (code) => process.exit(code ?? 1))
// Playwright ends the whole group; after an error here nothing else would end it.
process.once('exit', () => dev.kill())

// The configuration of the apps reads the ports from the environment.
Object.assign(process.env, environmentOf(worker, builtPortsOf(worker)))
const options = (['react', 'svelte', 'vue'] as const).map((app) => ({
  root: fileURLToPath(new URL(`../apps/${app}/`, import.meta.url)),
  logLevel: 'error' as const,
  build: { outDir: builtFolder(app, worker), emptyOutDir: true },
}))
await Promise.all(options.map(build))
// The last one of `pnpm dev` to start; the last of all is the built app of Vue, which Playwright waits for.
while (!(await answers(`http://localhost:${portsOf(worker).VUE_PORT}`))) await sleep(100)
for (const each of options) await preview(each)

function answers(address: string): Promise<boolean> {
  return fetch(address).then(
    ({ ok }) => ok,
    () => false, // Not there yet.
  )
}
