import type { Page } from '@playwright/test'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { AxeResults } from 'axe-core'
import axe from 'axe-core'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'
import { expect } from './app.ts'

/** The page of React and that of another app on one conversation. */
export interface Twins {
  readonly react: Page
  readonly other: Page
  /** Which app the other one is. */
  readonly beside: 'vue' | 'svelte'
}

const themes = ['light', 'dark'] as const
const narrow = { narrow: { width: 320, height: 640 } }
const usual = { wide: { width: 1100, height: 760 }, ...narrow }
/** 4K, at one pixel a pixel, besides the usual widths. */
export const huge = { huge: { width: 3840, height: 2160 }, ...usual }
/** Widths with the list of conversations in a drawer, which goes when a window becomes wide. */
export const drawers = { middle: { width: 720, height: 760 }, ...narrow }
/** The small app has no list of conversations, which a wide page shows. One look in each theme: its markup is the same in both. */
const small = { light: { middle: drawers.middle }, dark: narrow }
const folder = new URL('./screenshots/', import.meta.url)
mkdirSync(folder, { recursive: true })

/** What names the app, or the page's own reader, is given one width and hidden: all else must be the same. */
const masked = {
  vue: '',
  // What the small app does not have.
  svelte: '.menu, .viewers, [data-testid=inspect], [data-testid=trouble] { display: none !important; }',
}
const own = `
  .brand { width: 11rem !important; visibility: hidden !important; }
  [data-testid=other-app] { width: 6.5rem !important; visibility: hidden !important; overflow: hidden; white-space: nowrap; }
  .viewers { visibility: hidden !important; }`

/** Looks at both pages in each theme and width: accessible, alike, and kept as pictures. */
export async function inspect(
  twins: Twins,
  state: string,
  asked: Readonly<Record<string, { readonly width: number; readonly height: number }>> = usual,
): Promise<void> {
  for (const colorScheme of themes) {
    const sizes = twins.beside === 'svelte' ? small[colorScheme] : asked
    for (const [size, viewport] of Object.entries(sizes)) {
      const shoot = async (page: Page) => {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize(viewport)
        // The list of conversations comes and goes a frame after the width.
        await page.waitForFunction(() => {
          const list = document.querySelector('.side') !== null
          return document.querySelector('.frame') === null || list === innerWidth >= 1_024
        })
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect.soft(sideways, `${state}, ${size}: scrolls sideways`).toBeLessThanOrEqual(0)
        return pictureOf(page, own + masked[twins.beside])
      }
      const [react, other] = await Promise.all([shoot(twins.react), shoot(twins.other)])
      const what = `${state}, ${size}, ${colorScheme}: React against ${twins.beside}`
      expect.soft(difference(react, other), what).toBeLessThanOrEqual(0.005)
      if (twins.beside === 'vue') writeFileSync(new URL(`${state}-${size}-${colorScheme}.png`, folder), react)
    }
    // All widths have the same contents; the narrow one is on the page now.
    await Promise.all([
      accessible(twins.react, `${state}, ${colorScheme}, React`),
      accessible(twins.other, `${state}, ${colorScheme}, ${twins.beside}`),
    ])
  }
}

/** A picture without what may differ. Not by the option `style`, which writes an element: the pages allow no inline styles. */
async function pictureOf(page: Page, hidden: string): Promise<Buffer> {
  await page.evaluate((style) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(style)
    document.adoptedStyleSheets.push(sheet)
  }, hidden)
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  await page.evaluate(() => void document.adoptedStyleSheets.pop())
  return picture
}

/** No rule of axe is violated, of whatever severity. The pages have no frames. */
export async function accessible(page: Page, what: string): Promise<void> {
  // Once in a page: to load it takes as long as to look.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const { run } = (window as unknown as { readonly axe: typeof axe }).axe
    const { violations }: AxeResults = await run(document, { resultTypes: ['violations'] })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
  expect.soft(violations, `${what}: axe`).toEqual([])
}

/** The part of the pixels that differ visibly. */
function difference(one: Buffer, other: Buffer): number {
  // Chromium writes equal pixels as equal bytes; to look at each of them takes half a second.
  if (one.equals(other)) return 0
  const a = PNG.sync.read(one)
  const b = PNG.sync.read(other)
  expect([a.width, a.height]).toEqual([b.width, b.height])
  return pixelmatch(a.data, b.data, undefined, a.width, a.height, { threshold: 0.1 }) / (a.width * a.height)
}
