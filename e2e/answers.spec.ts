import { DatabaseSync } from 'node:sqlite'
import { frameHead } from '@streamfold/core/codec'
import { createActor } from './actor.ts'
import type { OpenApp } from './app.ts'
import { expect, test } from './app.ts'
import { fault, history, onlyLocal } from './channel.ts'
import { dataFile } from './environment.ts'

/** How often the agent has sent an invitation. */
function sent(recipient: string): number {
  const database = new DatabaseSync(dataFile('agent'), { readOnly: true })
  try {
    return Number(database.prepare('SELECT count(*) AS n FROM invitation WHERE recipient = ?').get(recipient)?.['n'])
  } finally {
    database.close()
  }
}

const asks = ({ page }: OpenApp) => page.getByTestId('ask')
const decision = (app: OpenApp, index: number) => asks(app).nth(index).getByTestId('decision')

test('one app asks, the other one decides: who and why is seen everywhere, each call runs once, and history has one message', async ({
  open,
  otherApp,
}) => {
  const app = await open()
  const [ann, bob, cy] = ['ann', 'bob', 'cy'].map((name) => `${name}-${app.conversation}@example.com`) as [string, string, string]
  await app.send(`Invite ${ann}, ${bob} and ${cy} to lunch`)
  await app.untilAnswerIs('waiting')
  await expect(asks(app)).toHaveCount(3)
  await expect(asks(app).first()).toContainText(ann)
  await expect(app.page).toHaveTitle(/^\(3\) Waits for you/)
  await expect(app.page.getByTestId('waiting')).toContainText('3 decisions wait for you')
  await expect(app.page.getByTestId('conversation-waits')).toHaveText('Waits for you')

  // The conversation's link alone: another person, who may read and ask.
  const stranger = await open({ address: otherApp, conversation: app.conversation })
  await expect(decision(stranger, 0)).toHaveText('This can only be decided by the person who asked.')
  await expect(stranger.page.getByTestId('approve')).toHaveCount(0)
  await expect(stranger.page).not.toHaveTitle(/Waits for you/)

  const phone = await open({ address: otherApp, conversation: app.conversation, as: app })
  await asks(phone).first().getByTestId('deny').press('Enter')
  await phone.page.getByTestId('deny-reason').fill('Ann is away')
  await phone.page.getByTestId('deny-reason').press('Enter')
  for (const each of [phone, app, stranger]) await expect(decision(each, 0)).toContainText(/^Denied by .+: Ann is away$/)
  // The next call has the focus, and none of its buttons: a key that is held decides nothing.
  await expect(asks(phone).nth(1)).toBeFocused()
  await phone.page.getByTestId('ask-all').getByTestId('approve').click()
  await Promise.all([app.untilAnswerIs('complete'), phone.untilAnswerIs('complete'), stranger.untilAnswerIs('complete')])
  await expect(decision(app, 2)).toContainText('Approved by you')
  await expect(decision(stranger, 2)).toContainText('Approved by person-')
  await expect(app.answers.first()).toContainText(
    `The invitation to ${ann} was denied, and nothing was sent. The reason: Ann is away`,
  )
  await expect(app.page).not.toHaveTitle(/Waits for you/)
  expect([ann, bob, cy].map(sent)).toEqual([0, 1, 1])
  const names = (await history(app.conversation)).map(({ name }) => name)
  expect(names.toSorted()).toEqual(['answer', 'answer', 'answer', 'prompt', 'response'])

  // All of it is there after a reload.
  await app.page.reload()
  await expect(decision(app, 0)).toContainText('Denied by you')
})

test(
  'a page runs a tool of the agent; a decision that is made offline is sent when the page is back',
  { tag: '@small' },
  async ({ open }) => {
    onlyLocal()
    const app = await open()
    await app.send('What time is it here?')
    await app.untilAnswerIs('complete')
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    await expect(asks(app).first()).toContainText(timeZone)
    await expect(decision(app, 0)).toContainText('Given by you')
    await expect(app.answers.first()).toContainText(`Your browser is in the time zone ${timeZone}`)

    const eve = `eve-${app.conversation}@example.com`
    await app.send(`Invite ${eve} to lunch`)
    await app.untilAnswerIs('waiting', 1)
    const clientId = await app.page.evaluate(() => sessionStorage.getItem('streamfold:client-id'))
    await fault({ type: 'cut', clientId, refuseFor: 3_000 })
    await expect(app.page.getByTestId('connection')).toContainText('Offline')
    await asks(app).nth(1).getByTestId('approve').click()
    await expect(decision(app, 1)).toHaveText('Approved by you. It is sent when you are online again.')
    expect(sent(eve)).toBe(0)
    await app.untilLive()
    await app.untilAnswerIs('complete', 1)
    expect(sent(eve)).toBe(1)
  },
)

