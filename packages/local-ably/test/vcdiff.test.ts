import * as vcdiff from '@ably/vcdiff-decoder'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeVcdiff } from '../src/channel/deliver/vcdiff.ts'

const part = fc.uint8Array({ maxLength: 300 })

it('is undone by the decoder of the client, whatever the two have in common', () => {
  fc.assert(
    fc.property(part, part, part, part, (head, tail, before, after) => {
      const source = Buffer.concat([head, before, tail])
      const target = Buffer.concat([head, after, tail])
      // The decoder knows no empty results; the server sends no delta that is longer than what it stands for.
      fc.pre(source.length > 0 && target.length > 0)
      expect(Buffer.from(vcdiff.decode(encodeVcdiff(source, target), source))).toEqual(target)
    }),
    { seed: 20_260_815, numRuns: 500 },
  )
})

it('is small where little has changed', () => {
  const [source, target] = ['a', 'b'].map((letter) => Buffer.from(`${'x'.repeat(30_000)}${letter}${'y'.repeat(30_000)}`))
  expect(encodeVcdiff(source!, target!).byteLength).toBeLessThan(40)
})
