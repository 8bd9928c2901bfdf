import { randomUUID } from 'node:crypto'
import type { Locator, Page } from '@playwright/test'
import { history, onlyLocal, responses } from './channel.ts'
import { ablyKey, otherHost, real } from './environment.ts'
import { expect, test } from './app.ts'

// One worker starts the dev server.
test.describe.configure({ mode: 'default' })

interface Violation {
  readonly directive: string
  readonly blocked: string
}

/** What the page's policy has refused so far, in every page that is opened in it from now on. */
async function violationsOf(page: Page): Promise<() => Promise<readonly Violation[]>> {
  await page.addInitScript(() => {
    const seen: { directive: string; blocked: string }[] = []
    Object.assign(globalThis, { violations: seen })
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, sample }) => {
      seen.push({ directive: effectiveDirective, blocked: `${blockedURI} ${sample} ${sourceFile}` })
    })
  })
  return () => page.evaluate(() => (globalThis as unknown as { violations: Violation[] }).violations) // Set above.
}

const code = ['```ts', 'const answer: number = 42', '```', '| a | b |', '|:-:|--:|', '| 1 | 2 |'].join('\n')

test('by another name of the machine, a page reaches what it needs through the dev server, and its policy allows it', async ({
  devApp,
  browser,
}) => {
  onlyLocal()
  const page = await browser.newPage()
  const violations = await violationsOf(page)
  await page.goto(`http://${otherHost}:${new URL(await devApp()).port}/?c=e2e-${randomUUID().slice(0, 8)}`)
  await expect(page.getByTestId('connection')).toHaveText('Live')
  expect(await violations()).toEqual([])
  await page.close()
})

test('a page that is not on localhost reaches agent and local Ably through the dev server alone', async ({ devApp, open }) => {
  onlyLocal()
  const address = `http://${otherHost}:${new URL(await devApp()).port}`
  const page = await open({ address })
  const asked = new Set<string>()
  const note = (url: string) => asked.add(new URL(url).host)
  page.page.on('request', (request) => note(request.url()))
  page.page.on('websocket', (socket) => note(socket.url()))
  await page.page.reload()
  await page.untilLive()
  await page.send('hello')
  await page.untilAnswerIs('complete')
  await page.page.getByTestId('trouble').click()
  await page.page.getByTestId('trouble-cut').click()
  await expect(page.page.getByTestId('trouble-log')).toContainText('it is refused for 5 s')
  await page.untilLive()
  expect([...asked]).toEqual([new URL(address).host])
})

for (const built of [false, true]) {
  const where = built ? 'as built' : 'in development'

  test(`${where}, nothing that the app does is against its policy`, async ({ app, devApp, browser }) => {
    const page = await browser.newPage()
    const violations = await violationsOf(page)
    await page.goto(`${built ? app : await devApp()}/?c=e2e-${randomUUID().slice(0, 8)}`)
    await expect(page.getByTestId('connection')).toHaveText('Live')
    await page.getByTestId('prompt-box').fill(`repeat exactly:\n${code}`)
    await page.getByTestId('send').click()
    const answer = page.locator('[data-testid=message][data-role=assistant]')
    await expect(answer).toHaveAttribute('data-status', 'complete')
    // The highlighter is fetched when the first block closes, the inspector when it is opened.
    await expect(answer.locator('.hl-keyword').first()).toBeVisible()
    await page.getByTestId('inspect').click()
    await page.getByTestId('events').locator('.row').first().click()
    await expect(page.getByTestId('timeline')).toBeVisible()
    if (!real) {
      await page.getByTestId('trouble').click()
      await page.getByTestId('trouble-cut').click()
      await expect(page.getByTestId('connection')).toContainText('Offline')
      await expect(page.getByTestId('connection')).toHaveText('Live', { timeout: 30_000 })
    }
    expect(await violations()).toEqual([])
    await page.close()
  })

  test(`${where}, the policy refuses what an attacker would bring into the page`, async ({ app, devApp, browser }) => {
    const page = await browser.newPage()
    const violations = await violationsOf(page)
    const response = await page.goto(`${built ? app : await devApp()}/?c=e2e-${randomUUID().slice(0, 8)}`)
    const sent = response?.headers()['content-security-policy'] ?? ''
    const written = await page.evaluate(
      () => document.querySelector<HTMLMetaElement>('meta[http-equiv=Content-Security-Policy]')?.content,
    )
    // A build says it in the page, for servers that send no such header.
    expect(written).toBe(built ? sent : undefined)
    expect(sent).not.toMatch(/unsafe-|\*[ ;]/)
    for (const directive of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
    ])
      expect(sent).toContain(directive)
    const ran = await page.evaluate(async () => {
      const marks = globalThis as { pwned?: boolean }
      const inline = document.createElement('script')
      inline.textContent = 'globalThis.pwned = true'
      const foreign = document.createElement('script')
      foreign.src = 'http://127.0.0.1:9/evil.js'
      const style = document.createElement('style')
      style.textContent = 'body { display: none }'
      const handler = document.createElement('div')
      handler.innerHTML = '<img src="data:," onerror="globalThis.pwned = true"><img src="http://127.0.0.1:9/leak.png">'
      document.body.append(inline, foreign, style, handler)
      const reached = await fetch('http://127.0.0.1:9/').catch((error: unknown) => error)
      let evaluated = false
      // Playwright's own evaluation may evaluate; what the page runs later may not.
      await new Promise((resolve) => setTimeout(resolve))
      try {
        // oxlint-disable-next-line no-eval -- whether the page's policy refuses it is what the test asks
        evaluated = Boolean(globalThis.eval('true'))
      } catch {
        // As it should be.
      }
      return {
        inline: marks.pwned ?? false,
        shown: getComputedStyle(document.body).display !== 'none',
        reached: !(reached instanceof Error),
        evaluated,
      }
    })
    expect(ran).toEqual({ inline: false, shown: true, reached: false, evaluated: false })
    await expect
      .poll(async () => [...new Set((await violations()).map(({ directive }) => directive))].toSorted())
      .toEqual(['connect-src', 'img-src', 'script-src', 'script-src-attr', 'script-src-elem', 'style-src-elem'])
    await page.close()
  })
}

