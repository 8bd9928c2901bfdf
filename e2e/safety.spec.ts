import { randomUUID } from 'node:crypto'
import { expect, test } from './app.ts'
import { ablyKey } from './environment.ts'
import { history, responses } from './channel.ts'

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
