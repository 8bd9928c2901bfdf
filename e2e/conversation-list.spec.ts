import type { Locator, Page } from '@playwright/test'
import { createActor } from './actor.ts'
import type { OpenApp } from './app.ts'
import { expect, test } from './app.ts'
import { describeShift, observeShifts } from './layout-shifts.ts'

const wide = { width: 1280, height: 720 }
const narrow = { width: 1000, height: 720 }

const list = (page: Page) => page.getByTestId('conversation-list')
const row = (page: Page, title: string) => page.getByTestId('conversation').filter({ hasText: title })
const last = (row: Locator) => row.getByTestId('conversation-last')

/** Another conversation, from the list. */
async function begin({ page }: OpenApp): Promise<void> {
  const before = page.url()
  await page.getByTestId('drawer-new').click()
  await expect(page).not.toHaveURL(before)
  await expect(page.getByTestId('connection')).toHaveText('Live')
}

test('a wide window shows the list beside the page, a narrow one in the drawer', async ({ open }) => {
  const app = await open()
  const { page } = app
  await app.send('hello there')
  await app.untilAnswerIs('complete')
  await page.setViewportSize(wide)
  await expect(list(page)).toBeVisible()
  await expect(page.getByTestId('conversations')).toHaveCount(0)
  await expect(row(page, 'hello there').getByRole('link')).toHaveAttribute('aria-current', 'page')
  await page.setViewportSize(narrow)
  await expect(list(page)).toHaveCount(0)
  await expect(row(page, 'hello there')).toBeHidden()
  await page.getByTestId('conversations').click()
  await expect(row(page, 'hello there')).toBeVisible()
  // The drawer goes with the window that needed it.
  await page.setViewportSize(wide)
  await expect(list(page)).toBeVisible()
  await expect(page.getByTestId('conversation')).toHaveCount(1)
  await expect(page.locator('dialog')).toHaveCount(0)
})

