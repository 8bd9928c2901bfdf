import type { Clock } from '../../clock.ts'

/** A clock that goes by the service's time once that was asked for: times on a channel are the service's. */
export interface ServiceClock extends Clock {
  /** Asks the service what time it is. */
  set(): Promise<void>
}

/** @param time the service's, in milliseconds since the epoch; where it is not known, `clock` decides */
export function serviceClock(clock: Clock, time: (() => Promise<number>) | undefined): ServiceClock {
  let ahead = 0
  return {
    now: () => clock.now() - ahead,
    after: (ms, then) => clock.after(ms, then),
    async set() {
      if (time) ahead = clock.now() - (await time())
    },
  }
}
