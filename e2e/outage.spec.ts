import { expect, test } from './app.ts'
import { ports } from './environment.ts'
import { onlyLocal, responses } from './channel.ts'
import { pidOn } from '../scripts/dev/port-holder.ts'

/** `pnpm dev` restarts a server that has ended: these tests check what a user sees meanwhile. */
function kill(port: number): void {
  if (port === ports.LOCAL_ABLY_PORT) onlyLocal()
  const pid = pidOn(port)
  if (pid === undefined) throw new Error(`nothing listens on port ${port}`)
  process.kill(pid, 'SIGKILL')
}

test('the agent down: the prompt stays, marked as unanswered, and Retry works', { tag: '@small' }, async ({ open }) => {
  const app = await open()
  await app.page.getByTestId('prompt-box').fill('hello')
  kill(ports.AGENT_PORT)
  await app.page.getByTestId('send').click()
  const prompt = app.page.locator('[data-testid=message][data-role=user]')
  await expect(prompt).toContainText('Not answered')
  await expect(prompt).toContainText('hello')
  await expect(async () => {
    await app.page.getByTestId('retry').click({ timeout: 1_000 })
    await expect(app.answers).toHaveCount(1, { timeout: 3_000 })
  }).toPass()
  await app.untilAnswerIs('complete')
  await expect(app.page.locator('[data-testid=message][data-role=user]')).toHaveCount(1)
})

test('local Ably down: the app shows it, recovers by itself and keeps the conversation', async ({ open }) => {
  const app = await open()
  await app.send('hello')
  await app.untilAnswerIs('complete')
  kill(ports.LOCAL_ABLY_PORT)
  await expect(app.page.getByTestId('connection')).toContainText('Offline')
  await app.untilLive()
  await app.send('hello again')
  await app.untilAnswerIs('complete', 1)
  expect(await responses(app.conversation)).toHaveLength(2)
})
