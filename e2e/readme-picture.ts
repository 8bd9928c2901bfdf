// node e2e/readme-picture.ts, beside a running pnpm dev: the pictures of the README. Both apps on one conversation, and a telephone
// in the dark that is offline in the middle of an answer.
import { mkdirSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { chromium } from '@playwright/test'
import { findChromium } from '../scripts/chromium.ts'
import { services } from '../scripts/dev/services.ts'
import { root } from '../scripts/workspace.ts'

const folder = `${root}apps/shared/screenshots/`
const conversation = `picture-${Date.now()}`
const running = services(['react', 'vue'], process.env)
const addresses = running
  .filter(({ name }) => name.endsWith('app'))
  .map(({ port }) => `http://localhost:${port}/?c=${conversation}`)
const ably = running.find(({ name }) => name === 'local Ably')
if (!ably) throw new Error('unable to take the pictures; they need the local Ably: start pnpm dev without a key')

mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu'] })
const [react, vue] = await Promise.all(addresses.map((address) => open(address)))
if (!react || !vue) throw new Error('unable to take the pictures; there are not two apps')
await react.getByTestId('suggestion').first().click()
await vue.locator('[data-role=assistant][data-status=complete]').waitFor({ timeout: 60_000 })
const phone = await open(addresses[0]!, { viewport: { width: 360, height: 640 }, deviceScaleFactor: 1.5, colorScheme: 'dark' })
await vue.getByTestId('prompt-box').fill('How does message-per-response work?')
await vue.getByTestId('send').click()

// In the middle of the second answer, which is what the pattern is about.
await react.locator('[data-role=assistant] [data-type=text] >> nth=1').getByText('append').first().waitFor({ timeout: 60_000 })
const shots = await Promise.all([react, vue].map((page) => page.screenshot()))
await cut(phone)
await phone.screenshot({ path: `${folder}phone-offline.png` })

const both = await browser.newPage({ viewport: { width: 1452, height: 860 } })
const images = shots.map((shot) => `<img src="data:image/png;base64,${shot.toString('base64')}">`)
await both.setContent(`<style>body{margin:0;display:flex;gap:12px;background:#d5dbd9}</style>${images.join('')}`)
await both.screenshot({ path: `${folder}side-by-side.png` })
await browser.close()
console.log('wrote side-by-side.png and phone-offline.png')

async function open(address: string, options: Parameters<typeof browser.newPage>[0] = { viewport: { width: 720, height: 860 } }) {
  const page = await browser.newPage(options)
  await page.goto(address)
  await page.getByText('Live', { exact: true }).waitFor()
  return page
}

async function cut(page: Page): Promise<void> {
  const clientId = await page.evaluate(() => sessionStorage.getItem('streamfold:client-id'))
  await fetch(`http://localhost:${ably!.port}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('local.dev:streamfold')}` },
    body: JSON.stringify({ type: 'cut', clientId, refuseFor: 20_000 }),
  })
  await page.getByText('Goes on when you are back').waitFor()
}
