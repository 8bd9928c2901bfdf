import { emptyConversation } from '@streamfold/core'
import { createRecorder, replay } from '@streamfold/core/log'
import { sessions } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { bandsOf } from '../src/model/bands.ts'
import { stateBefore } from '../src/model/time-travel.ts'
import { createTimelineReader, timelineOf } from '../src/model/read-timeline.ts'
import { eventsOf, logOf, record } from './sessions.ts'

const chunks = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 })

it('read as it grows, it is what it is when read at once', () => {
  fc.assert(
    fc.property(sessions({ maxLength: 200 }), chunks, (session, sizes) => {
      const events = eventsOf(session)
      const recorder = createRecorder(emptyConversation())
      const reader = createTimelineReader()
      for (let from = 0, turn = 0; from < events.length; turn++) {
        const size = sizes[turn % sizes.length]!
        record(recorder, events.slice(from, from + size), from)
        from += size
        while (reader.read(recorder.log, 7)) expect(reader.timeline.next).toBeLessThan(events.length)
      }
      expect(reader.timeline).toEqual(timelineOf(logOf(events)))
    }),
  )
})

it('read from a bounded log, it is what is left of it, read at once', () => {
  fc.assert(
    fc.property(sessions({ maxLength: 300 }), chunks, fc.integer({ min: 5, max: 60 }), (session, sizes, limit) => {
      const events = eventsOf(session)
      const recorder = createRecorder(emptyConversation(), { limit })
      const reader = createTimelineReader()
      for (let from = 0, turn = 0; from < events.length; turn++) {
        const size = sizes[turn % sizes.length]!
        record(recorder, events.slice(from, from + size), from)
        from += size
        reader.read(recorder.log)
      }
      const grown = reader.timeline
      const whole = timelineOf(recorder.log)
      const lanes = (timeline: typeof grown) => [...timeline.lanes.values()].sort((a, b) => (a.serial < b.serial ? -1 : 1))
      expect({ ...grown, lanes: lanes(grown) }).toEqual({ ...whole, lanes: lanes(whole) })
      expect(bandsOf(grown)).toHaveLength(bandsOf(whole).length)
    }),
  )
})

it('any moment of it is what replay gives', () => {
  fc.assert(
    fc.property(sessions({ maxLength: 200 }), fc.nat(), fc.integer({ min: 20, max: 200 }), (session, wanted, limit) => {
      const log = logOf(eventsOf(session), limit)
      const timeline = timelineOf(log)
      const until = wanted % (log.events.length + 1)
      expect(stateBefore(timeline, log, until + (log.folded ?? 0))).toEqual(replay(log, { until }))
    }),
  )
})

it('steps back quickly in a long log', () => {
  const events = Array.from({ length: 2_000 }, (_, index) => ({ type: 'tick' as const, now: index + 1 }))
  const log = logOf(events)
  const timeline = timelineOf(log)
  expect(timeline.checkpoints.length).toBe(8)
  expect(stateBefore(timeline, log, 1_999).context.now).toBe(1_999)
  expect(stateBefore(timeline, log, 256).context.now).toBe(256)
  expect(stateBefore(timeline, log, -5)).toBe(log.start)
  expect(stateBefore(timeline, log, 9_999).context.now).toBe(2_000)
})
