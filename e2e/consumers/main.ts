// pnpm test:consumers [NAME…]: packs what would be published, installs it with npm into projects outside the workspace, and uses it there.
import { readdirSync } from 'node:fs'
import { createLocalAbly } from '@streamfold/local-ably'
import { use } from './use.ts'
import { serveRegistry } from './registry.ts'
import type { Scratch } from './scratch.ts'
import { createScratch, sizeOf } from './scratch.ts'
import { checkTypes } from './types.ts'
import { pack } from '../../scripts/pack.ts'
import { run } from '../../scripts/run.ts'
import { root } from '../../scripts/workspace.ts'

const all = readdirSync(`${root}e2e/consumers/products`)
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !all.includes(name))
if (unknown.length > 0) throw new Error(`unable to try ${unknown.join(', ')}; the consumers are ${all.join(', ')}`)

if (!run('turbo', ['run', 'build', '--filter=./packages/*', '--output-logs=errors-only'])) process.exit(1)
const registry = await serveRegistry(pack())
const ably = await createLocalAbly()
const failed: string[] = []
for (const name of asked.length > 0 ? asked : all) {
  let scratch: Scratch | undefined
  try {
    scratch = await createScratch(name, registry.url)
    // These check types as they are built, with settings of their own.
    if (!['next-agent', 'react-native', 'svelte-kit'].includes(name)) await checkTypes(scratch)
    await use(scratch, ably)
    console.log(`✓ ${name}: ${sizeOf(scratch.installed)}`)
  } catch (error) {
    failed.push(name)
    console.error(`✗ ${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
  scratch?.remove()
}
await ably.close()
registry.close()
console.log(`${(asked.length > 0 ? asked : all).length - failed.length} consumers passed, ${failed.length} failed`)
process.exit(failed.length > 0 ? 1 : 0)
