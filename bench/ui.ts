// pnpm bench ui: a page's work per token, in Chromium: our apps, Ably's example and AI SDK's useChat.
import type { Browser, Page } from '@playwright/test'
import { chromium } from '@playwright/test'
import { createLocalAbly } from '@streamfold/local-ably'
import { Realtime } from 'ably'
import { findChromium } from '../scripts/chromium.ts'
import { report } from './core/row.ts'
import type { Measurement } from './ui/measure.ts'
import { follow } from './ui/measure.ts'
import { pace, rate } from './ui/pace.ts'
import type { Competitor, Pages } from './ui/pages.ts'
import { openPages } from './ui/pages.ts'
import type { Scrolling } from './ui/scroll.ts'
import { scroll } from './ui/scroll.ts'
import type { Token } from './ui/script.ts'
import { lastWords, runScript, textScript } from './ui/script.ts'
import { pairs, settledText } from './ui/text.ts'

const text = textScript(30 * 1024)
const run = runScript()
/** Messages of the conversations to scroll through. The short one has more than the way of the scrolling, too. */
const [short, long] = [500, 10_000]

// As Ably does by default, appends within 40 ms reach a page as one; AI SDK's protocol has no such thing, nor does its hook.
const ably = await createLocalAbly()
const agent = new Realtime(ably.clientOptions({ clientId: 'agent' }))
// A message of an agent is an answer, whatever its name is.
const person = new Realtime(ably.clientOptions({ clientId: 'person' }))
const pages = await openPages(ably)
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu'] })

const results = {} as Record<Competitor, Measurement>
for (const competitor of ['react', 'vue', 'ably example', 'useChat'] as const) {
  console.log(`streaming ${text.length} tokens to ${competitor} at ${rate} a second …`)
  results[competitor] = await measure(competitor, text, browser, pages)
}
const runs = {} as Record<'react' | 'vue' | 'useChat', Measurement>
for (const competitor of ['react', 'vue', 'useChat'] as const) {
  console.log(`streaming a run of ${run.length} tokens with reasoning and tools to ${competitor} …`)
  runs[competitor] = await measure(competitor, run, browser, pages)
}
const scrolled = {} as Record<'react' | 'vue', { readonly long: Scrolling; readonly short: Scrolling }>
for (const competitor of ['react', 'vue'] as const) {
  console.log(`scrolling through a conversation in ${competitor} …`)
  scrolled[competitor] = { short: await scrollThrough(competitor, short), long: await scrollThrough(competitor, long) }
}
await browser.close()
agent.close()
person.close()
pages.close()
await ably.close()

const { useChat } = results
const example = results['ably example']
const of = (key: keyof Measurement) => ({ 'ably example': example[key], useChat: useChat[key] })
const held = report(
  'ui',
  (['react', 'vue'] as const).flatMap((name) => {
    const ours = results[name]
    return [
      {
        id: `${name}-script`,
        unit: 'µs script/token',
        ours: ours.perToken,
        peers: of('perToken'),
        ratio: useChat.perToken / ours.perToken,
        goal: { atLeast: 3 },
      },
      {
        id: `${name}-growth`,
        unit: '30 KB ÷ 1 KB',
        ours: ours.late / ours.early,
        peers: { 'ably example': example.late / example.early, useChat: useChat.late / useChat.early },
        ratio: ours.late / ours.early,
        goal: { atMost: 1.5 },
      },
      {
        id: `${name}-long-tasks`,
        unit: 'tasks > 50 ms',
        ours: ours.longTasks,
        peers: of('longTasks'),
        ratio: ours.longTasks,
        goal: { atMost: 0 },
      },
      {
        id: `${name}-dropped`,
        unit: '% of frames',
        ours: ours.dropped * 100,
        peers: { 'ably example': example.dropped * 100, useChat: useChat.dropped * 100 },
        ratio: ours.dropped * 100,
        goal: { atMost: 1 },
      },
      { id: `${name}-work`, unit: 'µs work/token', ours: ours.work, peers: of('work'), ratio: useChat.work / ours.work },
      {
        id: `${name}-run-script`,
        unit: 'µs script/token',
        ours: runs[name].perToken,
        peers: { useChat: runs.useChat.perToken },
        ratio: runs.useChat.perToken / runs[name].perToken,
        goal: { atLeast: 3 },
      },
      {
        id: `${name}-scroll`,
        unit: `ms work/frame, ${long} ÷ ${short} messages`,
        ours: scrolled[name].long.perFrame,
        peers: { [`${short} messages`]: scrolled[name].short.perFrame },
        ratio: scrolled[name].long.perFrame / scrolled[name].short.perFrame,
        goal: { atMost: 1.5 },
      },
      {
        id: `${name}-scroll-dropped`,
        unit: '% of frames',
        ours: scrolled[name].long.dropped * 100,
        peers: { [`${short} messages`]: scrolled[name].short.dropped * 100 },
        ratio: scrolled[name].long.dropped * 100,
        goal: { atMost: 5 },
      },
    ]
  }),
)
console.log(
  `\nScript is all of the page's JavaScript, reactions of promises and garbage collection included, by processor time. Ours render Markdown and keep the place of what is read; the peers show plain text, which is less work. One response of ${text.length} tokens each, ${pairs * 2} messages before it. The run has 2,000 tokens of reasoning, three tools and an answer of 4 KB; its reasoning is closed on all pages.`,
)
if (!held) process.exitCode = 1

