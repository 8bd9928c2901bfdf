import type { Store } from '@streamfold/core'
import { expect, test } from './app.ts'

/** What the apps expose in development. */
interface Exposed {
  readonly __streamfold: { readonly store: Store }
}

const LAST_WORDS = 'the stream and the text were the same again.'

/** The page of a recorded log must ask nothing of an agent, of Ably, or of any other server. */
test('?log= of a recorded outage shows the gap and the repair, without a server', async ({ app, page }) => {
  const sockets: string[] = []
  page.on('websocket', (socket) => {
    // Vite's own, in development.
    if (!socket.url().includes('token=')) sockets.push(socket.url())
  })
  const asked: string[] = []
  page.on('request', (request) => {
    if (/\/api\/|\/healthz|\/channels\//.test(request.url())) asked.push(request.url())
  })
  await page.goto(`${app}/?log=outage&debug`)
  const answer = page.locator('[data-testid=message][data-role=assistant]')
  await expect(answer).toContainText('A connection was lost')
  // Offline as it was recorded: the text that there was stays.
  await expect(page.getByTestId('connection')).toHaveAttribute('data-tone', /bad|quiet|busy/)
  await expect(page.getByTestId('connection')).toContainText(/Offline|Connecting|Catching up/, { timeout: 20_000 })
  await expect(answer).toContainText('A connection was lost')
  // The gap: what the service held is shown, and the stream has not reached it.
  await expect(async () => {
    const records = await page.evaluate(() => (window as unknown as Exposed).__streamfold.store.getSnapshot().records)
    const all = [...records.base, ...records.recent]
    expect(all.some(({ role, continuity }) => role === 'assistant' && continuity === 'gapped')).toBe(true)
  }).toPass({ timeout: 20_000, intervals: [20] })
  // The repair, and the rest of the stream.
  await expect(answer).toContainText(LAST_WORDS, { timeout: 40_000 })
  await expect(answer).toHaveAttribute('data-status', 'complete')
  expect([sockets, asked]).toEqual([[], []])
})

test('?log= at once shows the end of the recording, pauses and refuses prompts of nobody', async ({ app, page }) => {
  await page.goto(`${app}/?log=outage&speed=at-once`)
  await expect(page.locator('[data-testid=message][data-role=assistant]')).toContainText(LAST_WORDS)
  await expect(page.getByTestId('prompt-box')).toHaveCount(0)
  await page.getByTestId('connect-toggle').click()
  await expect(page.getByTestId('connect-toggle')).toHaveText('Play')
  await page.getByTestId('inspect').click()
  await expect(page.locator('streamfold-inspector')).toBeVisible()
})

test('?log= that cannot be shown says why', async ({ app, page }) => {
  await page.goto(`${app}/?log=/nothing-here.txt`)
  await expect(page.getByTestId('log-problem')).toContainText('unable to')
  await page.goto(`${app}/?log=https://elsewhere.test/x.log`)
  await expect(page.getByTestId('log-problem')).toContainText('it is on another server')
})
