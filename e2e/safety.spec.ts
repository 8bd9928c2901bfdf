import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { ablyKey, real } from './environment.ts'
import { history, responses } from './channel.ts'
import { expect, test } from './production.ts'

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

const code = ['```ts', 'const answer: number = 42', '```', '| a | b |', '|---|---|', '| 1 | 2 |'].join('\n')

for (const built of [false, true]) {
  const where = built ? 'as built' : 'in development'

  test(`${where}, nothing that the app does is against its policy`, async ({ app, browser, production }) => {
    const page = await browser.newPage()
    const violations = await violationsOf(page)
    await page.goto(`${built ? production.address : app}/?c=e2e-${randomUUID().slice(0, 8)}`)
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

  test(`${where}, the policy refuses what an attacker would bring into the page`, async ({ app, browser, production }) => {
    const page = await browser.newPage()
    const violations = await violationsOf(page)
    const response = await page.goto(`${built ? production.address : app}/?c=e2e-${randomUUID().slice(0, 8)}`)
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
  const prose = app.answers.first().locator('.prose')
  await expect(prose).toContainText(`onerror="window.${mark}=1"`)
  for (const link of await prose.locator('a').all()) {
    await link.click({ modifiers: ['Alt'], noWaitAfter: true, trial: true })
    expect(await link.getAttribute('href')).toMatch(/^https?:/)
  }
  await expect(prose.locator('a', { hasText: 'good' })).toHaveAttribute('rel', /noopener/)
  expect(await prose.locator('img, script, iframe, [onerror]').count()).toBe(0)
  expect(await app.page.evaluate((name) => name in window, mark)).toBe(false)
})

test('the key is in nothing that a page is served', async ({ app, browser }) => {
  const page = await browser.newPage()
  const bodies: Promise<string>[] = []
  page.on('response', (response) => bodies.push(response.text().catch(() => '')))
  await page.goto(`${app}/?c=e2e-${randomUUID().slice(0, 8)}`)
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

test('a prompt over the size limit is refused with a clear message, and its text stays in the box', async ({ open }) => {
  const app = await open()
  const huge = 'word '.repeat(14_000)
  await app.send(huge)
  await expect(app.page.getByTestId('form-error')).toContainText('limit is 64')
  await expect(app.page.getByTestId('prompt-box')).toHaveValue(huge)
  expect(await responses(app.conversation)).toEqual([])
})
