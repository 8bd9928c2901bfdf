import type { OpenApp } from './app.ts'
import { expect, test } from './app.ts'

const prompts = ({ page }: OpenApp) => page.locator('[data-testid=message][data-role=user]')
const versions = (app: OpenApp, role: 'user' | 'assistant') =>
  app.page.locator(`[data-testid=message][data-role=${role}]`).getByTestId('versions')

test(
  'a prompt is edited, an answer is asked for again, and each version can be seen, with the keyboard, after a reload and on another device',
  { tag: '@small' },
  async ({ open, otherApp }) => {
    const app = await open()
    await app.send('repeat exactly: one')
    await app.untilAnswerIs('complete')
    await expect(versions(app, 'assistant')).toHaveCount(0)

    await app.answers.first().getByTestId('regenerate').click()
    await expect(versions(app, 'assistant')).toContainText('2/2')
    await app.untilAnswerIs('complete')

    await prompts(app).first().getByTestId('edit').click()
    await app.page.getByTestId('prompt-editor').fill('repeat exactly: two')
    await app.page.getByTestId('prompt-editor').press('Enter')
    await expect(versions(app, 'user')).toContainText('2/2')
    await app.untilAnswerIs('complete')
    await expect(app.answers).toHaveCount(1)
    await expect(app.answers.first()).toContainText('two')

    // A device that has chosen nothing shows the newest.
    const phone = await open({ address: otherApp, conversation: app.conversation, as: app })
    await expect(versions(phone, 'user')).toContainText('2/2')
    await expect(phone.answers.first()).toContainText('two')

    const previous = app.page.getByTestId('branch-previous').first()
    await previous.focus()
    await previous.press('ArrowLeft')
    await expect(versions(app, 'user')).toContainText('1/2')
    await expect(app.page.getByTestId('branch-previous').first()).toBeFocused()
    await expect(versions(app, 'assistant')).toContainText('2/2')
    await versions(app, 'assistant').getByTestId('branch-previous').click()
    await expect(versions(app, 'assistant')).toContainText('1/2')
    await expect(app.answers.first()).toContainText('one')

    // The next prompt follows the branch that is shown.
    await app.send('repeat exactly: three')
    await app.untilAnswerIs('complete', 1)
    await app.page.reload()
    await expect(app.answers).toHaveCount(2)
    await expect(versions(app, 'user')).toContainText('1/2')
    await expect(versions(app, 'assistant')).toContainText('1/2')
    await expect(app.answers.nth(1)).toContainText('three')
    await app.page.getByTestId('branch-next').first().click()
    await expect(app.answers).toHaveCount(1)
    await expect(app.answers.first()).toContainText('two')
  },
)

test('an editor stays in sight, a cancelled one gives the focus back, and a new version is shown from its end', async ({
  open,
}) => {
  const app = await open()
  // Every answer has more than a screenful.
  await app.page.setViewportSize({ width: 1280, height: 420 })
  await app.send('How do I use this with React?')
  await app.untilAnswerIs('complete')
  await app.send('repeat exactly: short')
  await app.untilAnswerIs('complete', 1)
  const edit = prompts(app).nth(1).getByTestId('edit')
  const editor = app.page.getByTestId('prompt-editor')
  for (let time = 0; time < 2; time++) {
    await edit.focus()
    await edit.press('Enter')
    await expect(editor).toBeFocused()
    await expect(editor).toBeInViewport({ ratio: 1 })
    await editor.press('Escape')
    await expect(edit).toBeFocused()
  }
  await prompts(app).first().getByTestId('edit').click()
  await expect(editor).toBeInViewport({ ratio: 1 })
  await editor.fill('How do I use this with Vue?')
  await editor.press('Enter')
  await app.untilAnswerIs('complete')
  await expect(app.page.getByTestId('prompt-box')).toBeFocused()
  await expect(app.page.getByTestId('jump-to-latest')).toHaveCount(0)
  await expect(app.answers.first().getByTestId('regenerate')).toBeInViewport()
})

test('an earlier prompt is edited while an answer streams: both answers end, each on its branch', async ({ open }) => {
  const app = await open()
  await app.send('repeat exactly: first')
  await app.untilAnswerIs('complete')
  await app.send('A long answer, please')
  await app.untilAnswerIs('streaming', 1)
  await prompts(app).first().getByTestId('edit').click()
  await app.page.getByTestId('prompt-editor').fill('repeat exactly: instead')
  await app.page.getByTestId('prompt-editor').press('Enter')
  await expect(prompts(app)).toHaveCount(1)
  await app.untilAnswerIs('complete')
  await expect(app.answers.first()).toContainText('instead')
  // The box says that the other one goes on, and leads there.
  const elsewhere = app.page.getByTestId('elsewhere')
  await expect(elsewhere).toContainText('Another version is being written')
  await expect(app.page.getByTestId('stop')).toHaveCount(0)
  await app.page.getByTestId('go-there').click()
  await expect(app.page.getByTestId('prompt-box')).toBeFocused()
  await expect(elsewhere).toHaveCount(0)
  await expect(app.page.getByTestId('stop')).toBeVisible()
  await app.untilAnswerIs('complete', 1)
  await expect(app.answers).toHaveCount(2)
})

test('a decision that waits in another version is said beside the box, and shown', async ({ open }) => {
  const app = await open()
  await app.send('Invite ada@example.com to lunch')
  await app.untilAnswerIs('waiting')
  await expect(app.page.getByTestId('waiting')).toBeVisible()
  await prompts(app).first().getByTestId('edit').click()
  await app.page.getByTestId('prompt-editor').fill('repeat exactly: instead')
  await app.page.getByTestId('prompt-editor').press('Enter')
  await app.untilAnswerIs('complete')
  await expect(app.page.getByTestId('waiting')).toHaveCount(0)
  await expect(app.page.getByTestId('elsewhere')).toContainText('Another version waits for your decision')
  await app.page.getByTestId('go-there').click()
  await expect(app.page.getByTestId('ask')).toBeFocused()
  await expect(app.page.getByTestId('ask')).toBeInViewport()
  await expect(app.page.getByTestId('waiting')).toBeVisible()
  await expect(app.page.getByTestId('elsewhere')).toHaveCount(0)
})

test('only the author of a prompt can edit it, and ask for another answer to it', async ({ open }) => {
  const app = await open()
  await app.send('repeat exactly: mine')
  await app.untilAnswerIs('complete')
  const other = await open({ conversation: app.conversation })
  await other.untilAnswerIs('complete')
  await expect(other.page.getByTestId('edit')).toHaveCount(0)
  await expect(other.page.getByTestId('regenerate')).toHaveCount(0)
  await expect(app.page.getByTestId('edit')).toHaveCount(1)
})
