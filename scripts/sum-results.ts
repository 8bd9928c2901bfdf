import { sumCounts } from './results.ts'

const LINES = 12
const LENGTH = 800

const { passed, failed, skipped, failures } = sumCounts()
// Again, and briefly: a log of which only the end is kept must say what failed.
for (const failure of failures) {
  const lines = failure.split('\n')
  console.log(
    ['', ...lines.slice(0, LINES).map((line) => line.slice(0, LENGTH)), ...(lines.length > LINES ? ['…'] : [])].join('\n'),
  )
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
