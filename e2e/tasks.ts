import type { Page } from '@playwright/test'
import { expect } from '@playwright/test'

/**
 * E2E_MEASURES=1 measures, on a machine that does nothing else. Without it a page must only not freeze: how long a task takes depends on what else
 * runs.
 */
export const measures = Boolean(process.env['E2E_MEASURES'])
/** Milliseconds. A page that takes longer for one task is frozen for its reader. */
export const frozen = 1_000

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds: when it began. */
  readonly ts: number
  /** Microseconds in which the thread had a processor: what a loaded machine takes away does not count. */
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** Milliseconds of processor time of each task of a page's main thread, while something runs. */
export async function tasksOf(page: Page, run: () => Promise<void>): Promise<readonly number[]> {
  return [...(await tasksOfEach(page, [{ name: 'all', run }])).values()].flat()
}

/** The same for several things in turn, by their names, with one trace: to begin and to read a trace takes seconds. */
export async function tasksOfEach(
  page: Page,
  steps: readonly { readonly name: string; readonly run: () => Promise<void> }[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const browser = page.context().browser()!
  const marked = (index: number) => `step ${index} of the trace`
  const mark = (index: number) => page.evaluate((name) => void performance.mark(name), marked(index))
  await browser.startTracing(page, {
    categories: ['disabled-by-default-devtools.timeline', 'blink.user_timing', '__metadata'],
  })
  for (const [index, { run }] of steps.entries()) {
    await mark(index)
    await run()
  }
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] } // Chromium's trace format.
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const main = new Set(threads.map(({ pid, tid }) => `${pid} ${tid}`))
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`))
  const begins = steps.map((_, index) => traceEvents.find(({ name }) => name === marked(index))!.ts)
  return new Map(
    steps.map(({ name }, index) => {
      const during = tasks.filter(({ ts }) => ts >= begins[index]! && ts < (begins[index + 1] ?? Infinity))
      // A trace without the tasks of the page would pass every limit.
      expect(during.length, name).toBeGreaterThan(20)
      return [name, during.map(({ tdur = 0 }) => tdur / 1000)]
    }),
  )
}
