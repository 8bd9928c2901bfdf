import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { ChannelSerials, channelSerialOf, messageSerial, serialTime } from '../src/protocol/serials.ts'

it('only ever goes up, whatever the clock does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 1, max: 5000, noNaN: true })), {
        minLength: 1,
        maxLength: 50,
      }),
      (times) => {
        let now = 0
        const serials = new ChannelSerials('room', { now: () => now, after: () => () => {} })
        let last = serials.head
        for (const time of times) {
          now = time
          const { channelSerial, timestamp } = serials.next()
          expect(channelSerial > last).toBe(true)
          expect(serialTime(channelSerial)).toBe(timestamp)
          last = channelSerial
        }
      },
    ),
  )
})

it('goes past a thousand in one millisecond', () => {
  const serials = new ChannelSerials('room', { now: () => 1, after: () => () => {} })
  const issued = Array.from({ length: 2500 }, () => serials.next().channelSerial)
  expect(issued).toEqual(issued.toSorted())
  expect(new Set(issued).size).toBe(2500)
})

it('continues behind what was stored, in the same series', () => {
  const clock = { now: () => 1, after: () => () => {} }
  const before = new ChannelSerials('room', clock)
  const after = new ChannelSerials('room', clock, before.head)
  expect(after.head > before.head).toBe(true)
  expect(after.issued(before.head)).toBe(true)
  expect(new ChannelSerials('other', clock).issued(before.head)).toBe(false)
})

it('is the prefix of the serials of its messages', () => {
  const serials = new ChannelSerials('room', { now: () => 1, after: () => () => {} })
  expect(channelSerialOf(messageSerial(serials.head, 7))).toBe(serials.head)
})
