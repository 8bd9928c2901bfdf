import { randomUUID } from 'node:crypto'
import type { Locator, Page } from '@playwright/test'
import { test as base, expect } from '@playwright/test'
import { conversationPrefix } from './environment.ts'
import { noteConversation } from './note-conversation.ts'

export interface AppOptions {
  /** The address of the app under test, as built. */
  app: string
  /** The same app in development. */
  devApp: string
  otherApp: string
}

/** An app open on a conversation, as a user sees it. */
export interface OpenApp {
  readonly page: Page
  readonly conversation: string
  readonly answers: Locator
  send(text: string): Promise<void>
  /** The words and numbers of an answer as shown: what remains of its Markdown once it is rendered. */
  answerWords(index?: number): Promise<string>
  untilAnswerIs(status: string, index?: number): Promise<void>
  untilLive(): Promise<void>
}

export interface OpenOptions {
  readonly address?: string
  readonly conversation?: string
  /** The same person as in this page, in another browser. Default: a new person. */
  readonly as?: OpenApp
  /** Lets the test see the conversation’s store. */
  readonly debug?: boolean
}

export const test = base.extend<AppOptions & { open: (options?: OpenOptions) => Promise<OpenApp> }>({
  app: ['', { option: true }],
  devApp: ['', { option: true }],
  otherApp: ['', { option: true }],
  open: async ({ app, browser }, use) => {
    const contexts: Awaited<ReturnType<typeof browser.newContext>>[] = []
    await use(async ({ address = app, conversation = `${conversationPrefix}${randomUUID().slice(0, 8)}`, as, debug } = {}) => {
      const context = await browser.newContext()
      contexts.push(context)
      noteConversation(conversation)
      const page = await context.newPage()
      const secret = await as?.page.evaluate(() => localStorage.getItem('streamfold:person'))
      await page.goto(`${address}/?c=${conversation}${debug ? '&debug' : ''}${secret ? `#me=${secret}` : ''}`)
      const opened = openApp(page, conversation)
      await opened.untilLive()
      return opened
    })
    for (const context of contexts) await context.close()
  },
})

function openApp(page: Page, conversation: string): OpenApp {
  const answers = page.locator('[data-testid=message][data-role=assistant]')
  return {
    page,
    conversation,
    answers,
    async send(text) {
      await page.getByTestId('prompt-box').fill(text)
      await page.getByTestId('send').click()
    },
    async answerWords(index = 0) {
      return words(await shownText(answers.nth(index)))
    },
    async untilAnswerIs(status, index = 0) {
      await expect(answers.nth(index)).toHaveAttribute('data-status', status, { timeout: 90_000 })
    },
    async untilLive() {
      await expect(page.getByTestId('connection')).toHaveText('Live')
    },
  }
}

/** The rendered texts of an answer without their buttons and labels, and without its reasoning and tools. */
async function shownText(answer: Locator): Promise<string> {
  return answer.locator('[data-type=text]').evaluateAll((elements) =>
    elements
      .map((element) => {
        const copy = element.cloneNode(true) as HTMLElement // A clone of an element is one.
        for (const button of copy.querySelectorAll('button, .cite')) button.remove()
        return copy.textContent ?? ''
      })
      .join('\n\n'),
  )
}

/** Letters and digits only: equal for a Markdown source and for what it renders to. */
export function words(text: string): string {
  return text
    .replaceAll(/^ *```\w*$/gm, '')
    .replaceAll(/\]\([^)]*\)/g, ']')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

export { expect }
