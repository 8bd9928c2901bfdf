// node e2e/readme-picture.ts, beside a running pnpm dev: the picture of the README, both apps on one conversation.
import { mkdirSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { findChromium } from '../scripts/chromium.ts'
import { services } from '../scripts/dev/services.ts'
import { root } from '../scripts/workspace.ts'

const file = `${root}apps/shared/screenshots/side-by-side.png`
const conversation = `picture-${Date.now()}`
const addresses = services(['react', 'vue'], process.env)
  .filter(({ name }) => name.endsWith('app'))
  .map(({ port }) => `http://localhost:${port}/?c=${conversation}`)

const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu'] })
const [react, vue] = await Promise.all(addresses.map((address) => open(address)))
if (!react || !vue) throw new Error('unable to take the picture; there are not two apps')
await react.getByTestId('suggestion').first().click()
await vue.locator('[data-role=assistant][data-status=complete]').waitFor({ timeout: 60_000 })
await vue.getByTestId('prompt-box').fill('How does message-per-response work?')
await vue.getByTestId('send').click()
// In the middle of the second answer, which is what the pattern is about.
await react.locator('[data-role=assistant] .prose >> nth=1').getByText('append').first().waitFor({ timeout: 60_000 })
const shots = await Promise.all([react, vue].map((page) => page.screenshot()))

const both = await browser.newPage({ viewport: { width: 1452, height: 860 } })
const images = shots.map((shot) => `<img src="data:image/png;base64,${shot.toString('base64')}">`)
await both.setContent(`<style>body{margin:0;display:flex;gap:12px;background:#d5dbd9}</style>${images.join('')}`)
mkdirSync(`${root}apps/shared/screenshots`, { recursive: true })
await both.screenshot({ path: file })
await browser.close()
console.log(`wrote ${file.slice(root.length)}`)

async function open(address: string) {
  const page = await browser.newPage({ viewport: { width: 720, height: 860 } })
  await page.goto(address)
  await page.getByText('Live', { exact: true }).waitFor()
  return page
}
