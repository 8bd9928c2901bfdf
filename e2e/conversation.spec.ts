import type { Page } from '@playwright/test'
import type { OpenApp } from './app.ts'
import { expect, test, words } from './app.ts'
import { fault, history, responses } from './channel.ts'

const first = 'What is Ably AI Transport?'
const long = 'Please give me a long answer'

/** Waits until an answer has grown past a number of letters: the middle of a stream, without a clock. */
async function grown(app: OpenApp, letters: number): Promise<string> {
  await expect.poll(async () => (await app.answers.count()) > 0 && (await app.answerWords()).length).toBeGreaterThan(letters)
  return app.answerWords()
}

/** The page shows what history holds, message for message. */
async function equalsHistory(app: OpenApp): Promise<void> {
  const held = await responses(app.conversation)
  await expect(app.answers).toHaveCount(held.length)
  for (const [index, { text }] of held.entries()) {
    await expect.poll(() => app.answerWords(index)).toBe(words(text))
  }
}

test(
  'a prompt button streams an answer that grows and completes, one message in history',
  { tag: '@small' },
  async ({ open }) => {
    const app = await open()
    const seen = await app.watchAnswers()
    await app.page.getByTestId('suggestion').first().click()
    await expect(app.answers).toHaveCount(1)
    await app.untilAnswerIs('complete')
    await expect(app.page.locator('[data-role=user]').first()).toContainText(first)
    expect((await history(app.conversation)).map(({ name }) => name)).toEqual(['prompt', 'response'])
    expect((await responses(app.conversation))[0]?.status).toBe('complete')
    // A long one grows often on the slowest machine.
    await app.send(long)
    const { length } = await seen()
    await expect.poll(async () => (await seen()).length).toBeGreaterThanOrEqual(length + 5)
    await app.page.getByTestId('stop').click()
    await app.untilAnswerIs('cancelled', 1)
    const texts = await seen()
    for (const [index, text] of texts.entries()) expect(text.startsWith(texts[index - 1] ?? '')).toBe(true)
    await equalsHistory(app)
  },
)

test('a reload in mid-stream shows everything so far and goes on', { tag: '@small' }, async ({ open }) => {
  const app = await open()
  await app.send(long)
  const before = await grown(app, 200)
  await app.page.reload()
  await expect(app.answers).toHaveCount(1)
  await expect(app.answers.first()).toHaveAttribute('data-status', 'streaming')
  const after = await app.answerWords()
  expect(after.startsWith(before)).toBe(true)
  await app.untilAnswerIs('complete')
  await equalsHistory(app)
})

test('Disconnect during a stream, Connect after more was published: nothing is lost', async ({ open }) => {
  const app = await open()
  await app.send(long)
  await grown(app, 100)
  await app.page.getByTestId('connect-toggle').click()
  await expect(app.page.getByTestId('connection')).toHaveText('Disconnected')
  const away = await app.answerWords()
  await expect
    .poll(async () => words((await responses(app.conversation))[0]?.text ?? '').length)
    .toBeGreaterThan(away.length + 200)
  expect(await app.answerWords()).toBe(away)
  await app.page.getByTestId('connect-toggle').click()
  await app.untilLive()
  await app.untilAnswerIs('complete')
  await equalsHistory(app)
})

test(
  'the socket cut for five seconds in mid-stream: offline is said, then everything is there',
  { tag: '@small' },
  async ({ open }) => {
    const app = await open()
    await app.send(long)
    await grown(app, 100)
    const clientId = await app.page.evaluate(() => sessionStorage.getItem('streamfold:client-id'))
    await fault({ type: 'cut', clientId, refuseFor: 5_000 })
    await expect(app.page.getByTestId('connection')).toContainText('Offline')
    await app.untilLive()
    await app.untilAnswerIs('complete')
    await equalsHistory(app)
  },
)

