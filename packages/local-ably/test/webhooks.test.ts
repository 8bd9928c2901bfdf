import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Realtime } from 'ably'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { WebhookRule } from '../src/index.ts'
import { createBatchSender } from '../src/webhooks/batch-sender.ts'
import type { Delivery, WebhookRequest } from '../src/webhooks/post.ts'
import { createSingleSender } from '../src/webhooks/single-sender.ts'
import { readWebhook } from '../src/webhooks/webhook-rule.ts'
import { connected, rest, serve } from './fixture.ts'
import { ManualClock } from './manual-clock.ts'

interface Posted {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An endpoint, with what was posted to it. */
async function endpoint(answer: (count: number) => number = () => 200) {
  const posted: Posted[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      posted.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(answer(posted.length)).end()
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const until = async (count: number) => {
    await vi.waitFor(() => expect(posted.length).toBeGreaterThanOrEqual(count))
    return posted
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, posted, until }
}

const event = (text: string, at = 0) => ({
  channel: 'ai:one',
  channelSerial: `serial-${text}`,
  messages: [
    { id: text, name: 'prompt', data: text, action: 0, serial: text, timestamp: at, version: { serial: text, timestamp: at } },
  ],
  at,
})

describe('a single request', () => {
  it('has what was published, as the documentation shows it, for channels that the filter matches', async () => {
    const { url, until } = await endpoint()
    const server = await serve({ webhooks: [{ url, channelFilter: '^ai:', headers: { 'X-Secret': 'hush' } }] })
    const client = await connected(server, { clientId: 'ann' })
    await client.channels.get('other').publish('prompt', 'no')
    await client.channels.get('ai:one').publish({ name: 'prompt', data: 'Hello', extras: { headers: { role: 'user' } } })
    const [{ headers, body } = { headers: {}, body: '' }] = await until(1)
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-ably-version': '1.2', 'x-secret': 'hush' })
    const read = JSON.parse(body) as { messages: unknown[] }
    expect(read).toMatchObject({
      source: 'channel.message',
      appId: 'local',
      channel: 'ai:one',
      ruleId: 'rule-1',
      messages: [{ name: 'prompt', data: 'Hello', clientId: 'ann', action: 0, serial: expect.any(String) }],
    })
    const [message] = await Realtime.Message.fromEncodedArray(read.messages)
    expect(message).toMatchObject({ action: 'message.create', data: 'Hello', extras: { headers: { role: 'user' } } })
  })

  it('tells of updates, appends and deletes, too', async () => {
    const { url, until } = await endpoint()
    const server = await serve({ webhooks: [{ url }] })
    const channel = rest(server).channels.get('ai:one')
    const { serials } = await channel.publish('response', 'a')
    const serial = serials[0]!
    await channel.appendMessage({ serial, data: 'b' })
    await channel.updateMessage({ serial, data: 'c' })
    await channel.deleteMessage({ serial })
    const posted = await until(4)
    const read = posted.map(({ body }) => (JSON.parse(body) as { messages: { action: number; data: string }[] }).messages[0])
    // Requests overtake each other.
    expect(read.map((message) => `${message?.action} ${message?.data}`).toSorted()).toEqual(['0 a', '1 c', '2 c', '5 b'])
  })

  it('without an envelope has the data alone, and the rest in headers', async () => {
    const { url, until } = await endpoint()
    const server = await serve({ webhooks: [{ url, enveloped: false }] })
    const client = await connected(server, { clientId: 'Zoë' })
    await client.channels.get('ai:one').publish([
      { name: 'a', data: 'text' },
      { name: 'b', data: { x: 1 } },
      { name: 'c', data: Buffer.from([1, 2]) },
    ])
    const posted = (await until(3)).toSorted((a, b) =>
      String(a.headers['x-ably-message-name']) < String(b.headers['x-ably-message-name']) ? -1 : 1,
    )
    expect(posted.map(({ headers, body }) => [headers['content-type'], body])).toEqual([
      ['text/plain', 'text'],
      ['application/json', '{"x":1}'],
      ['application/octet-stream', '\u0001\u0002'],
    ])
    expect(posted[0]?.headers).toMatchObject({
      'x-ably-envelope-channel': 'ai:one',
      'x-ably-envelope-source': 'channel.message',
      'x-ably-message-client-id': 'Zo?',
    })
  })

  it.each<[string, Delivery[], number[]]>([
    ['is sent once where it is delivered', ['delivered'], [0]],
    ['is not sent again where the endpoint refuses it', ['refused'], [0]],
    [
      'is sent again after four and twenty seconds, and then no more',
      ['failed', 'failed', 'failed', 'failed'],
      [0, 4_000, 24_000],
    ],
    ['is not sent again once it was delivered', ['failed', 'delivered', 'failed'], [0, 4_000]],
  ])('%s', async (_, answers, times) => {
    const clock = new ManualClock()
    const start = clock.now()
    const sent: number[] = []
    const webhook = readWebhook({ url: 'http://localhost/' }, 0)
    const take = createSingleSender(
      webhook,
      'app',
      clock,
      async () => answers[sent.push(clock.now() - start) - 1]!,
      () => {},
    )
    take(event('x'))
    for (let second = 0; second < 120; second++) {
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(1_000)
    }
    expect(sent).toEqual(times)
  })

  it('waits behind those in flight, and is dropped with a line in the log when too many wait', async () => {
    const lines: string[] = []
    const open: ((delivery: Delivery) => void)[] = []
    const webhook = readWebhook({ url: 'http://localhost/' }, 0)
    const send = () => new Promise<Delivery>((resolve) => void open.push(resolve))
    const take = createSingleSender(webhook, 'app', new ManualClock(), send, (line) => void lines.push(line))
    for (let at = 0; at < 35; at++) take(event(`${at}`))
    expect([open.length, lines.length]).toEqual([20, 5])
    for (let at = 0; at < open.length; at++) {
      open[at]!('delivered')
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(open).toHaveLength(30)
  })
})

describe('a batch', () => {
  /** A sender whose endpoint gives these answers, with the texts of each request and when it was sent. */
  function batches(answers: (at: number) => Delivery) {
    const clock = new ManualClock()
    const start = clock.now()
    const sent: { readonly at: number; readonly texts: readonly string[] }[] = []
    const lines: string[] = []
    const webhook = readWebhook({ url: 'http://localhost/', requestMode: 'batch' }, 0)
    const send = async ({ body }: WebhookRequest): Promise<Delivery> => {
      const { items } = JSON.parse(String(body)) as { items: { data: { messages: { data: string }[] } }[] }
      sent.push({ at: clock.now() - start, texts: items.map(({ data }) => data.messages[0]!.data) })
      return answers(sent.length - 1)
    }
    const take = createBatchSender(webhook, undefined, clock, send, (line) => void lines.push(line))
    const pass = async (ms: number, step = 20) => {
      for (let passed = 0; passed < ms; passed += step) {
        await new Promise((resolve) => setImmediate(resolve))
        clock.advance(step)
      }
    }
    return { sent, lines, pass, take: (text: string) => take(event(text, clock.now())) }
  }

  it('is sent at once, and further ones a second apart, each with all that has come', async () => {
    const { sent, take, pass } = batches(() => 'delivered')
    for (const text of ['a', 'b', 'c']) take(text)
    await pass(1_500)
    take('d')
    await pass(3_000)
    expect(sent.map(({ texts }) => texts)).toEqual([['a'], ['b', 'c'], ['d']])
    expect(sent[1]!.at).toBe(1_000)
  })

  it('has at most a thousand events', async () => {
    const { sent, take, pass } = batches(() => 'delivered')
    for (let at = 0; at < 1_200; at++) take(`${at}`)
    await pass(2_500)
    expect(sent.map(({ texts }) => texts.length)).toEqual([1, 1_000, 199])
  })

  it('is sent again after longer and longer waits, in order, with what came meanwhile', async () => {
    const { sent, take, pass } = batches((at) => (at < 3 ? 'failed' : 'delivered'))
    take('a')
    await pass(200)
    take('b')
    await pass(10_000)
    expect(sent.map(({ texts }) => texts.join(''))).toEqual(['a', 'ab', 'ab', 'ab'])
    const waits = sent.slice(1).map(({ at }, index) => at - sent[index]!.at)
    expect(waits.map((ms) => Math.round(ms / 100) / 10)).toEqual([1.4, 2, 2.8])
  })

  it('is given up where an event is older than five minutes', async () => {
    const { sent, lines, take, pass } = batches(() => 'failed')
    take('a')
    await pass(400_000, 500)
    const count = sent.length
    expect(sent.at(-1)!.at).toBeLessThan(300_000)
    expect(lines.some((line) => line.includes('dropped 1 events'))).toBe(true)
    await pass(70_000, 500)
    expect(sent).toHaveLength(count)
    take('b')
    await pass(100)
    expect(sent.at(-1)!.texts).toEqual(['b'])
  })

  it('is signed with the key of the rule', async () => {
    const { url, until } = await endpoint()
    const server = await serve({ keys: ['app.id:secret'], webhooks: [{ url, requestMode: 'batch', signingKey: 'app.id' }] })
    await rest(server).channels.get('ai:one').publish('prompt', 'Grüße')
    const [{ headers, body } = { headers: {}, body: '' }] = await until(1)
    expect(headers['x-ably-key']).toBe('app.id')
    expect(headers['x-ably-signature']).toBe(createHmac('sha256', 'secret').update(body, 'utf8').digest('base64'))
    expect(JSON.parse(body)).toMatchObject({
      items: [
        {
          webhookId: 'rule-1',
          source: 'channel.message',
          name: 'channel.message',
          data: { channelId: 'ai:one', messages: [{ data: 'Grüße' }] },
        },
      ],
    })
  })
})

it('an endpoint that fails or is not there keeps nothing from being published, and a server that closes sends no more', async () => {
  const failing = await endpoint(() => 500)
  const server = await serve({ webhooks: [{ url: failing.url }, { url: 'http://127.0.0.1:9/', requestMode: 'batch' }] })
  await rest(server).channels.get('ai:one').publish('prompt', 'Hello')
  await failing.until(1)
  await server.close()
  expect(failing.posted).toHaveLength(1)
})

it.each<[Partial<WebhookRule>, string]>([
  [{ url: 'ftp://x' }, 'no address with http'],
  [{ channelFilter: '(' }, 'no regular expression'],
  [{ requestMode: 'both' as 'single' }, 'must be "single" or "batch"'],
  [{ signingKey: 'local.dev' }, 'single requests are not signed'],
  [{ requestMode: 'batch', signingKey: 'no.such' }, 'no key has the name "no.such"'],
])('a rule that cannot be followed is refused: %j', async (wrong, reason) => {
  await expect(serve({ webhooks: [{ url: 'http://localhost/', ...wrong }] })).rejects.toThrow(reason)
})
