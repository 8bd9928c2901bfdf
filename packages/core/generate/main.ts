// pnpm generate: writes the files that are derived from the machines. A test compares them.
import { writeFileSync } from 'node:fs'
import { machinesPage } from './machines-page.ts'
import { machineTables } from './tables.ts'

writeFileSync(new URL('../src/fold/machine-tables.ts', import.meta.url), machineTables())
writeFileSync(new URL('../MACHINES.md', import.meta.url), machinesPage())
