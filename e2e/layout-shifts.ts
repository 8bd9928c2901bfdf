import type { Page } from '@playwright/test'

/** A layout shift, with what explains it. */
export interface Shift {
  readonly value: number
  /** Milliseconds from the beginning of the measurement. */
  readonly at: number
  /** What moved: the element, and its top, left, width and height in the window before and after. */
  readonly moved: readonly { readonly element: string; readonly from: readonly number[]; readonly to: readonly number[] }[]
  /** How far the list of messages was scrolled when the shift was reported, of how much. */
  readonly scrolled: string
}

/** Collects the layout shifts of a page from now on. @returns reads those so far */
export async function observeShifts(page: Page): Promise<() => Promise<readonly Shift[]>> {
  await page.evaluate(observe)
  return () => page.evaluate(() => (window as unknown as Observed).shifts)
}

/** For the message of an assertion. */
export function describeShift({ value, at, moved, scrolled }: Shift): string {
  const what = moved.map(
    ({ element, from, to }) => `${element} from ${from.join(' ')} to ${to.join(' ')} (top, left, width, height)`,
  )
  return `shift of ${value.toFixed(4)} after ${at} ms, list scrolled ${scrolled}: ${what.join('; ')}`
}

interface Observed {
  shifts: Shift[]
}

function observe(): void {
  const began = performance.now()
  const observed = window as unknown as Observed
  observed.shifts = []
  const box = ({ x, y, width, height }: DOMRectReadOnly) => [y, x, width, height].map(Math.round)
  const nameOf = (node: Node | null) => {
    const element = node instanceof Element ? node : node?.parentElement
    if (!element) return 'a removed element'
    const row = element.closest('[data-serial]')
    const index = row ? `row ${[...row.parentElement!.children].indexOf(row)} ` : ''
    return `${index}${element.tagName.toLowerCase()}${[...element.classList].map((name) => `.${name}`).join('')}`
  }
  interface LayoutShift extends PerformanceEntry {
    readonly value: number
    readonly hadRecentInput: boolean
    readonly sources: readonly {
      readonly node: Node | null
      readonly previousRect: DOMRectReadOnly
      readonly currentRect: DOMRectReadOnly
    }[]
  }
  new PerformanceObserver((list) => {
    const view = document.querySelector('.view')
    for (const { value, hadRecentInput, startTime, sources } of list.getEntries() as LayoutShift[]) {
      if (hadRecentInput) continue
      const moved = sources.map(({ node, previousRect, currentRect }) => ({
        element: nameOf(node),
        from: box(previousRect),
        to: box(currentRect),
      }))
      const scrolled = view ? `${Math.round(view.scrollTop)} of ${view.scrollHeight - view.clientHeight}` : 'no list'
      observed.shifts.push({ value, at: Math.round(startTime - began), moved, scrolled })
    }
  }).observe({ type: 'layout-shift' })
}
