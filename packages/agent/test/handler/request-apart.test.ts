import { ablyService } from '@streamfold/ably/agent'
import type { AgentConnection, AgentService } from '@streamfold/core/transport'
import { selectMessages } from '@streamfold/core'
import { expect, test } from 'vitest'
import { deferred } from '../../src/deferred.ts'
import { createAgentHandler } from '../../src/index.ts'
import { ask, realtime, serve, watch } from '../wire/fixture.ts'

/** The service, with how many of its connections are open. */
function counted(service: AgentService) {
  let open = 0
  let made = 0
  return {
    open: () => open,
    made: () => made,
    service: {
      ...service,
      connect(): AgentConnection {
        open++
        made++
        const connection = service.connect()
        return {
          get reachable() {
            return connection.reachable
          },
          open: (name) => connection.open(name),
          async close() {
            await connection.close()
            open--
          },
        }
      },
    },
  }
}

async function setup() {
  const server = await serve()
  const counts = counted(ablyService({ ...server.clientOptions({ logLevel: 0 }), key: server.key }))
  const gate = deferred<void>()
  const handler = createAgentHandler({
    service: counts.service,
    authorize: () => ({ clientId: 'ann', conversations: (name) => name.startsWith('ai:') }),
    async *respond() {
      yield 'Hello'
      await gate.promise
      yield ', world'
    },
    staleAfter: 3_000,
    heartbeat: 500,
  })
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:apart')
  const post = (promptSerial: string): Request =>
    new Request('http://localhost/api/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'ai:apart', promptSerial }),
    })
  return { server, counts, gate, handler, channel, post }
}

test('a request with waitUntil has a connection of its own, which is closed when its work has ended', async () => {
  const { counts, gate, handler, channel, post } = await setup()
  const page = watch(channel)
  const work: Promise<unknown>[] = []
  const response = await handler(post(await ask(channel, 'Hello?')), { waitUntil: (promise) => void work.push(promise) })
  expect(response.status).toBe(202)
  expect([work.length, counts.open()]).toEqual([1, 1])
  gate.resolve()
  await Promise.all(work)
  expect(counts.open()).toBe(0)
  // Nothing of it is left on the channel.
  expect(await channel.presence.get({ clientId: 'agent' })).toEqual([])
  await expect
    .poll(() => selectMessages(page.store.getState()).map(({ text, status }) => [text, status]))
    .toContainEqual(['Hello, world', 'complete'])
})

test('several requests at once, for one prompt and on several channels, are one response for each prompt', async () => {
  const { counts, gate, handler, channel, post } = await setup()
  const page = watch(channel)
  const prompt = await ask(channel, 'Hello?')
  const work: Promise<unknown>[] = []
  const responses = await Promise.all(
    [1, 2, 3].map(() => handler(post(prompt), { waitUntil: (promise) => void work.push(promise) })),
  )
  for (const { status } of responses) expect([202, 409]).toContain(status)
  expect(counts.made()).toBe(3)
  gate.resolve()
  await Promise.all(work)
  expect(counts.open()).toBe(0)
  await expect
    .poll(() => selectMessages(page.store.getState()).map(({ text, status }) => [text, status]))
    .toEqual([
      ['Hello?', expect.anything()],
      ['Hello, world', 'complete'],
    ])
})

test('requests without it share one connection, which is closed with the handler', async () => {
  const { counts, gate, handler, channel, post } = await setup()
  gate.resolve()
  for (const text of ['one', 'two']) expect((await handler(post(await ask(channel, text)))).status).toBe(202)
  expect([counts.made(), counts.open()]).toEqual([1, 1])
  await handler.close(5_000)
  expect(counts.open()).toBe(0)
  const refused = await handler(post(await ask(channel, 'three')))
  expect([refused.status, await refused.json()]).toEqual([503, { error: { code: 'closed', message: expect.any(String) } }])
})

test('a token needs no connection', async () => {
  const { counts, handler } = await setup()
  const response = await handler(new Request('http://localhost/api/ably-token?channel=ai:apart'))
  expect(response.status).toBe(200)
  expect(counts.made()).toBe(0)
})
