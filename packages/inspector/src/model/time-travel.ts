import type { Conversation, Log } from '@streamfold/core'
import { replay } from '@streamfold/core/log'
import type { Timeline } from './timeline.ts'

/**
 * The conversation before the event `index`, replayed from the previous checkpoint.
 * @param log the log that the timeline was read from
 */
export function stateBefore({ checkpoints, first, next }: Timeline, log: Log, index: number): Conversation {
  const wanted = Math.min(Math.max(index, first), next)
  let low = 0
  let high = checkpoints.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (checkpoints[middle]!.index <= wanted) low = middle
    else high = middle - 1
  }
  const { index: from, state: start } = checkpoints[low]!
  const { folded = 0 } = log
  return replay({ start, events: log.events.slice(from - folded, wanted - folded) })
}
