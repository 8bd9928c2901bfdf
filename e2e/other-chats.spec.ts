import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, test } from './ai-sdk-pages.ts'
import { endFaults, fault, history, responses } from './channel.ts'
import { ports } from './environment.ts'

// Chats of other libraries on their connections to a channel. They are of React, so only its project runs them.
test.describe.configure({ mode: 'default' })
test.afterEach(endFaults)

const long = 'Please give me a long answer'

for (const chat of ['assistant-ui', 'tanstack-ai']) {
  const open = async (page: Page, url: string, conversation = `${chat}-${randomUUID().slice(0, 8)}`) => {
    await page.goto(`${url}${chat}.html?c=${conversation}&me=ann&ably=${ports.LOCAL_ABLY_PORT}`)
    const answer = page.locator('[data-role=assistant]')
    const text = async () => (await answer.locator('p:not([data-part=reasoning], [data-part=tool])').allTextContents()).join('')
    return {
      conversation,
      answer,
      text,
      stop: page.getByRole('button', { name: 'Stop' }),
      async send(prompt: string) {
        await page.getByLabel('Prompt').fill(prompt)
        await page.getByRole('button', { name: 'Send' }).click()
        // These pages are for an agent that listens to its channels; this one is asked.
        await expect.poll(async () => (await history(conversation)).map(({ name }) => name)).toEqual(['prompt'])
        const [{ serial: promptSerial } = { serial: '' }] = await history(conversation)
        const asked = await page.request.post(`${url}api/responses`, { data: { channel: `ai:${conversation}`, promptSerial } })
        expect(asked.status()).toBe(202)
      },
      grown: (letters: number) => expect.poll(async () => (await text()).length, { intervals: [50] }).toBeGreaterThan(letters),
      /** It shows what the channel holds. */
      isTrue: async () => expect.poll(text).toBe((await responses(conversation)).map(({ text }) => text).join('')),
    }
  }

  test(`${chat}: an answer goes on after a reload and after a drop, in two tabs, and stops in both`, async ({
    pages,
    page,
    context,
  }) => {
    const first = await open(page, pages.url)
    const other = await open(await context.newPage(), pages.url, first.conversation)
    await first.send(long)
    await first.grown(100)
    await other.grown(100)
    await page.reload()
    await first.grown(200)
    await fault({ type: 'cut', clientId: 'ann', refuseFor: 1_000 })
    await first.grown((await first.text()).length + 100)
    await expect(first.answer).toHaveCount(1)
    // By the keyboard: the text above the button grows, so it moves.
    await first.stop.press('Enter')
    await expect.poll(async () => (await responses(first.conversation))[0]?.status).toBe('cancelled')
    for (const each of [first, other]) await each.isTrue()
    expect((await history(first.conversation)).map(({ name }) => name).toSorted()).toEqual(['cancel', 'prompt', 'response'])
  })

  test(`${chat}: a person approves after a reload, and the answer goes on in its message`, async ({ pages, page, context }) => {
    const first = await open(page, pages.url)
    const other = await open(await context.newPage(), pages.url, first.conversation)
    const who = `ann-${first.conversation}@example.com`
    await first.send(`Invite ${who} to lunch`)
    const approve = page.getByRole('button', { name: 'Approve' })
    await expect(approve).toBeVisible()
    await page.reload()
    await approve.click()
    await expect.poll(async () => (await responses(first.conversation))[0]?.status).toBe('complete')
    for (const each of [first, other]) {
      await expect(each.answer).toHaveCount(1)
      await expect(each.answer.locator('p').last()).toContainText(`invitation to **${who}** was sent`)
    }
    expect(await other.text()).toBe(await first.text())
    await expect(approve).toHaveCount(0)
    expect((await history(first.conversation)).map(({ name }) => name).toSorted()).toEqual(['answer', 'prompt', 'response'])
  })
}
