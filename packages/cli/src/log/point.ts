import type { Log } from '@streamfold/core'
import { CommandError } from '../command-error.ts'

/** The forms of a point in a log, for help and error messages. */
export const pointForms =
  'a number of events and ticks, a time such as 14:02:11 or 2026-11-22T14:02:11Z, or +SECONDS from the beginning'

/**
 * Local time of each event, in milliseconds: of its arrival, or of the tick before it. Undefined if the log has no times, for example
 * one that a test has written.
 */
export function timesOf({ start, events, arrivals }: Log): readonly number[] | undefined {
  const first = events.find((event) => event.type === 'tick')
  let now = start.context.now || (first?.now ?? arrivals?.find((arrival) => arrival)?.at ?? 0)
  if (now === 0) return undefined
  return events.map((event, index) => (now = Math.max(now, arrivals?.[index]?.at ?? (event.type === 'tick' ? event.now : now))))
}

/** The number of events before a point of a log. @throws CommandError when the log has no such point */
export function eventsUntil(point: string | undefined, log: Log): number {
  const { length } = log.events
  if (point === undefined) return length
  if (/^\d+$/.test(point)) return Math.min(Number(point), length)
  const times = timesOf(log)
  const begin = times?.[0]
  const at = timeOf(point, begin ?? 0)
  if (Number.isNaN(at))
    throw new CommandError('usage', `unable to find ${point} in the log; a point is ${pointForms}: write it so`)
  if (!times || begin === undefined)
    throw new CommandError('usage', `unable to find ${point} in the log; it knows no times: give a number of events`)
  const after = times.findIndex((time) => time > at)
  return after < 0 ? length : after
}

/** The time of a point in milliseconds; NaN if it is not a time. @param begin the log's start, which gives the day for a time of day */
function timeOf(point: string, begin: number): number {
  const seconds = /^\+(\d+(?:\.\d+)?)s?$/.exec(point)?.[1]
  if (seconds !== undefined) return begin + Number(seconds) * 1_000
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/.exec(point)
  if (clock) {
    const [, hours, minutes, whole = '0', fraction = '0'] = clock
    const at = new Date(begin).setHours(Number(hours), Number(minutes), Number(whole), Number(fraction.padEnd(3, '0')))
    // A log that continues past midnight.
    return at < begin - 12 * 3_600_000 ? at + 24 * 3_600_000 : at
  }
  return /^\d{4}-\d{2}-\d{2}/.test(point) ? Date.parse(point) : Number.NaN
}
