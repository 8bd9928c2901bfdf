// @own-process: @hono/node-server replaces the global Response
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { ablyService } from '@streamfold/ably/agent'
import { selectMessages } from '@streamfold/core'
import type { RealtimeChannel } from 'ably'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { deliveredMessages } from '../../src/handler/webhook/delivered-messages.ts'
import type { AgentHandler, AgentHandlerOptions } from '../../src/index.ts'
import { createAgentHandler, signedBy } from '../../src/index.ts'
import type { LocalAbly } from '../wire/fixture.ts'
import { ask, realtime, serve, watch } from '../wire/fixture.ts'

const key = 'local.dev:streamfold'

function handlerOn(server: LocalAbly, options: Partial<AgentHandlerOptions> = {}): AgentHandler {
  const handler = createAgentHandler({
    service: ablyService({ ...server.clientOptions({ logLevel: 0 }), key: server.key }),
    authorize: () => undefined,
    async *respond({ prompt }) {
      yield `About ${prompt.text}`
    },
    webhook: signedBy(key),
    ...options,
  })
  onTestFinished(() => handler.close())
  return handler
}

/** Hosts a handler that is made once the address is known. @returns its address, and a function that puts the handler there */
async function hosted() {
  let handler: AgentHandler | undefined
  const statuses: number[] = []
  const server = createServer(
    getRequestListener(async (request) => {
      const response = (await handler?.(request)) ?? new Response(null, { status: 503 })
      statuses.push(response.status)
      return response
    }),
  )
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo // It listens on a port.
  return { url: `http://127.0.0.1:${port}/api/webhook`, statuses, put: (made: AgentHandler) => (handler = made) }
}

async function signed(body: string, secret = 'streamfold', name = 'local.dev'): Promise<Request> {
  const encoder = new TextEncoder()
  const imported = await crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const signature = Buffer.from(await crypto.subtle.sign('HMAC', imported, encoder.encode(body))).toString('base64')
  return requestOf(body, { 'x-ably-key': name, 'x-ably-signature': signature })
}

const requestOf = (body: string, headers: Record<string, string>) =>
  new Request('http://agent.test/api/webhook', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

const batch = (channelId: string, ...messages: object[]) =>
  JSON.stringify({ items: messages.map((message) => ({ source: 'channel.message', data: { channelId, messages: [message] } })) })

const prompt = (serial: string) => ({ name: 'prompt', action: 0, serial, clientId: 'ann', data: 'x' })

/** Responses by the serial of their prompt, as the channel's history has them. */
async function responsesOn(channel: RealtimeChannel): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const { name, data, extras } of (await channel.history()).items)
    if (name === 'response') (found[extras.headers['reply-to']] ??= []).push(String(data))
  return found
}

test('a prompt is answered through the webhook alone: the page notifies nobody', async () => {
  const { url, statuses, put } = await hosted()
  const server = await serve({ webhooks: [{ url, channelFilter: '^ai:', requestMode: 'batch', signingKey: 'local.dev' }] })
  put(handlerOn(server))
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:hook')
  const page = watch(channel)
  await ask(channel, 'life')
  await expect
    .poll(() => selectMessages(page.store.getState()).map(({ text, status }) => [text, status]))
    .toEqual([
      ['life', 'complete'],
      ['About life', 'complete'],
    ])
  await expect.poll(() => statuses.length).toBeGreaterThan(0)
  expect(new Set(statuses)).toEqual(new Set([200]))
})

test('single requests are known by a header of the rule', async () => {
  const { url, put } = await hosted()
  const server = await serve({ webhooks: [{ url, headers: { 'x-secret': 'hush' } }] })
  put(handlerOn(server, { webhook: ({ headers }) => headers.get('x-secret') === 'hush' }))
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:single')
  const serial = await ask(channel, 'life')
  await expect.poll(() => responsesOn(channel)).toEqual({ [serial]: ['About life'] })
})

test('deliveries that come twice, late, in another order and to two instances lead to one response for each prompt', async () => {
  const server = await serve()
  const [one, other] = [handlerOn(server), handlerOn(server)]
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:twice')
  const [first, second] = [await ask(channel, 'one'), await ask(channel, 'two')]
  const bodies = [
    batch('ai:twice', prompt(second), prompt(first)),
    batch('ai:twice', prompt(first)),
    batch('ai:twice', prompt(second)),
  ]
  const post = async (handler: AgentHandler, body: string) => (await handler(await signed(body))).status
  const now = await Promise.all(bodies.flatMap((body) => [post(one, body), post(other, body)]))
  expect(new Set(now)).toEqual(new Set([200]))
  const expected = { [first]: ['About one'], [second]: ['About two'] }
  await expect.poll(() => responsesOn(channel)).toEqual(expected)
  // When all has ended, and by an instance that knows nothing of it.
  expect(await Promise.all(bodies.map(async (body) => post(handlerOn(server), body)))).toEqual([200, 200, 200])
  expect(await responsesOn(channel)).toEqual(expected)
})

