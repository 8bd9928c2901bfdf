import * as fc from 'fast-check'
import { it } from 'vitest'
import { branching, treeIsTheSame } from '../src/index.ts'

const numRuns = Number(process.env['LAW_RUNS'] ?? 2_000)
const seed = process.env['LAW_SEED'] === undefined ? {} : { seed: Number(process.env['LAW_SEED']) }

it(
  `18. the tree is the same for every delivery order, and every message is on some path (${numRuns} channels)`,
  { timeout: 60_000 + 30 * numRuns },
  () => {
    const order = fc.array(fc.nat(1_000), { minLength: 24, maxLength: 24 })
    fc.assert(fc.property(branching, order, treeIsTheSame), { numRuns, ...seed })
  },
)