test('continuity lost in mid-stream: caught up from history', async ({ open }) => {
  const app = await open()
  await app.send(long)
  await grown(app, 100)
  const clientId = await app.page.evaluate(() => sessionStorage.getItem('streamfold:client-id'))
  await fault({ type: 'expireContinuity', clientId })
  await fault({ type: 'cut', clientId, refuseFor: 2_000 })
  await expect(app.page.getByTestId('connection')).toContainText('Offline')
  await app.untilLive()
  await app.untilAnswerIs('complete')
  await equalsHistory(app)
})

test('pages of two apps on one conversation end with the same text', { tag: '@small' }, async ({ open, otherApp }) => {
  const app = await open()
  const other = await open({ address: otherApp, conversation: app.conversation })
  await app.send('How do I use this with React?')
  await Promise.all([app.untilAnswerIs('complete'), other.untilAnswerIs('complete')])
  await other.send('How do I use this with Vue?')
  await Promise.all([app.untilAnswerIs('complete', 1), other.untilAnswerIs('complete', 1)])
  await equalsHistory(app)
  await equalsHistory(other)
  for (const index of [0, 1]) {
    expect(await app.answers.nth(index).locator('[data-type=text]').innerText()).toBe(
      await other.answers.nth(index).locator('[data-type=text]').innerText(),
    )
  }
})

test('Stop on one device of a person stops the answer on the other', { tag: '@small' }, async ({ open, otherApp }) => {
  const app = await open()
  const other = await open({ address: otherApp, conversation: app.conversation, as: app })
  await app.send(long)
  await grown(other, 100)
  await other.page.getByTestId('stop').click()
  await Promise.all([app.untilAnswerIs('cancelled'), other.untilAnswerIs('cancelled')])
  await expect(app.answers.first()).toContainText('Stopped')
  expect((await responses(app.conversation))[0]?.status).toBe('cancelled')
  await equalsHistory(app)
  await equalsHistory(other)
})

test('Stop works after a reload, and Escape is Stop', async ({ open }) => {
  const app = await open()
  await app.send(long)
  await grown(app, 100)
  await app.page.reload()
  await expect(app.answers.first()).toHaveAttribute('data-status', 'streaming')
  await app.page.getByTestId('prompt-box').press('Escape')
  await app.untilAnswerIs('cancelled')
})

test(
  'the other app opens on the same conversation, as the same person, whose secret is in no address that stays',
  { tag: '@small' },
  async ({ open, otherApp }) => {
    const app = await open()
    const link = app.page.getByTestId('other-app')
    const address = `${otherApp}/?c=${app.conversation}`
    const idOf = (page: Page) => page.evaluate(() => sessionStorage.getItem('streamfold:client-id'))
    await expect(link).toHaveAttribute('href', address)
    await expect(link).toHaveAttribute('target', '_blank')
    await expect(link).toHaveAttribute('rel', 'noopener')
    for (const button of ['left', 'middle'] as const) {
      const following = await app.page.evaluateHandle(follow)
      await link.click({ button })
      // Opened by the test: Debian's Chromium 150, without windows, at times crashes or hangs a page that a link opens without an opener.
      const other = await app.page.context().newPage()
      await other.goto(await following.evaluate(({ address }) => address))
      await expect(other.getByTestId('connection')).toHaveText('Live')
      expect(other.url()).toBe(address)
      expect(await idOf(other)).toBe(await idOf(app.page))
      await other.close()
    }
    await expect(link).toHaveAttribute('href', address)
    const stranger = await open({ address: otherApp, conversation: app.conversation })
    expect(await idOf(stranger.page)).not.toBe(await idOf(app.page))
  },
)

/** Instead of the browser: takes the address of the next link that is clicked, when all handlers are done, and opens nothing. */
function follow(): { readonly address: Promise<string> } {
  const address = new Promise<string>((resolve) => {
    const take = (event: Event) => {
      event.preventDefault()
      resolve((event.target as Element).closest('a')!.href)
    }
    for (const type of ['click', 'auxclick']) addEventListener(type, take, { once: true })
  })
  return { address }
}
