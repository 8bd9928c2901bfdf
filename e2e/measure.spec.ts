import type { Page } from '@playwright/test'
import { gzipSync } from 'node:zlib'
import { createActor } from './actor.ts'
import { real } from './environment.ts'
import { describeShift, observeShifts } from './layout-shifts.ts'
import { expect, test } from './app.ts'
import { frozen, measures, tasksOf } from './tasks.ts'

// No measurement beside another.
test.describe.configure({ mode: 'default' })
test.skip(real, 'what the page does is measured, not how the service delivers')

const kib = 1024
const streams = 10
const tokensPerSecond = 50
const seconds = 5

// The goal is 170. React alone is 57 of them, and Ably's client 50, which has no more than a conversation needs. It must not grow further.
const most: Readonly<Record<string, number>> = { react: 183, vue: 145 }

test('what is fetched at first is little JavaScript', async ({ app }, { project }) => {
  const html = await (await fetch(app)).text()
  const paths = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path)
  expect(paths.length).toBeGreaterThan(0)
  const first = await Promise.all(paths.map(async (path) => Buffer.from(await (await fetch(`${app}${path}`)).arrayBuffer())))
  const size = first.reduce((sum, file) => sum + gzipSync(file).length, 0) / kib
  console.log(`${project.name}: ${size.toFixed(1)} KiB of JavaScript at first`)
  expect(size).toBeLessThanOrEqual(most[project.name]!)
})

/** What the answers hold when the streams begin: each a screen of its own, or all of them on one. */
const beginnings = {
  'one above the other': 'A paragraph that was there before.\n\n'.repeat(24),
  'on one screen': '',
}

for (const [where, beginning] of Object.entries(beginnings))
  test(`${streams} answers at once, ${where}: nothing freezes, nothing jumps`, async ({ open }, { project }) => {
    const { page, conversation } = await open()
    const actor = await createActor(conversation)
    await actor.enter()
    const serials: string[] = []
    for (let index = 0; index < streams; index++) serials.push(await actor.respond(beginning, { status: 'streaming' }))
    await expect(page.getByTestId('message')).toHaveCount(streams)
    // Rendered: until the page has fetched what renders Markdown, it shows plain text, and then all answers change at once.
    await expect(page.locator('.prose p')).toHaveCount(streams * (beginning.split('\n\n').length - 1))
    const { blocked, longest, shifted, shifts } = await measured(page, async () => {
      for (let token = 0; token < tokensPerSecond * seconds; token++) {
        const due = Date.now() + 1_000 / tokensPerSecond
        for (const serial of serials) actor.append(serial, textOf(token)).catch(() => {})
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())))
      }
      await expect(page.getByTestId('message').last()).toContainText('word248')
      // Answers out of sight end, each at its own time, while the last one gets one more line.
      const last = serials.pop()!
      for (const serial of serials) await Promise.all([actor.append(serial, '', 'complete'), actor.append(last, '.\n\nA line')])
      await actor.append(last, '', 'complete')
      await expect(page.getByTestId('message').last()).toHaveAttribute('data-status', 'complete')
    })
    actor.close()
    console.log(
      `${project.name}, ${streams} answers ${where}: blocked ${blocked.toFixed(0)} ms (longest task ${longest.toFixed(0)} ms), shifted ${shifted.toFixed(4)}`,
    )
    expect(shifted, shifts.map(describeShift).join('\n')).toBeLessThan(0.02)
    expect(longest).toBeLessThan(frozen)
    if (measures) expect(blocked).toBeLessThan(100)
  })

function textOf(token: number): string {
  if (token % 40 === 39) return '.\n\n'
  return token % 12 === 0 ? ' **bold** ' : ` word${token}`
}

/** The work of the page's main thread meanwhile, and its layout shifts. */
async function measured(page: Page, run: () => Promise<void>) {
  const shiftsSince = await observeShifts(page)
  const tasks = await tasksOf(page, run)
  const shifts = await shiftsSince()
  return {
    // Total blocking time: what tasks take beyond 50 ms.
    blocked: tasks.reduce((sum, task) => sum + Math.max(0, task - 50), 0),
    longest: Math.max(...tasks),
    /** Cumulative layout shift. */
    shifted: shifts.reduce((sum, { value }) => sum + value, 0),
    shifts,
  }
}
