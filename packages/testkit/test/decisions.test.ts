import * as fc from 'fast-check'
import { it } from 'vitest'
import { decisionsAgree, deciding } from '../src/index.ts'

it('every reader shows the same decision of each call, however the channel reaches it', () => {
  fc.assert(fc.property(deciding, decisionsAgree), { numRuns: 2_000 })
})
