import { emptyConversation, type ConversationEvent, type Log } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import { eventsUntil, timesOf } from '../src/log/point.ts'

const begin = new Date(2026, 10, 22, 23, 59, 58).getTime()
const event: ConversationEvent = { type: 'ignored', reason: 'any' }

function logOf(times: readonly (number | undefined)[]): Log {
  const arrivals = times.map((time) => (time === undefined ? undefined : { at: begin + time }))
  return { start: emptyConversation(), events: times.map(() => event), arrivals }
}

describe('a point of a log', () => {
  const log = logOf([0, 1_000, 1_000, 3_000])

  it.for([
    [undefined, 4],
    ['0', 0],
    ['2', 2],
    ['99', 4],
    ['+0', 1],
    ['+1', 3],
    ['+2.5s', 3],
    ['+3', 4],
    ['23:59:59', 3],
    ['23:59:58.500', 1],
    ['23:59', 0],
    ['0:00:01', 4],
    ['00:00', 3],
    [new Date(begin + 1_000).toISOString(), 3],
  ] as const)('%s is after %i events', ([point, expected]) => {
    expect(eventsUntil(point, log)).toBe(expected)
  })

  it('is refused if it is empty', () => {
    for (const point of ['', 'lunch', '-1', '1.5', '12:00:00:00', 'Monday'])
      expect(() => eventsUntil(point, log), point).toThrow('a point is')
  })

  it('uses the ticks if the log has no times of arrival', () => {
    const events: readonly ConversationEvent[] = [event, { type: 'tick', now: 5_000 }, event, { type: 'tick', now: 7_000 }, event]
    expect(timesOf({ start: emptyConversation(), events })).toEqual([5_000, 5_000, 5_000, 7_000, 7_000])
    expect(timesOf(logOf([undefined, 1_000, undefined]))).toEqual([begin + 1_000, begin + 1_000, begin + 1_000])
    expect(timesOf(logOf([undefined]))).toBeUndefined()
  })
})
