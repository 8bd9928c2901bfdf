import type { Page } from '@playwright/test'
import { fillConversation } from '../../e2e/fill-conversation.ts'
import { tasksOf } from './trace.ts'

/** A page's work while a reader scrolls up from the end of a long conversation. */
export interface Scrolling {
  /** Milliseconds of main-thread work a frame. */
  readonly perFrame: number
  /** Part of the frames whose work was more than a frame has room for. */
  readonly dropped: number
}

const frames = 240
/** Pixels a frame: at 60 frames a second some ten screenfuls a second, as a fast hand scrolls. */
const step = 120

/** @param page our app, opened with `?debug` on an empty conversation */
export async function scroll(page: Page, messages: number): Promise<Scrolling> {
  await fillConversation(page, messages)
  await page
    .getByTestId('message')
    .filter({ hasText: `Answer ${messages - 1}` })
    .waitFor()
  // The rows are drawn and the page is at its end.
  await page.waitForTimeout(1_000)
  const browser = page.context().browser()!
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] })
  await page.evaluate(
    async ({ frames, step }) => {
      const view = document.querySelector('.view')!
      for (let frame = 0; frame < frames; frame++) {
        view.scrollTop -= step
        await new Promise(requestAnimationFrame)
      }
    },
    { frames, step },
  )
  const tasks = tasksOf(await browser.stopTracing())
  return {
    perFrame: tasks.reduce((total, task) => total + task, 0) / frames,
    dropped: tasks.filter((task) => task > 1000 / 60).length / frames,
  }
}
