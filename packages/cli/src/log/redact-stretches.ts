import { createLogRedactor } from '@streamfold/core/log'
import type { Stretch } from '../channel/follow.ts'

/** Redacts a log in stretches. */
export function createRedactor(): (stretch: Stretch) => Stretch {
  const redact = createLogRedactor()
  return (stretch) => {
    const { events, arrivals = [] } = redact(stretch)
    return { events, arrivals: arrivals.filter((arrival) => arrival !== undefined) }
  }
}
