import { randomUUID } from 'node:crypto'
import type { Locator, Page } from '@playwright/test'
import { Realtime } from 'ably'
import type { TheirAgent } from '@streamfold/test-support/their-agent'
import { theirAgent } from '@streamfold/test-support/their-agent'
import type { ServedPages } from './ai-transport/serve.ts'
import { servePages } from './ai-transport/serve.ts'
import { test as base, expect } from './app.ts'
import { endFaults, fault } from './channel.ts'
import { ablyOptions, ports } from './environment.ts'

interface Followed {
  readonly page: Page
  readonly answers: Locator
  readonly parts: Locator
  send(text: string): Promise<void>
  stop(): Promise<void>
  until(status: string): Promise<void>
}

interface Harness {
  readonly agent: TheirAgent
  readonly moderator: ReturnType<Realtime['channels']['get']>
  /** The page of this project's framework, and that of the other one. */
  readonly pages: readonly [Followed, Followed]
}

const test = base.extend<{ harness: Harness }, { served: ServedPages }>({
  served: [
    // The first argument has to be destructured, even of nothing.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const served = await servePages(ports.AGENT_PORT)
      await use(served)
      await served.close()
    },
    { scope: 'worker' },
  ],
  harness: async ({ served, browser }, use, { project }) => {
    const channelName = `ai:theirs-${randomUUID().slice(0, 8)}`
    const bot = new Realtime({ ...ablyOptions, clientId: 'bot' })
    // A server with a key and no client id may change any message (P116).
    const moderator = new Realtime(ablyOptions)
    const agent = await theirAgent(bot, channelName)
    const context = await browser.newContext()
    // A product's endpoint for an agent of AI Transport.
    await context.route('**/chat', async (route) => {
      await agent.wake(route.request().postDataJSON())
      await route.fulfill({ status: 202 })
    })
    const open = async (framework: string): Promise<Followed> => {
      const page = await context.newPage()
      const at = new URLSearchParams({ c: channelName, me: framework, ably: String(ports.LOCAL_ABLY_PORT) })
      await page.goto(`${served.url}${framework}.html?${at}`)
      await expect(page.getByRole('status')).toHaveText('live, ready')
      return followed(page)
    }
    const frameworks = project.name === 'react' ? (['react', 'vue'] as const) : (['vue', 'react'] as const)
    const pages = [await open(frameworks[0]), await open(frameworks[1])] as const
    await use({ agent, moderator: moderator.channels.get(channelName), pages })
    await context.close()
    for (const client of [bot, moderator]) client.close()
  },
})

function followed(page: Page): Followed {
  return {
    page,
    answers: page.locator('[data-role=assistant]'),
    parts: page.getByRole('list', { name: 'Parts' }).getByRole('listitem'),
    async send(text) {
      await page.getByLabel('Prompt').fill(text)
      await page.getByRole('button', { name: 'Send' }).click()
    },
    stop: () => page.getByRole('button', { name: 'Stop' }).click(),
    until: (status) => expect(page.getByRole('status')).toHaveText(status),
  }
}

// One worker builds and serves the pages.
test.describe.configure({ mode: 'default' })
test.afterEach(endFaults)

test('an agent of AI Transport streams; a page of React and one of Vue follow, reload and end with its exact text', async ({
  harness,
}) => {
  const { agent, pages } = harness
  await pages[0].send('What is Ably AI Transport?')
  const answering = await agent.next()
  const words = Array.from({ length: 60 }, (_, index) => `word-${index} `)
  const first = words.slice(0, 20)
  await answering.say(...first)
  for (const { answers } of pages) await expect(answers).toHaveText([first.join('').trimEnd()])
  for (const { page, answers, until } of pages) {
    await page.reload()
    await until('live, streaming')
    await expect(answers).toHaveText([first.join('').trimEnd()])
  }
  await answering.say(...words.slice(20, 40))
  await fault({ type: 'expireContinuity', clientId: 'react' })
  await fault({ type: 'cut', clientId: 'react' })
  await fault({ type: 'cut', clientId: 'vue' })
  await answering.say(...words.slice(40))
  await answering.complete()
  for (const { answers, until } of pages) {
    await until('live, ready')
    await expect(answers).toHaveAttribute('data-status', 'complete')
    expect(await answers.allTextContents()).toEqual([words.join('')])
  }
  // Once more, from history alone.
  for (const { page, answers, until } of pages) {
    await page.reload()
    await until('live, ready')
    expect(await answers.allTextContents()).toEqual([words.join('')])
  }
})

