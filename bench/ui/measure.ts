import type { CDPSession, Page } from '@playwright/test'
import { scriptOf, tasksOf } from './trace.ts'

/** A page's work while tokens arrived. */
export interface Measurement {
  /** Microseconds of script per token: over the answer, while it was about 1 KB, and at its end. */
  readonly perToken: number
  readonly early: number
  readonly late: number
  /** Microseconds of all main-thread work (script, style, layout, paint) per token. */
  readonly work: number
  readonly longTasks: number
  /** Part of the frames whose work was more than a frame has room for. */
  readonly dropped: number
}

/** Parts of the answer, by what is traced in them: each tracing costs, and none may pay for another. */
const parts = [
  { name: 'early', from: 0.02, to: 0.1, what: 'script' },
  { name: 'tasks', from: 0.12, to: 0.5, what: 'tasks' },
  { name: 'middle', from: 0.52, to: 0.8, what: 'script' },
  { name: 'late', from: 0.85, to: 1, what: 'script' },
] as const

const categories = {
  script: ['devtools.timeline', 'v8.execute', '__metadata'],
  tasks: ['disabled-by-default-devtools.timeline', '__metadata'],
}

type Part = (typeof parts)[number]

interface Traced {
  readonly tokens: number
  readonly seconds: number
  /** Seconds in which the main thread worked. */
  readonly work: number
  readonly trace: Buffer
}

/** Follows a page from now on: call `at` with the tokens sent so far, and `end` when they are shown. */
export async function follow(page: Page, total: number) {
  const cdp = await page.context().newCDPSession(page)
  // Processor time of the thread, so that other load of the machine does not count.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const browser = page.context().browser()!
  const traced = {} as Record<Part['name'], Traced>
  const waiting = [...parts]
  let running: { readonly part: Part; readonly sent: number; readonly work: number; readonly started: number } | undefined

  async function stop(sent: number): Promise<void> {
    if (!running) return
    const { part, started } = running
    const work = (await worked(cdp)) - running.work
    const seconds = (performance.now() - started) / 1000
    traced[part.name] = { tokens: sent - running.sent, seconds, work, trace: await browser.stopTracing() }
    running = undefined
  }

  return {
    async at(sent: number): Promise<void> {
      if (running && sent >= running.part.to * total) await stop(sent)
      const part = waiting[0]
      if (running || !part || sent < part.from * total) return
      waiting.shift()
      await browser.startTracing(page, { categories: categories[part.what] })
      running = { part, sent, work: await worked(cdp), started: performance.now() }
    },
    async end(): Promise<Measurement> {
      await stop(total)
      const { early, middle, late, tasks } = traced
      const script = [early, middle, late]
      const perToken = (some: readonly Traced[]) => sum(some, ({ trace }) => scriptOf(trace)) / sum(some, ({ tokens }) => tokens)
      const took = tasksOf(tasks.trace)
      return {
        perToken: perToken(script),
        early: perToken([early]),
        late: perToken([late]),
        work: (sum(script, ({ work }) => work) * 1e6) / sum(script, ({ tokens }) => tokens),
        longTasks: took.filter((task) => task > 50).length,
        dropped: took.filter((task) => task > 1000 / 60).length / (tasks.seconds * 60),
      }
    },
  }
}

async function worked(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