test('what a queue delivers is answered, too', async () => {
  const server = await serve()
  const handler = handlerOn(server)
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:queue')
  const serial = await ask(channel, 'life')
  const payload = {
    source: 'channel.message',
    appId: 'local',
    channel: 'ai:queue',
    site: 'x',
    ruleId: 'y',
    messages: [prompt(serial)],
  }
  expect(await Promise.all([handler.deliver(payload), handler.deliver(payload)])).toEqual([{ again: false }, { again: false }])
  await expect.poll(() => responsesOn(channel)).toEqual({ [serial]: ['About life'] })
  await expect(handler.deliver('no')).rejects.toThrow('it has no messages')
  await handler.close()
  expect(await handler.deliver({ ...payload, messages: [prompt('another')] })).toEqual({ again: true })
})

describe('a webhook', () => {
  const body = batch('ai:x', prompt('s'))

  it.each<[string, () => Promise<Request>]>([
    ['without a signature', async () => requestOf(body, {})],
    ['that another key has signed', () => signed(body, 'other')],
    ['whose key has another name', () => signed(body, 'streamfold', 'local.other')],
    [
      'whose body was changed',
      async () => requestOf(batch('ai:x', prompt('t')), Object.fromEntries((await signed(body)).headers)),
    ],
    ['whose signature is no base64', async () => requestOf(body, { 'x-ably-key': 'local.dev', 'x-ably-signature': '§' })],
  ])('%s is refused, and nothing of it is read', async (_, made) => {
    const handler = handlerOn(await serve())
    const response = await handler(await made())
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([401, 'not-signed'])
    expect(handler.work()).toMatchObject({ working: 0, waiting: 0 })
  })

  it('that has no messages is refused with what to do, and one without prompts is taken', async () => {
    const handler = handlerOn(await serve())
    const status = async (text: string) => (await handler(await signed(text))).status
    expect(await status('{}')).toBe(400)
    expect(await status('nonsense')).toBe(400)
    expect(await status('{"items":[]}')).toBe(200)
    expect(await status(batch('ai:*', prompt('s')))).toBe(200)
    const others = [
      { ...prompt('s'), action: 5 },
      { ...prompt('s'), name: 'response' },
      { ...prompt('s'), name: 'cancel' },
    ]
    expect(await status(batch('ai:x', ...others))).toBe(200)
  })

  it('is sent again where the agent is stopping', async () => {
    const handler = handlerOn(await serve())
    await handler.close()
    expect((await handler(await signed(body))).status).toBe(503)
  })

  it('has no path where the product checks none', async () => {
    const handler = handlerOn(await serve(), { webhook: undefined as never })
    expect((await handler(await signed(body))).status).toBe(404)
  })
})

it('any JSON is read without an error, and names only channels and serials that are texts', () => {
  const message = fc.record(
    {
      name: fc.constantFrom('prompt', 'answer', 1),
      action: fc.constantFrom(0, 1, 'x'),
      serial: fc.jsonValue(),
      clientId: fc.jsonValue(),
      extras: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  const messages = fc.oneof(fc.array(fc.oneof(message, fc.jsonValue())), fc.jsonValue())
  const payload = fc.oneof(
    fc.record({ channel: fc.jsonValue(), messages }),
    fc.record({
      items: fc.oneof(
        fc.array(fc.record({ data: fc.oneof(fc.record({ channelId: fc.jsonValue(), messages }), fc.jsonValue()) })),
        fc.jsonValue(),
      ),
    }),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(payload, (given) => {
      for (const { channelName, serial, clientId, responseSerial } of deliveredMessages(given) ?? [])
        for (const text of [channelName, serial, clientId ?? 'x', responseSerial ?? 'x'])
          expect(text).toEqual(expect.stringMatching(/^[^]+$/))
    }),
    { numRuns: 2_000 },
  )
})

it.each(['', 'no key', 'app.id:'])('signedBy refuses %j, which is no key', (given) => {
  expect(() => signedBy(given)).toThrow('appId.keyId:secret')
})