test('hostile Markdown runs nothing', async ({ open }) => {
  const app = await open()
  const mark = `pwned${randomUUID().slice(0, 8)}`
  const hostile = [
    `<img src=x onerror="window.${mark}=1">`,
    `[a link](javascript:window.${mark}=1)`,
    `[another](JaVaScRiPt:window.${mark}=1)`,
    `![picture](javascript:window.${mark}=1)`,
    `<a href="javascript:window.${mark}=1">raw</a>`,
    `[good](https://example.com/)`,
  ].join('\n\n')
  await app.send(`repeat exactly:\n${hostile}`)
  await app.untilAnswerIs('complete')
  const prose = app.answers.first().locator('[data-type=text]')
  await expect(prose).toContainText(`onerror="window.${mark}=1"`)
  for (const link of await prose.locator('a').all()) {
    await link.click({ modifiers: ['Alt'], noWaitAfter: true, trial: true })
    expect(await link.getAttribute('href')).toMatch(/^https?:/)
  }
  await expect(prose.locator('a', { hasText: 'good' })).toHaveAttribute('rel', /noopener/)
  expect(await prose.locator('img, script, iframe, [onerror]').count()).toBe(0)
  expect(await app.page.evaluate((name) => name in window, mark)).toBe(false)
})

test('the key is in nothing that a page is served', async ({ devApp, browser }) => {
  const page = await browser.newPage()
  const bodies: Promise<string>[] = []
  page.on('response', (response) => bodies.push(response.text().catch(() => '')))
  await page.goto(`${await devApp()}/?c=e2e-${randomUUID().slice(0, 8)}`)
  await expect(page.getByTestId('connection')).toHaveText('Live')
  await page.getByTestId('suggestion').first().click()
  await expect(page.locator('[data-testid=message][data-role=assistant]')).toHaveCount(1)
  const served = await Promise.all(bodies)
  expect(served.length).toBeGreaterThan(10)
  const secret = ablyKey.split(':')[1]!
  for (const body of served) {
    expect(body).not.toContain(ablyKey)
    expect(body).not.toMatch(new RegExp(`["':=]${secret}["'&]`))
  }
  await page.close()
})

test('an empty prompt cannot be sent', async ({ open }) => {
  const app = await open()
  await expect(app.page.getByTestId('send')).toBeDisabled()
  await app.page.getByTestId('prompt-box').fill('   ')
  await expect(app.page.getByTestId('send')).toBeDisabled()
  await app.page.getByTestId('prompt-box').press('Enter')
  expect(await history(app.conversation)).toEqual([])
})

test('a key that an input method has taken sends, stops, saves and closes nothing', async ({ open }) => {
  const app = await open()
  const { page } = app
  const box = page.getByTestId('prompt-box')
  // As Safari has it: after `compositionend`, by the key code alone.
  const taken = (field: Locator, key: string) =>
    field.evaluate(
      (element, init) => element.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true })),
      { key, keyCode: 229, isComposing: false },
    )
  await box.fill('にほん')
  await taken(box, 'Enter')
  await expect(box).toHaveValue('にほん')
  await box.fill('Please give me a long answer')
  await box.press('Enter')
  await expect.poll(async () => (await app.answers.count()) > 0 && (await app.answerWords()).length).toBeGreaterThan(50)
  await taken(box, 'Escape')
  const { length } = await app.answerWords()
  await expect.poll(async () => (await app.answerWords()).length).toBeGreaterThan(length)
  await expect(app.answers.first()).toHaveAttribute('data-status', 'streaming')
  await page.keyboard.press('Escape')
  await app.untilAnswerIs('cancelled')

  const row = page.getByTestId('conversation').first()
  await row.getByRole('button', { name: 'Rename' }).click()
  const name = row.getByRole('textbox')
  await name.fill('日本')
  for (const key of ['Enter', 'Escape']) await taken(name, key)
  await expect(name).toHaveValue('日本')
  await name.press('Enter')
  await expect(row).toContainText('日本')
  expect((await history(app.conversation)).filter(({ name }) => name === 'prompt')).toHaveLength(1)
})

test('a prompt keeps the indentation of its first line', async ({ open }) => {
  const app = await open()
  await app.send('\n    if (ready)\n      go()\n\n')
  const prompt = app.page.locator('[data-testid=message][data-role=user]').first()
  await expect(prompt).toContainText('if (ready)')
  await expect.poll(async () => (await history(app.conversation)).map(({ text }) => text)).toContain('    if (ready)\n      go()')
  expect(await prompt.evaluate((element) => (element as HTMLElement).innerText)).toContain('    if (ready)\n      go()')
})

test('a prompt over the size limit is refused with a clear message, and its text stays in the box', async ({ open }) => {
  const app = await open()
  const huge = 'word '.repeat(14_000)
  await app.send(huge)
  await expect(app.page.getByTestId('form-error')).toContainText('limit is 64')
  await expect(app.page.getByTestId('prompt-box')).toHaveValue(huge)
  expect(await responses(app.conversation)).toEqual([])
})
