import type { FollowSettings } from './follow-options.ts'
import type { Stretch } from './follow.ts'

/** When a command that follows a channel ends by itself. */
export interface Limits {
  /** Aborts when the command must end. */
  readonly signal: AbortSignal
  /** Call it when the channel is attached: the time runs from then. */
  begin(): void
  /** The events of a stretch that are within the limit; counts them. */
  take(stretch: Stretch): Stretch
  stop(): void
}

/** @param interrupted aborts when the user ends the command */
export function createLimits({ ms, count }: Pick<FollowSettings, 'ms' | 'count'>, interrupted: AbortSignal): Limits {
  const full = new AbortController()
  let left = count
  let timer: NodeJS.Timeout | undefined
  return {
    signal: AbortSignal.any([interrupted, full.signal]),
    begin() {
      if (ms !== undefined) timer = setTimeout(() => full.abort(), ms)
    },
    take({ events, arrivals }) {
      let end = 0
      for (; end < events.length && left > 0; end++) if (events[end]?.type !== 'tick') left--
      if (left === 0) full.abort()
      return { events: events.slice(0, end), arrivals: arrivals.slice(0, end) }
    },
    stop: () => clearTimeout(timer),
  }
}
