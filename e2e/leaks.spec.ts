import type { Page } from '@playwright/test'
import { openBinding } from './bindings/open-binding.ts'
import { createActor } from './actor.ts'
import { ablyKey, ports, real } from './environment.ts'
import { expect, test } from './app.ts'
import type { Weight } from './weigh.ts'
import { weigh } from './weigh.ts'

test.skip(real, 'what a page holds does not depend on the service')

const times = 50
const limit = 1.02

/** What is done often leaves heap, listeners and nodes where they were. */
async function leavesNothing(what: string, page: Page, repeat: (times: number) => Promise<void>): Promise<void> {
  // Caches fill at first, and then no more.
  await repeat(times / 2)
  let before = await weigh(page)
  let grown = Infinity
  // A leak grows with every round; a few percent of the heap come and go.
  for (let round = 0; round < 3 && grown >= limit; round++) {
    await repeat(times)
    const after = await weigh(page)
    const percent = (key: keyof Weight) => `${((after[key] / before[key]) * 100).toFixed(1)} %`
    console.log(`${what}: heap ${percent('heap')} of before, listeners ${percent('listeners')}, nodes ${percent('nodes')}`)
    expect(after.listeners / before.listeners).toBeLessThan(limit)
    expect(after.nodes / before.nodes).toBeLessThan(limit)
    grown = after.heap / before.heap
    before = after
  }
  expect(grown).toBeLessThan(limit)
}

test(`${times} switches of conversation leave nothing behind`, { tag: '@small' }, async ({ open, jitless }, { project }) => {
  const { page, conversation } = await open({ browser: jitless })
  const actor = await createActor(conversation)
  for (let index = 0; index < 10; index++) {
    const replyTo = await actor.prompt(`Prompt ${index}`)
    await actor.respond(`Answer **${index}**. ${'Some words of it. '.repeat(20)}`, { status: 'complete', 'reply-to': replyTo })
  }
  actor.close()
  const last = page.getByTestId('messages').getByText('Answer 9')
  await expect(last).toBeVisible()
  await page.getByTestId('new-conversation').click()
  let here = false
  await leavesNothing(`${project.name}, after ${times} switches`, page, async (times) => {
    for (let time = 0; time < times; time++, here = !here) {
      await page.evaluate((back) => (back ? history.back() : history.forward()), !here)
      await expect(here ? page.getByTestId('suggestion').first() : last).toBeVisible()
      await expect(page.getByTestId('connection')).toHaveText('Live')
    }
  })
})

test(`${times} mounts of the binding leave nothing behind`, { tag: '@small' }, async ({ jitless }, { project }) => {
  const page = await openBinding(jitless, project.name)
  await leavesNothing(`${project.name}, after ${times} mounts`, page, (times) =>
    page.evaluate(([times, port, key]) => window.binding.mount(times, port, key), [
      times,
      ports.LOCAL_ABLY_PORT,
      ablyKey,
    ] as const),
  )
  await page.close()
})
