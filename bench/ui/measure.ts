import type { CDPSession, Page } from '@playwright/test'

/** What a page did while tokens came. */
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

interface Sample {
  readonly sent: number
  readonly script: number
  readonly task: number
}

// Script is measured in the first and last part, tasks in the middle: each measurement costs, and none may pay for another.
const parts = { warm: 0.02, early: 0.1, tasks: 0.2, endOfTasks: 0.8, late: 0.85 }

/** Follows a page from now on: call `at` with the tokens sent so far, and `end` when they are shown. */
export async function follow(page: Page, total: number) {
  const cdp = await page.context().newCDPSession(page)
  // Time in which the thread had a processor: what a loaded machine takes away is nobody's cost.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const browser = page.context().browser()!
  const samples: Sample[] = []
  let tasks: readonly number[] = []
  let traced = 0

  const steps: [part: number, take: (sent: number) => Promise<void>][] = [
    [parts.warm, keep],
    [parts.early, keep],
    [
      parts.tasks,
      async (sent) => {
        await keep(sent)
        await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] })
        traced = performance.now()
      },
    ],
    [
      parts.endOfTasks,
      async () => {
        traced = (performance.now() - traced) / 1000
        tasks = tasksOf(await browser.stopTracing())
      },
    ],
    [parts.late, keep],
  ]

  async function keep(sent: number): Promise<void> {
    samples.push(await sample(cdp, sent))
  }

  return {
    async at(sent: number): Promise<void> {
      const next = steps[0]
      if (!next || sent < next[0] * total) return
      steps.shift()
      await next[1](sent)
    },
    async end(): Promise<Measurement> {
      await keep(total)
      const [warm, early, middle, late, last] = samples as [Sample, Sample, Sample, Sample, Sample] // One of each step.
      const tokens = middle.sent - warm.sent + last.sent - late.sent
      const spent = (what: 'script' | 'task') => ((middle[what] - warm[what] + last[what] - late[what]) * 1e6) / tokens
      return {
        perToken: spent('script'),
        early: between(warm, early),
        late: between(late, last),
        work: spent('task'),
        longTasks: tasks.filter((task) => task > 50).length,
        dropped: tasks.filter((task) => task > 1000 / 60).length / (traced * 60),
      }
    },
  }
}

function between(from: Sample, to: Sample): number {
  return ((to.script - from.script) * 1e6) / (to.sent - from.sent)
}

async function sample(cdp: CDPSession, sent: number): Promise<Sample> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
  return { sent, script: value('ScriptDuration'), task: value('TaskDuration') }
}

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds of processor time. */
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** Milliseconds of processor time of each task of the page's main thread. */
function tasksOf(trace: Buffer): readonly number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] } // Chromium's trace format.
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const main = new Set(threads.map(({ pid, tid }) => `${pid} ${tid}`))
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`))
  return tasks.map(({ tdur = 0 }) => tdur / 1000)
}
