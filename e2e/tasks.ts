import type { Page } from '@playwright/test'
import { expect } from '@playwright/test'

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds in which the thread had a processor: what a loaded machine takes away does not count. */
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** Milliseconds of processor time of each task of a page's main thread, while something runs. */
export async function tasksOf(page: Page, run: () => Promise<void>): Promise<readonly number[]> {
  const browser = page.context().browser()!
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] })
  await run()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] } // Chromium's trace format.
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const main = new Set(threads.map(({ pid, tid }) => `${pid} ${tid}`))
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`))
  // A trace without the tasks of the page would pass every limit.
  expect(tasks.length).toBeGreaterThan(20)
  return tasks.map(({ tdur = 0 }) => tdur / 1000)
}
