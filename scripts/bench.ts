// pnpm bench [core|local-ably|agent|ui]: measures Streamfold, its peers and the floor in one run.
import { existsSync, globSync } from 'node:fs'
import { basename } from 'node:path'
import { run } from './run.ts'
import { root } from './workspace.ts'

const known = globSync('*.ts', { cwd: `${root}bench` }).map((file) => basename(file, '.ts'))
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !existsSync(`${root}bench/${name}.ts`))
if (unknown.length > 0) {
  console.error(`unable to measure ${unknown.join(', ')}; the measurements are ${known.join(', ')}`)
  process.exit(2)
}
const failed = (asked.length > 0 ? asked : known).filter(
  (name) => !run(process.execPath, ['--conditions=streamfold-source', '--expose-gc', `${root}bench/${name}.ts`]),
)
if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)
