import type { Page } from '@playwright/test'
import { createActor } from './actor.ts'
import { tasksOf } from './tasks.ts'

/** Responses that are written at once, and appends a second to all of them. */
const lanes = 20
export const rate = 150

export interface Load {
  readonly seconds: number
  /** Tasks of the page's main thread that took more than 50 ms of processor time. */
  readonly longTasks: number
  readonly longest: number
  /** Part of the frames in which a task took more than a frame has room for. */
  readonly dropped: number
  /** Milliseconds of processor time a second that all tasks took. */
  readonly busy: number
  /** Bytes of the heap, collected, at half the time and at the end. */
  readonly heap: readonly [middle: number, end: number]
}

/** Lets responses grow on a page for a time, and measures what the page does meanwhile. */
export async function loadOf(page: Page, conversation: string, seconds: number): Promise<Load> {
  const actor = await createActor(conversation)
  await actor.enter()
  const serials: string[] = []
  for (let lane = 0; lane < lanes; lane++) {
    const replyTo = await actor.prompt(`Question ${lane + 1}`)
    serials.push(await actor.respond('', { status: 'streaming', 'reply-to': replyTo }))
  }
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const weigh = async () => {
    for (let round = 0; round < 2; round++) await cdp.send('HeapProfiler.collectGarbage')
    const { metrics } = await cdp.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0
  }
  const start = performance.now()
  let sent = 0
  const grow = async (until: number) => {
    while (sent < until) {
      const due = Math.min(until, Math.floor(((performance.now() - start - paused) / 1000) * rate))
      for (; sent < due; sent++) actor.append(serials[sent % lanes]!, ` word${sent}`).catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, 4))
    }
  }
  let paused = 0
  const half = Math.floor((seconds * rate) / 2)
  const first = await tasksOf(page, () => grow(half))
  const pausedAt = performance.now()
  const middle = await weigh()
  paused += performance.now() - pausedAt
  const tasks = [...first, ...(await tasksOf(page, () => grow(half * 2)))]
  const end = await weigh()
  actor.close()
  return {
    seconds,
    longTasks: tasks.filter((task) => task > 50).length,
    longest: Math.max(...tasks),
    dropped: tasks.filter((task) => task > 1000 / 60).length / (seconds * 60),
    busy: tasks.reduce((sum, task) => sum + task, 0) / seconds,
    heap: [middle, end],
  }
}
