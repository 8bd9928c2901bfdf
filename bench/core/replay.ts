import type { ConversationEvent } from '@streamfold/core'
import { normalise, selectMessages } from '@streamfold/core'
import { replay } from '@streamfold/core/log'
import { ourAnswer } from './our-wire.ts'
import { collectGarbage, cpuTime, median } from './race.ts'
import type { Measured } from './row.ts'
import { deltasOf } from './wire.ts'

const EVENTS = 1_000_000
/** Of each answer: its create, its appends and its end. */
const EACH = 100
const ROUNDS = 5

/** A recorded session of ten streams at a time, folded from the beginning: whole, and each tenth of it by itself. */
export async function replayRows(): Promise<Measured[]> {
  const log = recorded(EVENTS)
  collectGarbage()
  const held = process.memoryUsage().heapUsed
  const tenths = Array.from({ length: 10 }, (_, index) => log.slice((index * EVENTS) / 10, ((index + 1) * EVENTS) / 10))
  const times = { whole: [] as number[], tenth: [] as number[] }
  let peak = 0
  const timed = (logs: readonly ConversationEvent[][]): number => {
    collectGarbage()
    const start = cpuTime()
    for (const events of logs) {
      const state = replay(events)
      peak = Math.max(peak, process.memoryUsage().heapUsed)
      if (selectMessages(state).length !== events.length / EACH)
        throw new Error('unable to measure; the log was not folded to its end')
    }
    return (cpuTime() - start) / logs.length
  }
  for (let round = 0; round <= ROUNDS; round++) {
    const tenth = timed(tenths)
    const whole = timed([log])
    if (round === 0) continue
    times.tenth.push(tenth)
    times.whole.push(whole)
  }
  const whole = median(times.whole)
  const tenth = median(times.tenth)
  return [
    {
      id: 'replay-1m-events',
      unit: 'ms',
      ours: whole,
      peers: { 'a tenth of it': tenth },
      ratio: whole / tenth,
      goal: { atMost: 12 },
      note: `the log takes ${mb(held)} MB of heap, replaying at most ${mb(peak - held)} MB more; the process has peaked at ${mb(process.resourceUsage().maxRSS * 1024)} MB`,
    },
  ]
}

function recorded(count: number): ConversationEvent[] {
  const log: ConversationEvent[] = []
  const deltas = deltasOf(EACH - 2)
  for (let index = 0; log.length < count; index += 10) {
    const answers = Array.from({ length: 10 }, (_, stream) => ourAnswer(index + stream, deltas))
    const streams = answers.map(({ create, appends, close }) => [create, ...appends, close])
    for (let step = 0; step < EACH; step++) for (const stream of streams) log.push(normalise(stream[step]))
  }
  return log
}

function mb(bytes: number): string {
  return Math.round(bytes / 2 ** 20).toLocaleString('en')
}
