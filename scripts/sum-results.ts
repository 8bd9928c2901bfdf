import { sumCounts } from './results.ts'

const { passed, failed, skipped } = sumCounts()
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
