import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { axisTicks, clock, lasting } from '../src/model/ticks.ts'
import { timelineOf } from '../src/model/read-timeline.ts'
import type { Viewport } from '../src/model/viewport.ts'
import { fitted, followed, indexAt, initialViewport, onAxis, panned, placeOf, revealed, zoomed } from '../src/model/viewport.ts'
import { storyLog } from './story.ts'

const timeline = timelineOf(storyLog())
const spans = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 100, max: 1e6 }))
const viewports = spans.map(([from, span]): Viewport => ({ axis: 'time', from, to: from + span, following: false }))

describe('the part that is looked at', () => {
  it('stays at the anchor while it grows or shrinks, and comes back', () => {
    fc.assert(
      fc.property(
        viewports,
        fc.double({ min: 0.5, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (viewport, factor, part) => {
          const anchor = viewport.from + (viewport.to - viewport.from) * part
          const closer = zoomed(viewport, factor, anchor)
          expect((anchor - closer.from) / (closer.to - closer.from)).toBeCloseTo(part, 6)
          const back = zoomed(closer, 1 / factor, anchor)
          expect(back.from).toBeCloseTo(viewport.from, 3)
          expect(back.to).toBeCloseTo(viewport.to, 3)
        },
      ),
    )
  })

  it('is never narrower than the smallest span', () => {
    const { from, to } = zoomed(initialViewport, 0, 0)
    expect(to - from).toBe(20)
  })

  it('shows what is to be seen, and moves only where it does not', () => {
    fc.assert(
      fc.property(viewports, fc.integer({ min: -2e6, max: 2e6 }), (viewport, place) => {
        const next = revealed(viewport, place)
        expect(next.to - next.from).toBeCloseTo(viewport.to - viewport.from, 6)
        expect(place >= next.from && place <= next.to).toBe(true)
        expect(revealed(next, place).from).toBeCloseTo(next.from, 6)
      }),
    )
  })

  it('holds all of it, follows the present, and begins with the beginning', () => {
    const all = fitted(initialViewport, timeline)
    expect([all.from < 1_000, all.to > 2_700, all.following]).toEqual([true, true, false])
    const young = followed({ ...initialViewport, from: 0, to: 30_000 }, timeline, 2_700)
    expect([young.from, young.to]).toEqual([400, 30_400])
    const old = followed({ ...initialViewport, from: 0, to: 1_000 }, timeline, 2_700)
    expect([old.from, old.to]).toEqual([1_720, 2_720])
    expect(panned(old, 10).following).toBe(false)
  })

  it('finds the event nearest to a place, on either axis', () => {
    for (const axis of ['time', 'order'] as const)
      for (const { index } of timeline.entries) expect(indexAt(timeline, axis, placeOf(timeline, axis, index))).toBe(index)
    expect(indexAt(timeline, 'time', 1_149)).toBe(1)
    expect(indexAt(timeline, 'time', 1_151)).toBe(2)
    expect([indexAt(timeline, 'time', -9e9), indexAt(timeline, 'order', 9e9)]).toEqual([0, 17])
  })

  it('is the same part on the other axis', () => {
    const order = onAxis({ ...initialViewport, following: false, from: 1_200, to: 1_900 }, 'order', timeline)
    expect(order).toMatchObject({ axis: 'order', from: 2, to: 10 })
    expect(onAxis(order, 'time', timeline)).toMatchObject({ axis: 'time', from: 1_200, to: 2_000 })
    expect(onAxis(order, 'order', timeline)).toBe(order)
    expect(onAxis(initialViewport, 'order', timeline)).toMatchObject({ axis: 'order', following: true })
  })
})

it('marks round places, and formats times for people', () => {
  expect(axisTicks('time', 900, 5_100, 5, 0).map(({ label }) => label)).toEqual([
    '00:00:01',
    '00:00:02',
    '00:00:03',
    '00:00:04',
    '00:00:05',
  ])
  expect(axisTicks('time', 0, 400, 4, 0).map(({ place }) => place)).toEqual([0, 100, 200, 300, 400])
  expect(axisTicks('order', 0, 40, 4, 0).map(({ label }) => label)).toEqual(['#0', '#10', '#20', '#30', '#40'])
  expect(axisTicks('time', 0, 36_000_000, 4, 0).length).toBeLessThanOrEqual(5)
  expect([clock(0, 0, true), clock(3_723_004, 3_600_000, true), clock(3_723_004, 0, false)]).toEqual([
    '–',
    '02:02:03.004',
    '01:02:03',
  ])
  expect([lasting(12.4), lasting(1_250), lasting(125_000)]).toEqual(['12 ms', '1.3 s', '2 min 5 s'])
})
