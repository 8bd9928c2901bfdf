import type { CDPSession, Page } from '@playwright/test'

/** What a page did while tokens came. */
export interface Measurement {
  /** Microseconds of script per token: over the whole answer, while it was about 1 KB, and at its end. */
  readonly perToken: number
  readonly early: number
  readonly late: number
  /** Milliseconds of all main-thread work (script, style, layout, paint) per second of streaming. */
  readonly busy: number
  readonly longTasks: number
  /** Part of the frames that came a frame or more late. */
  readonly dropped: number
}

interface Sample {
  readonly sent: number
  readonly script: number
  readonly task: number
}

/** Follows a page from now on: call `at` with the tokens sent so far, and `end` when they are shown. */
export async function follow(page: Page, total: number) {
  const cdp = await page.context().newCDPSession(page)
  // Time in which the thread had a processor: what a loaded machine takes away is nobody's cost.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.evaluate(observe)
  const begun = performance.now()
  const first = await sample(cdp, 0)
  const samples: Sample[] = [first]
  const marks = [0.02, 0.1, 0.9, 1].map((part) => Math.floor(part * total))

  return {
    async at(sent: number): Promise<void> {
      if (marks.length > 1 && sent >= marks[0]!) {
        marks.shift()
        samples.push(await sample(cdp, sent))
      }
    },
    async end(): Promise<Measurement> {
      samples.push(await sample(cdp, total))
      const seconds = (performance.now() - begun) / 1000
      const { frames, late, longTasks } = await page.evaluate(() => (window as unknown as Observed).observed)
      const last = samples.at(-1)!
      return {
        perToken: between(first, last),
        early: between(samples[1]!, samples[2]!),
        late: between(samples[3]!, last),
        busy: ((last.task - first.task) * 1000) / seconds,
        longTasks,
        dropped: late / frames,
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

interface Observed {
  observed: { frames: number; late: number; longTasks: number }
}

function observe(): void {
  const observed = { frames: 0, late: 0, longTasks: 0 }
  ;(window as unknown as Observed).observed = observed
  new PerformanceObserver((list) => {
    observed.longTasks += list.getEntries().length
  }).observe({ type: 'longtask' })
  let before = performance.now()
  const frame = (now: number) => {
    observed.frames++
    // Two frames at 60 Hz are 33 ms; clocks and schedulers may be a few off.
    if (now - before > 30) observed.late += Math.round((now - before) / 16.7) - 1
    before = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}
