// node e2e/inspector-picture.ts, beside a running pnpm dev: the pictures of the inspector in the README, light and dark.
import { chromium } from '@playwright/test'
import { Realtime } from 'ably'
import { findChromium } from '../scripts/chromium.ts'
import { services } from '../scripts/dev/services.ts'
import { root } from '../scripts/workspace.ts'
import { ablyKey } from './environment.ts'

const running = services(['react'], process.env)
const port = (name: string) => running.find((service) => service.name === name)!.port
const ably = port('local Ably')
const conversation = `picture-${Date.now()}`
const connect = (clientId: string) => new Realtime({ key: ablyKey, endpoint: 'localhost', port: ably, tls: false, clientId })
const [user, agent] = [connect('user-ann'), connect('agent')]
const [asking, answering] = [user, agent].map((client) => client.channels.get(`ai:${conversation}`)) as [Channel, Channel]
type Channel = ReturnType<Realtime['channels']['get']>

const prompts = [
  'What is Ably AI Transport?',
  'How does message-per-response work?',
  'What happens when I lose my connection?',
  'Can two agents answer one prompt?',
  'How do I use this with Vue?',
]
const words =
  'An answer is one message: it is created once, and every token is appended to it by its serial. A late reader gets the full text at once, and then the rest of it as it arrives. '.split(
    ' ',
  )

const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu'] })
const page = await browser.newPage({ viewport: { width: 1440, height: 1400 } })
await page.goto(`http://localhost:${port('React app')}/?c=${conversation}`)
await page.getByText('Live', { exact: true }).waitFor()
await page.getByTestId('inspect').click()

const answers: { readonly serial: string; readonly headers: Record<string, string>; left: number; at: number }[] = []
await answering.presence.enter()
for (let step = 0; step < 560; step++) {
  if (step % 80 === 0 && answers.length < prompts.length) await ask(prompts[answers.length]!)
  if (step === 250) await cut()
  if (step === 400)
    await fetch(`http://localhost:${ably}/faults`, {
      method: 'DELETE',
      headers: { authorization: `Basic ${btoa('local.dev:streamfold')}` },
    })
  const answer = answers[(step * 7) % answers.length]!
  if (answer.left > 0) await grow(answer)
  await page.waitForTimeout(20)
}
await page.getByTestId('fit').click()
// The newest repair that brought text.
for (let press = 0; press < 8 && (await page.getByTestId('text-diff').locator('ins').count()) === 0; press++)
  await page.getByTestId('timeline').press('PageUp')
for (const colorScheme of ['light', 'dark'] as const) {
  await page.emulateMedia({ colorScheme })
  if (colorScheme === 'dark') await page.getByTestId('tab-machines').click()
  await page.getByTestId('place').click()
  const picture = page.locator('streamfold-inspector')
  await picture.screenshot({ path: `${root}apps/shared/screenshots/inspector-${colorScheme}.png` })
}
await browser.close()
for (const client of [user, agent]) client.close()

async function ask(prompt: string): Promise<void> {
  const { serials: asked } = await asking.publish({ name: 'prompt', data: prompt, extras: { headers: { role: 'user' } } })
  const headers = { role: 'assistant', status: 'streaming', 'reply-to': asked[0] ?? '' }
  const { serials } = await answering.publish({ name: 'response', data: '', extras: { headers } })
  answers.push({ serial: serials[0] ?? '', headers, left: 70 + answers.length * 9, at: 0 })
}

async function grow(answer: (typeof answers)[number]): Promise<void> {
  // A few words at a time, and now and then a burst.
  const count = answer.left % 11 === 0 ? 14 + (answer.left % 17) : 1 + ((answer.at * 7 + answer.left) % 6)
  const data = words.slice(answer.at % 30, (answer.at % 30) + count).join(' ')
  answer.at += count
  answer.left--
  const headers = { ...answer.headers, ...(answer.left === 0 && { status: 'complete' }) }
  await answering.appendMessage({ serial: answer.serial, name: 'response', data: `${data} `, extras: { headers } })
}

/** The page loses its connection, and what it had is not known to the service any more. */
async function cut(): Promise<void> {
  const clientId = await page.evaluate(() => sessionStorage.getItem('streamfold:client-id'))
  // Deliveries are held back, so that the gaps last long enough to be visible.
  for (const body of [
    { type: 'delay', clientId, channel: `ai:${conversation}`, ms: 800 },
    { type: 'expireContinuity', clientId },
    { type: 'cut', clientId, refuseFor: 1_500 },
  ]) {
    await fetch(`http://localhost:${ably}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('local.dev:streamfold')}` },
      body: JSON.stringify(body),
    })
  }
}
