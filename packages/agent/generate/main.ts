// pnpm generate: what follows from the machine. A test compares the file with it.
import { writeFileSync } from 'node:fs'
import { publishTableText } from './publish-table.ts'

writeFileSync(new URL('../src/publish/repair/publish-table.ts', import.meta.url), publishTableText())
