import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from '@playwright/test'
import { createActor } from './actor.ts'
import { expect } from './app.ts'
import { environment } from './environment.ts'

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

/** The production build of an app, served. */
export async function production(name: 'react' | 'vue', port: number) {
  const cwd = fileURLToPath(new URL(`../apps/${name}/`, import.meta.url))
  const vite = `${cwd}node_modules/vite/bin/vite.js`
  const outDir = fileURLToPath(new URL(`results/inspector-${name}/`, import.meta.url))
  const options = { cwd, env: { ...process.env, ...environment } }
  const build = [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error']
  await promisify(execFile)(process.execPath, build, options)
  const preview = [vite, 'preview', '--outDir', outDir, '--port', String(port), '--strictPort']
  const server = spawn(process.execPath, preview, { ...options, stdio: 'ignore' })
  const address = `http://localhost:${port}`
  const answers = () =>
    fetch(address).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(answers).toBe(true)
  return { address, stop: () => void server.kill() }
}

/** Lets responses grow on a page for a time, and measures what the page does meanwhile. */
export async function loadOf(browser: Browser, page: Page, conversation: string, seconds: number): Promise<Load> {
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
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] })
  await grow(half)
  const first = tasksOf(await browser.stopTracing())
  const pausedAt = performance.now()
  const middle = await weigh()
  paused += performance.now() - pausedAt
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] })
  await grow(half * 2)
  const tasks = [...first, ...tasksOf(await browser.stopTracing())]
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

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds in which the thread had a processor: what a loaded machine takes away does not count. */
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** Milliseconds of each task of the page's main thread. */
function tasksOf(trace: Buffer): readonly number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] } // Chromium's trace format.
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const main = new Set(threads.map(({ pid, tid }) => `${pid} ${tid}`))
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`))
  return tasks.map(({ tdur = 0 }) => tdur / 1000)
}
