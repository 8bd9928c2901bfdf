import * as fc from 'fast-check'
import type { Fate, Outage } from './fake-server.ts'

/** What becomes of an operation. */
export const fate: fc.Arbitrary<Fate> = fc.record({
  verdict: fc.oneof(
    { weight: 4, arbitrary: fc.constant('accepted' as const) },
    { weight: 1, arbitrary: fc.constantFrom('refused', 'applied', 'folded') },
  ),
  delay: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120 })),
  code: fc.oneof(
    { weight: 15, arbitrary: fc.constantFrom(50_000, 50_000, 42_911) },
    { weight: 1, arbitrary: fc.constant(40_160) }, // permanent
  ),
})

/** The connection lost at any step, one time after the other. */
export const outages: fc.Arbitrary<readonly Outage[]> = fc
  .array(
    fc.record({
      after: fc.integer({ min: 0, max: 400 }),
      lasts: fc.integer({ min: 1, max: 3_000 }),
      ends: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('resumed' as const, 'replaced' as const, 'suspended' as const) },
        { weight: 1, arbitrary: fc.constant('never' as const) },
      ),
    }),
    { maxLength: 3 },
  )
  .map((list) => {
    let at = 0
    return list.map(({ after, lasts, ends }) => {
      const outage = { at: (at += after), lasts, ends }
      at += lasts + 1
      return outage
    })
  })
