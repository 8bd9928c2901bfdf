import { createAgentChannel, openConversation } from '@streamfold/ably'
import type { Message } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import type { Codec } from '@streamfold/core/codec'
import { aiTransportAgent } from '@streamfold/core/ai-transport'
import { expect, onTestFinished, test } from 'vitest'
import type { AnthropicMessage } from '../../src/index.ts'
import { anthropicMessages, serveAgent } from '../../src/index.ts'
import { realtime, serve, until } from './fixture.ts'

test.each<[string, Codec | undefined]>([
  ['Streamfold', undefined],
  ['AI Transport', aiTransportAgent],
])('a model is given the files of a prompt in the format of %s', async (_, codec) => {
  const server = await serve({ appendRollupWindow: 0 })
  const name = 'ai:files'
  const given: AnthropicMessage[][] = []
  const agent = serveAgent({
    channel: createAgentChannel(realtime(server, { clientId: 'agent' }).channels.get(name), {
      clientId: 'agent',
      agent: 'agent',
      ...(codec && { codec }),
    }),
    async *respond({ messages }) {
      given.push(anthropicMessages(messages))
      yield 'I see'
    },
  })
  onTestFinished(() => agent.close())
  const page = openConversation(realtime(server, { clientId: 'ann' }).channels.get(name), {
    agent: 'agent',
    codec,
    scheduler: (flush) => flush(),
    notifyAgent: async ({ promptSerial }) => void (await agent.answer(promptSerial)),
  })
  onTestFinished(() => page.release())
  await until(page.store, (state) => state.context.channel.status === 'live')
  const files = ['a', 'b'].map((path) => ({ url: `https://files.test/${path}`, mediaType: 'image/png' }))
  for (const [n, text] of ['Look', ''].entries()) {
    await page.sendMessage({ text, files })
    const answered = ({ role, status }: Message) => role === 'assistant' && status === 'complete'
    await until(page.store, (state) => selectMessages(state).filter(answered).length === n + 1)
  }
  const images = files.map(({ url }) => ({ type: 'image', source: { type: 'url', url } }))
  expect(given[0]).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Look' }, ...images] }])
  expect(given[1]?.at(-1)?.content).toEqual(images)
})
