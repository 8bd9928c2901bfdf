import { createAgentChannel } from '@streamfold/ably'
import { streamResponse } from '@streamfold/agent'
import { Realtime } from 'ably'
import { expect, test, words } from './app.ts'
import { responses } from './channel.ts'
import { ablyOptions } from './environment.ts'

const whole = Array.from({ length: 9_000 }, (_, n) => `Satz ${n} über 한국어.${n % 20 === 19 ? '\n\n' : ' '}`).join('')

test('an answer longer than a message is one answer, as it grows and after a reload', async ({ open }) => {
  const app = await open()
  const agent = new Realtime({ ...ablyOptions, clientId: 'agent', transportParams: { appendRollupWindow: 0 } })
  const { writer } = createAgentChannel(agent.channels.get(`ai:${app.conversation}`), { clientId: 'agent' })
  async function* source() {
    for (let at = 0; at < whole.length; at += 2_000) yield whole.slice(at, at + 2_000)
  }
  const outcome = await streamResponse(writer, source()).finished
  expect(outcome).toMatchObject({ status: 'complete', text: whole })
  agent.close()
  for (const moment of ['live', 'reloaded']) {
    if (moment === 'reloaded') await app.page.reload()
    await app.untilAnswerIs('complete')
    await expect.poll(async () => (await app.answerWords()) === words(whole), { timeout: 30_000 }).toBe(true)
    await expect(app.answers).toHaveCount(1)
  }
  expect((await responses(app.conversation)).length).toBeGreaterThan(3)
})
