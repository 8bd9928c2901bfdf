import type { LocalAbly } from '@streamfold/local-ably'
import { Realtime } from 'ably'
import { expect, onTestFinished, test } from 'vitest'
import { streamResponse } from '../../src/index.ts'
import { agentChannel, realtime, serve, words } from './fixture.ts'

/** An agent whose token allows these operations. */
async function allowed(server: LocalAbly, operations: readonly ('publish' | 'subscribe' | 'history')[]): Promise<Realtime> {
  const token = await realtime(server).auth.requestToken({
    clientId: 'agent',
    capability: { '*': [...operations] },
  })
  const { key: _key, ...options } = server.clientOptions({ logLevel: 0 })
  const client = new Realtime({ ...options, token: token.token })
  onTestFinished(() => client.close())
  return client
}

test('a token that may publish but not update ends the response while its source goes on', async () => {
  const server = await serve()
  const { writer } = agentChannel(await allowed(server, ['publish', 'subscribe', 'history']), 'ai:forbidden')
  let closed = false
  async function* source() {
    try {
      yield* words(1_000, 10)
    } finally {
      closed = true
    }
  }
  const outcome = await streamResponse(writer, source()).finished
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 40_160 }, repairs: 0 })
  expect(outcome.text.length).toBeLessThan(1_000)
  await expect.poll(() => closed).toBe(true)
})

test('a token that may not publish: no further tries', async () => {
  const server = await serve()
  const { writer } = agentChannel(await allowed(server, ['subscribe']), 'ai:mute')
  const stream = streamResponse(writer, words(10, 1), { repair: { pause: 600_000 } })
  expect(await stream.finished).toMatchObject({ status: 'failed', error: { code: 40_160 } })
  await expect(stream.serial).rejects.toMatchObject({ code: 40_160 })
})

test('a channel whose messages cannot be changed', async () => {
  const server = await serve({ rules: { ai: { mutableMessages: false } } })
  const { writer } = agentChannel(realtime(server, { clientId: 'agent' }), 'ai:fixed')
  const outcome = await streamResponse(writer, words(1_000, 10)).finished
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 93_002 } })
})

test('a response that is not there, to be written again', async () => {
  const server = await serve()
  const { writer } = agentChannel(realtime(server, { clientId: 'agent' }), 'ai:nothing')
  const restart = '01726585978590-001@abcdefghij:000'
  const stream = streamResponse(writer, words(10, 1), { restart, repair: { pause: 600_000 } })
  expect(await stream.finished).toMatchObject({ status: 'failed', error: { code: 40_400 } })
})
