import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createServerModel } from '@streamfold/testkit'

it('gives each version a later serial, whatever its clock says', () => {
  const time = fc.double({ min: 1_700_000_000_000, max: 1_700_000_000_100, noNaN: true })
  fc.assert(
    fc.property(fc.array(time, { minLength: 2, maxLength: 20 }), (times) => {
      let now = 0
      const server = createServerModel({ now: () => now })
      const serials = times.map((at) => {
        now = at
        return server.create('', {})
      })
      expect(serials).toEqual(serials.toSorted())
      expect(new Set(serials).size).toBe(serials.length)
    }),
  )
})
