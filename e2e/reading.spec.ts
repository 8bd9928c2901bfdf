import { createActor } from './actor.ts'
import { expect, test } from './app.ts'
import { fillConversation } from './fill-conversation.ts'

test('the list: a title and a time, rename, another tab follows, delete from this device', async ({ open }) => {
  const app = await open()
  await app.send('hello there')
  await app.untilAnswerIs('complete')
  const second = await app.page.context().newPage()
  await second.goto(`${new URL(app.page.url()).origin}/?c=${app.conversation}-2`)
  const row = second.getByTestId('conversation')
  await expect(row).toContainText('hello there')
  await expect(row.locator('time')).toHaveText(/\d\d/)

  await app.page.getByRole('button', { name: 'Rename hello there' }).click()
  // Escape ends the renaming, not the list.
  const title = app.page.getByRole('textbox', { name: 'New title' })
  await title.fill('never mind')
  await title.press('Escape')
  await expect(title).toHaveCount(0)
  await app.page.getByRole('button', { name: 'Rename hello there' }).click()
  await title.fill('A better name')
  await title.press('Enter')
  await expect(row).toContainText('A better name')

  await row.getByRole('link').click()
  await expect(second).toHaveURL(new RegExp(`c=${app.conversation}$`))
  await expect(second.locator('[data-testid=message][data-role=user]')).toContainText('hello there')

  await app.page.getByRole('button', { name: 'Delete A better name' }).click()
  await expect(app.page.getByTestId('conversation')).toContainText('Delete from this device?')
  await app.page.getByTestId('conversation').getByRole('button', { name: 'Delete' }).click()
  await expect(app.page.getByTestId('suggestion').first()).toBeVisible()
  expect(new URL(app.page.url()).searchParams.get('c')).not.toBe(app.conversation)
})

test('a draft survives a reload, each conversation has its own', async ({ open }) => {
  const app = await open()
  await app.page.getByTestId('prompt-box').fill('half a thought')
  await app.page.reload()
  await expect(app.page.getByTestId('prompt-box')).toHaveValue('half a thought')
  await app.page.getByTestId('new-conversation').click()
  await expect(app.page.getByTestId('prompt-box')).toHaveValue('')
  await app.page.goBack()
  await expect(app.page.getByTestId('prompt-box')).toHaveValue('half a thought')
  await app.page.getByTestId('send').click()
  await expect(app.page.getByTestId('prompt-box')).toHaveValue('')
  await app.page.reload()
  await expect(app.page.getByTestId('prompt-box')).toHaveValue('')
})

test('Regenerate asks again, and the focus goes back to the box after it and after Stop', async ({ open }) => {
  const app = await open()
  await app.send('hello')
  await app.untilAnswerIs('complete')
  const answer = app.page.locator('[data-testid=message][data-role=assistant]')
  const before = await answer.getAttribute('data-serial')
  await app.page.getByTestId('regenerate').click()
  await expect(app.page.getByTestId('prompt-box')).toBeFocused()
  // Another answer to the same prompt is shown in its place.
  await expect(answer).not.toHaveAttribute('data-serial', before!) // It had one.
  await app.untilAnswerIs('complete')
  await expect(answer).toHaveCount(1)
  await expect(app.page.locator('[data-testid=message][data-role=user]')).toHaveText([/hello/])

  await app.send('Please give me a long answer')
  await app.page.getByTestId('stop').click()
  await expect(app.page.getByTestId('prompt-box')).toBeFocused()
  await expect(app.page.getByTestId('stop')).toHaveCount(0)
})

test('a reader above the end keeps the place, and sees how many messages are new', async ({ open }) => {
  const app = await open()
  const actor = await createActor(app.conversation)
  for (let index = 0; index < 12; index++) await actor.prompt(`prompt ${index}\n\nof\n\nsome\n\nheight`)
  await expect(app.page.getByTestId('messages').getByText('prompt 11')).toBeInViewport()
  await app.page.mouse.move(300, 300)
  await app.page.mouse.wheel(0, -600)
  const jump = app.page.getByTestId('jump-to-latest')
  await expect(jump).toHaveText('Jump to latest')
  const top = () => app.page.locator('.view').evaluate(({ scrollTop }) => scrollTop)
  const before = await top()
  await actor.prompt('one more')
  await actor.prompt('and another')
  await expect(jump).toHaveText('Jump to latest · 2 new')
  expect(await top()).toBe(before)
  await jump.click()
  await expect(app.page.getByTestId('messages').getByText('and another')).toBeInViewport()
  await expect(jump).toHaveCount(0)
  actor.close()
})

test('other readers are shown by their initials, and disappear when they leave', async ({ open, otherApp }) => {
  const app = await open()
  const other = await open({ address: otherApp, conversation: app.conversation })
  const id = await other.page.evaluate(() => sessionStorage.getItem('streamfold:client-id') ?? '')
  await expect(app.page.getByTestId('viewers')).toContainText(id)
  await other.page.getByTestId('new-conversation').click()
  await expect(app.page.getByTestId('viewers')).toHaveCount(0)
})

test('a stored conversation is on the page before the channel is attached', async ({ open }) => {
  const app = await open()
  await app.send('hello')
  await app.untilAnswerIs('complete')
  // Nothing answers on the network any more, but the page itself.
  await app.page.route('**/api/ably-token', () => {})
  await app.page.reload()
  await expect(app.answers.first()).toContainText('Complete')
  await expect(app.page.getByTestId('connection')).not.toHaveText('Live')
})

test('ten thousand messages: a few screenfuls on the page, and every one can be reached', async ({ open }) => {
  const app = await open({ debug: true })
  await fillConversation(app.page, 10_000)
  const rows = app.page.getByTestId('message')
  await expect(rows.last()).toContainText('9999')
  expect(await rows.count()).toBeLessThanOrEqual(90)

  // Frames are judged in `pnpm bench ui`: on a busy machine every page drops some.
  const counts = await app.page.evaluate(async () => {
    const view = document.querySelector('.view')!
    const counts: number[] = []
    for (let frame = 0; frame < 240; frame++) {
      view.scrollTop -= 120
      await new Promise(requestAnimationFrame)
      if (frame % 40 === 0) counts.push(view.querySelectorAll('[data-serial]').length)
    }
    return counts
  })
  expect(Math.max(...counts)).toBeLessThanOrEqual(90)

  // Held at the top, rows come as long as there are any.
  const reached = await app.page.evaluate(async () => {
    const view = document.querySelector('.view')!
    const first = () => Number(view.querySelector<HTMLElement>('[data-serial]')?.dataset['serial'])
    for (let frame = 0; frame < 600 && first() >= 9_000; frame++) {
      view.scrollTop = 0
      await new Promise(requestAnimationFrame)
    }
    return first()
  })
  expect(reached).toBeLessThan(9_000)
  await app.page.getByTestId('jump-to-latest').click()
  await expect(app.page.getByTestId('messages').getByText('Answer 9999')).toBeInViewport()
})
