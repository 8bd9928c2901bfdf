import type { Page } from '@playwright/test'

/** The memory of a page after garbage collection. */
export interface Weight {
  /** Bytes of its JavaScript heap. */
  readonly heap: number
  /** Listeners on nodes and on the window. */
  readonly listeners: number
  readonly nodes: number
}

export async function weigh(page: Page): Promise<Weight> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  const value = async (name: string) => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return metrics.find((metric) => metric.name === name)?.value ?? 0
  }
  let heap = Infinity
  for (let lighter = true; lighter;) {
    // An object that is held only until a later task is no leak.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)))
    for (let round = 0; round < 2; round++) await cdp.send('HeapProfiler.collectGarbage')
    const now = await value('JSHeapUsedSize')
    lighter = now < heap * 0.999
    heap = now
  }
  const weight = { heap, listeners: await value('JSEventListeners'), nodes: await value('Nodes') }
  await cdp.detach()
  return weight
}
