import { randomUUID } from 'node:crypto'
import type { Locator, Page } from '@playwright/test'
import type { ServedPages } from './chat-pages/serve.ts'
import { servePages } from './chat-pages/serve.ts'
import { test as base, expect } from './app.ts'
import { ports } from './environment.ts'

/** The README's example, open on a conversation. */
export interface ChatPage {
  readonly page: Page
  readonly conversation: string
  readonly questions: Locator
  readonly answers: Locator
  send(text: string): Promise<void>
  press(button: 'Stop' | 'Again'): Promise<void>
  until(status: 'ready' | 'submitted' | 'streaming' | 'error'): Promise<void>
  /** Waits until the last answer has grown past a number of letters. @returns it */
  grown(letters: number): Promise<string>
  /** Each part of the last answer: its type, and what is shown of it. */
  parts(): Promise<string[]>
  /** Every list of answers that a frame has shown since the page was loaded. */
  seen(): Promise<string[][]>
}

interface OpenOptions {
  readonly framework?: string
  readonly conversation?: string
  readonly me?: string
}

/** What `useChat` of a framework shows is seen in the project of that name. */
export const test = base.extend<{ chat: (options?: OpenOptions) => Promise<ChatPage> }, { pages: ServedPages }>({
  pages: [
    // The first argument has to be destructured, even of nothing.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const pages = await servePages(ports.AGENT_PORT)
      await use(pages)
      await pages.close()
    },
    { scope: 'worker' },
  ],
  chat: async ({ pages, browser }, use, { project }) => {
    const contexts: Awaited<ReturnType<typeof browser.newContext>>[] = []
    await use(async ({ framework = project.name, conversation = `sdk-${randomUUID().slice(0, 8)}`, me = 'ann' } = {}) => {
      const context = await browser.newContext()
      contexts.push(context)
      const page = await context.newPage()
      await page.addInitScript(watchAnswers)
      await page.goto(`${pages.url}${framework}.html?c=${conversation}&me=${me}&ably=${ports.LOCAL_ABLY_PORT}`)
      return chatPage(page, conversation)
    })
    for (const context of contexts) await context.close()
  },
})

function chatPage(page: Page, conversation: string): ChatPage {
  const answers = page.locator('[data-role=assistant]')
  return {
    page,
    conversation,
    questions: page.locator('[data-role=user]'),
    answers,
    async send(text) {
      await page.getByLabel('Prompt').fill(text)
      await page.getByRole('button', { name: 'Send' }).click()
    },
    press: (button) => page.getByRole('button', { name: button }).click(),
    until: (status) => expect(page.getByRole('status')).toHaveText(status),
    async grown(letters) {
      const length = async () => ((await answers.count()) > 0 ? ((await answers.last().textContent()) ?? '').length : 0)
      await expect.poll(length, { intervals: [50] }).toBeGreaterThan(letters)
      return (await answers.last().textContent()) ?? ''
    },
    parts: () =>
      answers
        .last()
        .locator('[data-part]')
        .evaluateAll((parts) => parts.map((part) => `${part.getAttribute('data-part')} ${part.textContent?.trim()}`.trim())),
    seen: () => page.evaluate(() => (window as unknown as { seen: string[][] }).seen), // Put there by watchAnswers.
  }
}

/** Runs in the page: notes what every frame shows of the answers. */
function watchAnswers(): void {
  const seen: string[][] = []
  Object.assign(window, { seen })
  const look = () => {
    const shown = Array.from(document.querySelectorAll('[data-role=assistant]'), ({ textContent }) => textContent ?? '')
    if (shown.join('\n') !== seen.at(-1)?.join('\n')) seen.push(shown)
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

export { expect }