test('a run that reasons, calls a tool and names its sources is shown with its parts, live, reloaded in the middle and after', async ({
  harness,
}) => {
  const { agent, pages } = harness
  await pages[0].send('How warm is Oslo?')
  const answering = await agent.next()
  await answering.say(
    { type: 'start-step' },
    { type: 'reasoning-start', id: '0' },
    { type: 'reasoning-delta', id: '0', delta: 'Ask the service' },
    { type: 'reasoning-end', id: '0' },
    { type: 'tool-input-start', toolCallId: 'call', toolName: 'weather' },
    { type: 'tool-input-delta', toolCallId: 'call', inputTextDelta: '{"city":"Os' },
  )
  const before = ['text done How warm is Oslo?', 'step-start', 'reasoning Ask the service']
  for (const { page, parts, until } of pages) {
    await expect(parts).toHaveText([...before, 'tool-weather input-streaming {"city":"Os"}'])
    await page.reload()
    await until('live, streaming')
    await expect(parts).toHaveText([...before, 'tool-weather input-streaming {"city":"Os"}'])
  }
  await answering.say(
    { type: 'tool-input-delta', toolCallId: 'call', inputTextDelta: 'lo"}' },
    { type: 'tool-input-available', toolCallId: 'call', toolName: 'weather', input: { city: 'Oslo' } },
    { type: 'tool-output-available', toolCallId: 'call', output: { celsius: 3 } },
    { type: 'source-url', sourceId: 's', url: 'https://example.com/oslo', title: 'Oslo' },
    'It is 3 degrees.',
  )
  await answering.complete()
  const after = [
    ...before,
    'tool-weather output-available {"city":"Oslo"} {"celsius":3}',
    'source-url https://example.com/oslo Oslo',
    'text done It is 3 degrees.',
  ]
  for (const { page, answers, parts, until } of pages) {
    await until('live, ready')
    await expect(parts).toHaveText(after)
    await page.reload()
    await until('live, ready')
    await expect(parts).toHaveText(after)
    await expect(answers).toHaveText(['It is 3 degrees.'])
  }
})

test('redaction by update is honoured, while it streams and after, and on every page', async ({ harness }) => {
  const { agent, moderator, pages } = harness
  await pages[0].send('Tell me a secret')
  const answering = await agent.next()
  await answering.say('The password is hunter2')
  for (const { answers } of pages) await expect(answers).toHaveText(['The password is hunter2'])
  const { items } = await moderator.history({ limit: 100 })
  const serial = items.find(({ data }) => data === 'The password is hunter2')?.serial ?? ''
  await moderator.updateMessage({ serial, data: 'The password is ****' })
  for (const { answers } of pages) await expect(answers).toHaveText(['The password is ****'])
  await answering.say(', they say')
  for (const { answers } of pages) await expect(answers).toHaveText(['The password is ****, they say'])
  await answering.complete()
  for (const { until } of pages) await until('live, ready')
  await moderator.updateMessage({ serial, data: '[redacted]' })
  for (const { page, answers, until } of pages) {
    await expect(answers).toHaveText(['[redacted]'])
    await page.reload()
    await until('live, ready')
    await expect(answers).toHaveText(['[redacted]'])
    expect(await page.content()).not.toContain('hunter2')
  }
})

test('Stop on the other page aborts their agent; a failure is said on both', async ({ harness }) => {
  const { agent, pages } = harness
  await pages[0].send('A long story')
  const answering = await agent.next()
  await answering.say('Once upon a time ')
  await pages[1].until('live, streaming')
  await pages[1].stop()
  expect(await answering.piped).toBe('cancelled')
  for (const { answers, until } of pages) {
    await until('live, ready')
    await expect(answers).toHaveAttribute('data-status', 'cancelled')
    await expect(answers).toHaveText(['Once upon a time'])
  }
  await pages[1].send('Another one')
  const failing = await agent.next()
  await failing.say('Twice upon ')
  failing.fail(new Error('the model is overloaded'))
  for (const { answers, until } of pages) {
    await until('live, error')
    await expect(answers.last()).toHaveAttribute('data-status', 'failed')
    await expect(answers.last()).toHaveText('Twice upon')
  }
})
