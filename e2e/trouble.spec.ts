import type { OpenApp } from './app.ts'
import { expect, test, words } from './app.ts'
import { onlyLocal, responses } from './channel.ts'

const log = ({ page }: OpenApp) => page.getByTestId('trouble-log')

async function streaming(app: OpenApp): Promise<void> {
  onlyLocal()
  await app.page.getByTestId('trouble').click()
  await app.send('Please give me a long answer')
  await expect.poll(async () => (await app.answers.count()) > 0 && (await app.answerWords()).length).toBeGreaterThan(100)
}

async function endsWhole(app: OpenApp): Promise<void> {
  await app.untilAnswerIs('complete')
  await expect(log(app)).toContainText('The answer is complete.')
  const [held] = await responses(app.conversation)
  await expect.poll(() => app.answerWords()).toBe(words(held?.text ?? ''))
}

test('trouble on demand: cut and lost continuity are told, and the answer ends whole', async ({ open }) => {
  const app = await open()
  await streaming(app)
  await app.page.getByTestId('trouble-continuity').click()
  await expect(log(app)).toContainText('The connection was cut, and the service has forgotten')
  await expect(log(app)).toContainText('The page is offline. It keeps what it has and tries again by itself.')
  await expect(log(app)).toContainText('live again')
  await app.page.getByTestId('trouble-cut').click()
  await expect(log(app)).toContainText('it is refused for 5 s')
  await endsWhole(app)
})

test('trouble on demand: refused appends, a slow network, a server that restarts, and the answer ends whole', async ({
  open,
}) => {
  const app = await open()
  await streaming(app)
  await app.page.getByTestId('trouble-reject').click()
  await expect(log(app)).toContainText('The next 5 appends of an answer are refused')
  await app.page.getByTestId('trouble-slow').click()
  await expect(log(app)).toContainText('held back for 1.5 s')
  await app.page.getByTestId('trouble-end').click()
  await expect(log(app)).toContainText('All trouble was ended.')
  await app.page.getByTestId('trouble-restart').click()
  await expect(log(app)).toContainText('The server goes down and is back in 3 s.')
  await expect(log(app)).toContainText('The page is offline')
  await app.untilLive()
  await endsWhole(app)
})

test('trouble on demand: the agent is killed in mid-stream, the answer is unfinished, and Retry gives another', async ({
  open,
}) => {
  const app = await open()
  await streaming(app)
  await app.page.getByTestId('trouble-agent').click()
  await expect(log(app)).toContainText('The agent was killed.')
  // The one that is started next closes what was left open; until then, and otherwise, the silence says it.
  await expect(app.answers.first()).toContainText(/The agent went away|Failed: .+/, { timeout: 45_000 })
  await expect(log(app)).toContainText(/The agent is gone|The answer was closed as failed/)
  const gone = await app.answers.getAttribute('data-serial')
  await app.page.getByTestId('retry').click()
  await expect(app.page.getByTestId('prompt-box')).toBeFocused()
  await expect(app.answers).not.toHaveAttribute('data-serial', gone!) // It had one.
  await app.page.getByTestId('stop').click()
  await app.untilAnswerIs('cancelled')
})
