import { randomUUID } from 'node:crypto'
import type { Browser, Locator, Page } from '@playwright/test'
import { chromium, test as base, expect } from '@playwright/test'
import type { Running } from '../scripts/dev/service.ts'
import { runService } from '../scripts/dev/service.ts'
import type { AppName } from '../scripts/dev/services.ts'
import { services } from '../scripts/dev/services.ts'
import { openBinding } from './bindings/open-binding.ts'
import { launchOptions } from './browser.ts'
import { conversationPrefix, environmentOf, worker } from './environment.ts'
import { noteConversation } from './note-conversation.ts'

export interface AppOptions {
  /** The address of the app under test, as built. */
  app: string
  otherApp: string
}

/** Made when a test first asks for them. Playwright shares a worker among tests that have the same of these: so they are all here. */
export interface OfWorker {
  /** The address of the app under test in development, whose server begins when it is first asked for. */
  devApp: () => Promise<string>
  /** The page with the scenarios of the project's binding. Each of them has clients and a channel of its own. */
  binding: Page
  /** A browser that compiles no code: compiled code is memory, too, which comes while anything is done often, and is no leak. */
  jitless: Browser
}

/** An app open on a conversation, as a user sees it. */
export interface OpenApp {
  readonly page: Page
  readonly conversation: string
  readonly answers: Locator
  send(text: string): Promise<void>
  /** The words and numbers of an answer as shown: what remains of its Markdown once it is rendered. */
  answerWords(index?: number): Promise<string>
  /** Notes the words of all answers from now on, each time that one changes; the result gives those so far. */
  watchAnswers(): Promise<() => Promise<readonly string[]>>
  untilAnswerIs(status: string, index?: number): Promise<void>
  untilLive(): Promise<void>
}

export interface OpenOptions {
  readonly address?: string
  readonly conversation?: string
  /** Default: the one that the tests share. */
  readonly browser?: Browser
  /** The same person as in this page, in another browser. Default: a new person. */
  readonly as?: OpenApp
  /** Lets the test see the conversation’s store. */
  readonly debug?: boolean
}

export const test = base.extend<AppOptions & { open: (options?: OpenOptions) => Promise<OpenApp> }, OfWorker>({
  app: ['', { option: true }],
  otherApp: ['', { option: true }],
  devApp: [
    // The first argument has to be destructured, even of nothing.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use, { project }) => {
      let running: Promise<Running> | undefined
      let failed: Error | undefined
      const name = project.name as AppName // A project is an app.
      const env = environmentOf(worker)
      const service = services([name], env).at(-1)! // The app comes last.
      const log = (line: string) => process.env['E2E_LOG'] && console.log(line)
      await use(async () => {
        await (running ??= runService({ ...service, env: { ...env, ...service.env } }, log, (error) => (failed = error)))
        return `http://localhost:${service.port}`
      })
      await (await running)?.stop()
      if (failed) throw failed
    },
    { scope: 'worker' },
  ],
  binding: [
    async ({ browser }, use, { project }) => {
      const page = await openBinding(browser, project.name)
      await use(page)
      await page.close()
    },
    { scope: 'worker' },
  ],
  jitless: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const browser = await chromium.launch(launchOptions('--js-flags=--jitless'))
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  open: async ({ app, browser: shared }, use) => {
    const contexts: Awaited<ReturnType<typeof shared.newContext>>[] = []
    await use(async (options = {}) => {
      const { address = app, as, debug, browser = shared } = options
      const { conversation = `${conversationPrefix}${randomUUID().slice(0, 8)}` } = options
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

const answersSelector = '[data-testid=message][data-role=assistant]'

function openApp(page: Page, conversation: string): OpenApp {
  const answers = page.locator(answersSelector)
  return {
    page,
    conversation,
    answers,
    async send(text) {
      await page.getByTestId('prompt-box').fill(text)
      await page.getByTestId('send').click()
    },
    async answerWords(index = 0) {
      return words(await answers.nth(index).locator('[data-type=text]').evaluateAll(shownText))
    },
    watchAnswers: () => watchAnswers(page),
    async untilAnswerIs(status, index = 0) {
      await expect(answers.nth(index)).toHaveAttribute('data-status', status, { timeout: 90_000 })
    },
    async untilLive() {
      await expect(page.getByTestId('connection')).toHaveText('Live')
    },
  }
}

/** The rendered texts of an answer, which stand in these elements, without their buttons and labels. Runs in the page, so it uses nothing from here. */
function shownText(elements: readonly Element[]): string {
  return elements
    .map((element) => {
      const copy = element.cloneNode(true) as HTMLElement // A clone of an element is one.
      for (const button of copy.querySelectorAll('button, .cite')) button.remove()
      return copy.textContent ?? ''
    })
    .join('\n\n')
}

/** Notes in the page itself: on a busy machine it shows many texts between two questions of a test. */
async function watchAnswers(page: Page): Promise<() => Promise<readonly string[]>> {
  const seen = await page.evaluateHandle<Set<string>>(`(() => {
    const seen = new Set()
    const note = () => seen.add((${shownText})([...document.querySelectorAll('${answersSelector} [data-type=text]')]))
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true })
    return seen
  })()`)
  return async () => [...new Set((await seen.evaluate((texts) => [...texts])).map(words))]
}

/** Letters and digits only: equal for a Markdown source and for what it renders to. */
export function words(text: string): string {
  return text
    .replaceAll(/^ *```\w*$/gm, '')
    .replaceAll(/\]\([^)]*\)/g, ']')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

export { expect }
