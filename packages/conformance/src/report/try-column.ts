// A process that tries laws on one layer, and reports each answer. Pages live here: a layer cannot disturb the pages of another.
import '../harness/browser.ts'
import type { Answer } from '../harness/try-law.ts'
import { tryLaw } from '../harness/try-law.ts'
import { laws } from '../laws/laws.ts'
import { columns } from './columns.ts'

/** An answer, or why there is none. */
export interface Report {
  readonly law: string
  readonly answer?: Answer
  readonly error?: string
  readonly milliseconds: number
}

/** Laws wait more than they work. */
const AT_ONCE = 3

// What other libraries have to say to their developers.
console.warn = () => undefined
console.error = () => undefined
// A page of a browser goes on after one.
process.on('unhandledRejection', () => undefined)
process.on('disconnect', () => process.exit())

const [id, ...wanted] = process.argv.slice(2)
const layer = columns.find((column) => column.id === id)
if (!layer) throw new Error(`unable to try; ${id} is none of ${columns.map(({ id }) => id).join(', ')}`)
const queue = laws.filter(({ id }) => wanted.includes(id))
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let law = queue.shift(); law; law = queue.shift()) {
      const begun = performance.now()
      const report = await tryLaw(law, layer).then(
        (answer) => ({ answer }),
        (error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      )
      process.send?.({ law: law.id, milliseconds: performance.now() - begun, ...report } satisfies Report)
    }
  }),
)
process.exit()