async function measure(competitor: Competitor, tokens: readonly Token[], browser: Browser, pages: Pages): Promise<Measurement> {
  const format: Record<string, string> = tokens === run ? { format: 'parts/1' } : {}
  const conversation = `bench-${competitor.replace(' ', '-')}-${tokens.length}`
  const channel = agent.channels.get(`ai:${conversation}`)
  if (competitor === 'react' || competitor === 'vue') await fill(channel.name)
  const page = await browser.newPage({ viewport: { width: 1100, height: 760 } })
  await page.goto(pages.address[competitor](conversation))
  await settledShown(page, competitor)
  const measuring = await follow(page, tokens.length)
  if (competitor === 'useChat') {
    const streamed = pages.streamNext(
      tokens.map(({ chunks }) => chunks),
      measuring.at,
    )
    await page.evaluate(() => (window as unknown as { ask(): void }).ask())
    await streamed
  } else {
    const headers = { role: 'assistant', status: 'streaming', ...format }
    const { serials } = await channel.publish({ name: 'response', data: '', extras: { headers } })
    const serial = serials[0] ?? ''
    const sending: Promise<unknown>[] = []
    await pace(
      tokens,
      ({ data }) => void sending.push(channel.appendMessage({ serial, name: 'response', data, extras: { headers } })),
      measuring.at,
    )
    await Promise.all(sending)
  }
  await page.waitForFunction((text) => document.body.textContent.includes(text), lastWords, { polling: 250 })
  const measured = await measuring.end()
  await page.close()
  return measured
}

async function scrollThrough(competitor: 'react' | 'vue', messages: number): Promise<Scrolling> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 760 } })
  await page.goto(pages.address[competitor](`bench-scroll-${competitor}-${messages}`))
  await page.getByTestId('connection').getByText('Live').waitFor()
  const scrolled = await scroll(page, messages)
  await page.close()
  return scrolled
}

async function fill(name: string): Promise<void> {
  for (let index = 0; index < pairs; index++) {
    const asked = await person.channels
      .get(name)
      .publish({ name: 'prompt', data: `Prompt ${index}`, extras: { headers: { role: 'user' } } })
    const headers = { role: 'assistant', status: 'complete', 'reply-to': asked.serials[0] ?? '' }
    await agent.channels.get(name).publish({ name: 'response', data: settledText(index), extras: { headers } })
  }
}

/** All 200 messages are in the page's state, and it has come to rest. */
async function settledShown(page: Page, competitor: Competitor): Promise<void> {
  // The list of conversations has the last words too, before the messages.
  await page
    .getByText(`Answer ${pairs - 1}.`)
    .last()
    .waitFor()
  if (competitor === 'react' || competitor === 'vue') {
    await page.getByTestId('connection').getByText('Live').waitFor()
    await page.evaluate(async () => {
      const press = (selector: string) => document.querySelector<HTMLElement>(selector)?.click()
      for (let frame = 0; frame < 300 && document.querySelector('.older button'); frame++) {
        press('.older button:enabled')
        await new Promise(requestAnimationFrame)
      }
      press('[data-testid=jump-to-latest]')
    })
  }
  await page.waitForTimeout(1_000)
}