test('the list beside the page can be hidden, also with the keyboard, and stays so', async ({ open }) => {
  const { page } = await open()
  await page.setViewportSize(wide)
  const toggle = page.getByRole('button', { name: 'Conversations' })
  await expect(toggle).toHaveAttribute('aria-expanded', 'true')
  await toggle.focus()
  await page.keyboard.press('Enter')
  await expect(list(page)).toHaveCount(0)
  await expect(toggle).toHaveAttribute('aria-expanded', 'false')
  await expect(toggle).toBeFocused()
  await page.reload()
  await expect(page.getByTestId('connection')).toHaveText('Live')
  await expect(list(page)).toHaveCount(0)
  // A narrow page has its drawer nevertheless.
  await page.setViewportSize(narrow)
  await page.getByTestId('conversations').click()
  await expect(page.getByTestId('drawer-new')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.setViewportSize(wide)
  await toggle.click()
  await expect(list(page)).toBeVisible()
  await page.reload()
  await expect(list(page)).toBeVisible()
})

test('the list has the last words, what waits and what is unread, of conversations that the page has left too', async ({
  open,
}) => {
  const app = await open()
  const { page } = app
  await page.setViewportSize(wide)
  await app.send('Invite ada@example.com to lunch')
  await app.untilAnswerIs('waiting')
  const invitation = row(page, 'Invite ada')
  await expect(invitation.getByTestId('conversation-waits')).toBeVisible()
  await expect(invitation.getByTestId('conversation-unread')).toHaveCount(0)

  await begin(app)
  await app.send('Please give me a long answer')
  const long = row(page, 'Please give me a long answer')
  await expect(long.getByRole('link')).toHaveAttribute('aria-current', 'page')
  await expect(last(long)).toHaveText('Answering …')
  // The page leaves it in the middle of the answer, and follows it to its end.
  await begin(app)
  await expect(long.getByRole('link')).not.toHaveAttribute('aria-current')
  await expect(long.getByTestId('conversation-unread')).toBeVisible({ timeout: 90_000 })
  await expect(last(long)).toHaveText(/This is a long answer\. /)
  await expect(invitation.getByTestId('conversation-waits')).toBeVisible()

  await long.getByRole('link').click()
  await app.untilAnswerIs('complete')
  await expect(long.getByTestId('conversation-unread')).toHaveCount(0)
  // After a reload as well: that it was shown is stored.
  await page.reload()
  await expect(long).toBeVisible()
  await expect(page.getByTestId('conversation-unread')).toHaveCount(0)
})

test('the list has what another device of the person has said, in conversations that this one does not follow', async ({
  open,
}) => {
  const phone = await open()
  await phone.send('hello there')
  await phone.untilAnswerIs('complete')
  const app = await open({ as: phone })
  const { page } = app
  await page.setViewportSize(wide)
  const come = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  const there = row(page, 'hello there')
  // The archive has it a moment after the page.
  await expect(async () => {
    await come()
    await expect(there).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(there.getByTestId('conversation-unread')).toHaveCount(0)
  await phone.send('Invite ada@example.com to lunch')
  await phone.untilAnswerIs('waiting', 1)
  await expect(async () => {
    await come()
    await expect(there.getByTestId('conversation-waits')).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(there.getByTestId('conversation-unread')).toBeVisible()
  await there.getByRole('link').click()
  await app.untilAnswerIs('waiting', 1)
  await expect(there.getByTestId('conversation-unread')).toHaveCount(0)
  await begin(app)
  await come()
  await expect(there.getByTestId('conversation-waits')).toBeVisible()
  await expect(there.getByTestId('conversation-unread')).toHaveCount(0)
  // The phone has seen all of it, and is told nothing.
  await begin(phone)
  await phone.page.setViewportSize(wide)
  await phone.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect(row(phone.page, 'hello there').getByTestId('conversation-waits')).toBeVisible()
  await expect(row(phone.page, 'hello there').getByTestId('conversation-unread')).toHaveCount(0)
})

test('what is said while the tab is in the background is unread in the list of another tab', async ({ open }) => {
  const app = await open()
  const { page } = app
  await app.send('hello there')
  await app.untilAnswerIs('complete')
  const second = await page.context().newPage()
  await second.setViewportSize(wide)
  await second.goto(`${new URL(page.url()).origin}/?c=${app.conversation}-2`)
  await expect(row(second, 'hello there')).toBeVisible()
  await expect(second.getByTestId('conversation-unread')).toHaveCount(0)
  // Headless browsers show every tab.
  const hide = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await hide(true)
  const actor = await createActor(app.conversation)
  await actor.respond('Somebody *else* here', { status: 'complete' })
  actor.close()
  await expect(last(row(second, 'hello there'))).toHaveText('Somebody else here')
  await expect(second.getByTestId('conversation-unread')).toBeVisible()
  await hide(false)
  await expect(second.getByTestId('conversation-unread')).toHaveCount(0)
})

test('with the keyboard: to a row, to its actions, and on to the conversation, where the box has the focus', async ({ open }) => {
  const app = await open()
  const { page } = app
  await page.setViewportSize(wide)
  await app.send('hello there')
  await app.untilAnswerIs('complete')
  await begin(app)
  await page.getByTestId('drawer-new').focus()
  await page.keyboard.press('Tab')
  const link = row(page, 'hello there').getByRole('link')
  await expect(link).toBeFocused()
  await page.keyboard.press('Tab')
  const rename = row(page, 'hello there').getByRole('button', { name: 'Rename' })
  await expect(rename).toBeFocused()
  // Shown to the eye as well.
  await expect(page.locator('.conversation-foot')).toHaveCSS('opacity', '1')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`c=${app.conversation}$`))
  await expect(page.getByTestId('prompt-box')).toBeFocused()
  await expect(link).toHaveAttribute('aria-current', 'page')
})

test('nothing moves while an answer comes, in this conversation or in another one of the list', async ({ open }) => {
  const app = await open()
  const { page } = app
  await page.setViewportSize(wide)
  await app.send('hello there')
  await app.untilAnswerIs('complete')
  await begin(app)
  await app.send('What is Ably AI Transport?')
  await expect(app.answers).toHaveCount(1)
  const shifts = await observeShifts(page)
  await app.untilAnswerIs('complete')
  await expect(last(row(page, 'What is Ably'))).not.toHaveText('Answering …')
  const found = await shifts()
  // The line at the end of a list that grows counts, with next to nothing; a row of the list that moves has 0.002 and more.
  expect(found.filter(({ value }) => value > 0.001).map(describeShift)).toEqual([])
})