test('what is sent while an answer is written waits in order, can be changed or withdrawn, or is added to the answer', async ({
  open,
  otherApp,
}) => {
  const app = await open()
  const box = app.page.getByTestId('prompt-box')
  const prompt = (text: string) => app.page.locator('[data-role=user]').filter({ hasText: text })
  const publishedAs = async (text: string) =>
    (await history(app.conversation)).find((message) => message.text === text)?.serial ?? ''
  // The test plays the agent.
  await app.page.route('**/api/responses', (route) => route.fulfill({ status: 202, json: { responseId: 'x' } }))
  await app.send('first')
  await expect(prompt('first')).toContainText('Waiting for the agent')
  const actor = await createActor(app.conversation)
  await actor.enter()
  const headers = { 'reply-to': await publishedAs('first'), format: 'parts/1' }
  const response = await actor.respond('An answer that', { status: 'streaming', ...headers })
  await expect(app.answers).toContainText('An answer that')

  await app.send('second')
  await box.fill('third')
  await expect(app.page.locator('#hint')).toContainText('Enter: answered next, Ctrl+Enter adds to this answer')
  await box.press('Control+Enter')
  await app.send('fourth')
  await expect(prompt('second')).toContainText('Waits for its turn')
  await expect(prompt('third')).toContainText('Waits to be taken into the answer')
  await expect(prompt('fourth')).toContainText('Waits for its turn')

  // Somebody else may ask, and that waits too; the rest is not theirs.
  const stranger = await open({ address: otherApp, conversation: app.conversation })
  await stranger.page.route('**/api/responses', (route) => route.fulfill({ status: 202, json: { responseId: 'x' } }))
  await expect(stranger.answers).toContainText('An answer that')
  await expect(stranger.page.locator('#hint')).toContainText('Streaming')
  await stranger.page.getByTestId('prompt-box').fill('fifth')
  for (const button of ['stop', 'steer', 'edit', 'withdraw']) await expect(stranger.page.getByTestId(button)).toHaveCount(0)
  await stranger.page.getByTestId('prompt-box').press('Escape')
  await stranger.page.getByTestId('prompt-box').press('Control+Enter')
  await expect(prompt('fifth')).toContainText('Waits for its turn')

  await prompt('second').getByTestId('edit').click()
  await app.page.getByTestId('prompt-editor').fill('second, in other words')
  await app.page.getByTestId('prompt-editor').press('Enter')
  await expect(stranger.page.getByTestId('messages').getByText('second, in other words')).toBeVisible()
  await prompt('fourth').getByTestId('withdraw').click()
  await expect(app.page.getByTestId('messages').getByText('Withdrawn')).toBeVisible()
  await expect(stranger.page.getByTestId('messages').getByText('This message was deleted.')).toBeVisible()

  await actor.append(
    response,
    ` goes on.${frameHead({ type: 'steer', serial: await publishedAs('third') })}`,
    'streaming',
    headers,
  )
  await expect(prompt('third')).toContainText('Taken into the answer')
  await expect(app.answers.first()).toContainText(/goes on\.\s*Taken in here\s*third/)
  await actor.append(response, '', 'complete', headers)
  await app.untilAnswerIs('complete')
  await expect(prompt('third')).toContainText('Taken into the answer')
  // Each answer stands behind its question, and what waits for its turn behind that.
  const next = { 'reply-to': await publishedAs('second, in other words'), format: 'parts/1' }
  await actor.respond('The next answer', { status: 'complete', ...next })
  for (const { page } of [app, stranger]) {
    const rows = page.getByTestId('messages').locator('[data-testid=message]')
    await expect(rows).toHaveText([
      /first/,
      /An answer that/,
      /second, in/,
      /The next answer/,
      /third/,
      /deleted|Withdrawn/,
      /fifth/,
    ])
  }
  // Nothing was cancelled: the stranger's Escape did nothing.
  expect((await history(app.conversation)).map(({ name, text }) => `${name} ${text}`)).toEqual([
    'prompt first',
    expect.stringMatching(/^response An answer that goes on\./),
    'prompt second, in other words',
    'prompt third',
    expect.stringMatching(/^prompt/),
    'prompt fifth',
    'response The next answer',
  ])
  actor.close()
})
