// For pnpm check: whether the table of the documentation is of what is installed, and of the laws as they are.
import { laws } from '../laws/laws.ts'
import { columns } from './columns.ts'
import { showsTable } from './page.ts'
import { installedVersions, readResults, sourceOf } from './results.ts'
import { staleness } from './stale.ts'
import { tableOf } from './table.ts'

const results = readResults()
const stale = staleness(results, columns, laws, installedVersions, sourceOf)
if (stale.length === 0 && !showsTable(tableOf(results, laws)))
  stale.push('unable to use the table; docs/pages/guide/conformance.md does not show the results: run pnpm conformance')
for (const change of stale) console.error(change)
process.exit(stale.length === 0 ? 0 : 1)
