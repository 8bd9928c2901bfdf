import { ablyService } from '@streamfold/ably/agent'
import type { ListedConversation, RequestHandler } from '@streamfold/agent'
import { createAgentHandler } from '@streamfold/agent'
import { Rest } from 'ably'
import { describe, expect, test } from 'vitest'
import { createApp } from '../src/http/app.ts'
import { clientIdOf } from '../src/http/person.ts'
import { authorize } from '../src/http/authorize.ts'
import type { RateLimitOptions } from '../src/http/rate-limit.ts'
import { createLogger } from '../src/logger.ts'

const KEY = 'app.key:very-secret-key'
const origin = 'http://localhost:5173'

/** An answer that never ends. */
const answers = () => Response.json({ responseId: 'r1' }, { status: 202 })

const conversation: ListedConversation = {
  channel: 'ai:a',
  title: 'a',
  lastText: 'b',
  newest: 's1',
  lastActivity: 1,
  waiting: true,
}

/** @param answer in place of the agent’s handler, for `/api/responses` */
function setup(answer?: () => Response, rate: Partial<RateLimitOptions> = {}, level = 'debug') {
  const asked: string[] = []
  const clients: unknown[] = []
  const log: string[] = []
  const state = { ready: true, now: 0, overloaded: false }
  const service = ablyService({ key: KEY })
  const agent = createAgentHandler({
    service: {
      ...service,
      connect: () => ({
        reachable: false,
        open(name) {
          asked.push(name)
          throw new Error('out of reach')
        },
        close: () => Promise.resolve(),
      }),
    },
    authorize,
    origins: [origin],
    respond: () => Promise.reject(new Error('unused')),
    onError: () => undefined,
  })
  const handler: RequestHandler = async (request, context) => {
    clients.push(context?.client)
    return answer && new URL(request.url).pathname === '/api/responses' ? answer() : agent(request, context)
  }
  const app = createApp({
    rest: new Rest({ key: KEY }),
    handler,
    ready: () => state.ready,
    overloaded: () => state.overloaded,
    logger: createLogger({ level, format: 'json', contents: false }, { write: (line) => void log.push(line) }),
    crashable: true,
    conversations: {
      list: async (clientId, options) => {
        asked.push(`${clientId} ${options?.limit}`)
        return { conversations: [conversation], next: undefined }
      },
    },
    rate: { perMinute: 600, burst: 100, now: () => state.now, ...rate },
    origins: [origin],
    hosts: ['apps.example'],
    health: () => ({ model: 'demo', demo: true }),
  })
  const post = (path: string, body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    app.request(path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
  return { app, post, asked, clients, log, state }
}

async function errorOf(response: Response): Promise<{ code: string; message: string }> {
  const body = (await response.json()) as { error: { code: string; message: string } } // the documented shape
  expect(Object.keys(body)).toEqual(['error'])
  return body.error
}

test('who asks is told apart as for the rate', async () => {
  const { post, clients } = setup(answers, { clientOf: ({ req }) => req.header('x-from') ?? 'nobody' })
  const headers = { 'content-type': 'application/json', 'x-from': 'ann' }
  await post('/api/responses', { channel: 'ai:x', promptSerial: 'p' }, headers)
  expect(clients).toEqual(['ann'])
})

test('a person’s conversations are listed to who has the secret, which is in no address', async () => {
  const { app, post, asked } = setup()
  const listed = await post('/api/conversations', { secret: 'a'.repeat(26) })
  expect([listed.status, listed.headers.get('cache-control'), await listed.json()]).toEqual([
    200,
    'no-store',
    { conversations: [conversation] },
  ])
  expect(asked).toEqual([`${clientIdOf('a'.repeat(26))} 100`])
  for (const body of [{}, { secret: 'short' }, { clientId: clientIdOf('a'.repeat(26)) }])
    expect((await post('/api/conversations', body)).status).toBe(400)
  expect((await app.request(`/api/conversations?secret=${'a'.repeat(26)}`)).status).toBe(404)
  expect(asked).toHaveLength(1)
})

test('an overloaded agent is not said to be well', async () => {
  const { app, state } = setup()
  state.overloaded = true
  const health = await app.request('/healthz')
  expect([health.status, await health.json()]).toEqual([503, { ok: false, model: 'demo', demo: true }])
  expect((await app.request('/readyz')).status).toBe(503)
})

const operations = ['history', 'message-delete-own', 'message-update-own', 'presence', 'publish', 'subscribe']

describe('/api/ably-token', () => {
  test('signs a request for the client id, with nothing but a user’s capability and a short life', async () => {
    const { post } = setup()
    const response = await post('/api/ably-token', { clientId: 'ada' })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const request = (await response.json()) as Record<string, unknown>
    expect(request).toMatchObject({ keyName: 'app.key', clientId: 'ada', ttl: 600_000 })
    expect(JSON.parse(String(request['capability']))).toEqual({ 'ai:*': operations })
    expect(Object.keys(request).toSorted()).toEqual(['capability', 'clientId', 'keyName', 'mac', 'nonce', 'timestamp', 'ttl'])
  })

  test('gives a client id to who has none', async () => {
    const { app, post } = setup()
    const ids = new Set<unknown>()
    for (const response of [
      await post('/api/ably-token', {}),
      await app.request('/api/ably-token', { method: 'POST' }),
      await app.request('/api/ably-token'),
      await app.request('/api/ably-token?rnd=1&v=6'),
    ]) {
      expect(response.status).toBe(200)
      ids.add(((await response.json()) as { clientId: string }).clientId)
    }
    expect(ids.size).toBe(4)
    for (const id of ids) expect(id).toMatch(/^user-[0-9a-f]{8}$/)
  })

  test('takes the client id from a query or a form, as Ably’s authUrl sends it', async () => {
    const { app, post } = setup()
    expect(await (await app.request('/api/ably-token?clientId=ada&timestamp=1')).json()).toMatchObject({ clientId: 'ada' })
    const form = await post('/api/ably-token', 'clientId=bob&ttl=1', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(await form.json()).toMatchObject({ clientId: 'bob', ttl: 600_000 })
  })

  test.each([
    'agent',
    'agent:2',
    'agentina',
    'AGENT',
    ' agent',
    'ａgent',
    '*',
    '',
    'x'.repeat(65),
    'a\nb',
    'a*',
    42,
    ['ada'],
    {},
    // Look-alikes: Cyrillic, Greek, Latin letters beside ASCII, another alphabet altogether, an accent.
    'аgent',
    'agеnt',
    'аgеnт',
    'αgent',
    'ɑgent',
    'aɡent',
    'agеnt:2',
    'agént',
    'ᴀgent',
    '𝐚gent',
    'ⓐgent',
    'Аgent',
    // What cannot be seen, in it and around it.
    'a\u200bgent',
    '\u200dagent',
    'agent\u00ad',
    'user\u2060',
    '\u202etnega',
    '\ufeffuser',
    '\u3164',
    'a\u0000',
    'ada\u007f',
    'ada ',
    'a\tb',
    '\u00a0agent',
    'e\u0301va',
    // ASCII that is read as it.
    'aGeNt',
    'a-gent',
    '_agent',
    ':agent',
    'a.g.e.n.t',
    '4gent',
    '@gent',
    'aqent',
    'ag3nt',
    'agen7:1',
    '::',
    '-',
    true,
  ])('refuses the client id %j', async (clientId) => {
    const { post } = setup()
    const response = await post('/api/ably-token', { clientId })
    expect(response.status).toBe(400)
    expect((await errorOf(response)).code).toBe('bad-client-id')
  })
})

describe('a person of the apps', () => {
  const secret = 'a'.repeat(26)
  // The same vector is in the tests of the apps.
  const clientId = 'person-sxcrehyemvwrgnfn'

  test('gets a token for the client id that the secret makes, whether or not it is named', async () => {
    const { post } = setup()
    for (const body of [{ secret }, { secret, clientId }, `secret=${secret}`] as const) {
      const type = typeof body === 'string' ? { 'content-type': 'application/x-www-form-urlencoded' } : undefined
      const response = await post('/api/ably-token', body, type)
      expect(await response.json()).toMatchObject({ clientId })
    }
  })

  test.each([
    { clientId },
    { clientId, secret: 'b'.repeat(26) },
    { clientId: 'ada', secret },
    { clientId: clientId.toUpperCase() },
    { clientId: 'person-' },
    { clientId: 'person:ada' },
    { clientId: 'pers0n-sxcrehyemvwrgnfn' },
    { clientId: '_Per5on.ada' },
  ])('is nobody without the secret of the client id: %j', async (body) => {
    const { app, post } = setup()
    const refusals = [await post('/api/ably-token', body)]
    if (!('secret' in body)) refusals.push(await app.request(`/api/ably-token?clientId=${encodeURIComponent(body.clientId)}`))
    for (const refused of refusals) {
      expect(refused.status).toBe(403)
      expect(await errorOf(refused)).toEqual({
        code: 'not-yours',
        message: expect.stringMatching(/^unable to issue a token; .+: send the secret/),
      })
    }
  })

  test.each(['', 'a', 'A'.repeat(26), 42, { length: 26 }, `${secret}\n`])('the secret %j is none', async (wrong) => {
    const response = await setup().post('/api/ably-token', { secret: wrong })
    expect([response.status, (await errorOf(response)).code]).toEqual([400, 'bad-secret'])
  })

  test('a secret in an address is refused: addresses end up in logs', async () => {
    const response = await setup().app.request(`/api/ably-token?secret=${secret}`)
    expect([response.status, (await errorOf(response)).code]).toEqual([400, 'bad-secret'])
  })
})

test.each([
  'ada',
  'personal',
  'Ada.Lovelace',
  'user-1a2b3c4d',
  'ada@example.com',
  'org:42:ada',
  'x'.repeat(64),
  'page',
  'magenta',
  'user-agent',
  '007',
])('the client id %s is a user’s', async (clientId) => {
  const response = await setup().post('/api/ably-token', { clientId })
  expect(await response.json()).toMatchObject({ clientId })
})

describe('Host', () => {
  const ask = (host: string, path = '/api/ably-token', method = 'GET') => setup().app.request(path, { method, headers: { host } })

  test.each([
    'evil.example',
    'evil.example:4520',
    'localhost.evil.example',
    'evil-localhost',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    'evil.example/localhost',
    'apps.example.evil',
    '',
    ':4520',
    'a b',
  ])('a request to %j is refused, whatever it asks for', async (host) => {
    for (const path of ['/api/ably-token', '/api/archive?channel=ai:x', '/healthz', '/readyz', '/dev/crash', '/nope']) {
      const response = await ask(host, path)
      expect([path, response.status]).toEqual([path, 403])
      expect((await errorOf(response)).code).toBe('unknown-host')
    }
    expect((await ask(host, '/dev/crash', 'POST')).status).toBe(403)
  })

  test.each([
    'localhost',
    'localhost:4520',
    'LOCALHOST:1',
    'localhost.',
    'app.localhost:5173',
    '127.0.0.1:4520',
    '[::1]:4520',
    '192.168.1.7',
    'apps.example',
    'Apps.Example:443',
  ])('a request to %j is answered', async (host) => {
    expect((await ask(host)).status).toBe(200)
  })
})

describe('/api/responses', () => {
  const good = { channel: 'ai:demo', promptSerial: '01726585978590-001@abcdefghij:000' }

  test.each([
    ['{', 'bad-json'],
    ['', 'unsupported-type'],
    ['null', 'bad-request'],
    ['[]', 'bad-request'],
    ['"x"', 'bad-request'],
    [{}, 'bad-request'],
    [{ ...good, channel: 42 }, 'bad-request'],
    [{ ...good, channel: 'chat:demo' }, 'bad-request'],
    [{ ...good, channel: 'ai:' }, 'bad-request'],
    [{ ...good, channel: '[?rewind=1]ai:demo' }, 'bad-request'],
    [{ ...good, channel: 'ai:a:b' }, 'bad-request'],
    [{ ...good, channel: `ai:${'x'.repeat(129)}` }, 'bad-request'],
    [{ ...good, promptSerial: '' }, 'bad-request'],
    [{ ...good, promptSerial: 'x'.repeat(257) }, 'bad-request'],
    [{ ...good, promptSerial: null }, 'bad-request'],
  ])('%j is refused as %s', async (body, code) => {
    const { post, asked } = setup()
    const response = await post('/api/responses', body, body === '' ? {} : undefined)
    expect(response.status).toBe(code === 'unsupported-type' ? 415 : 400)
    const error = await errorOf(response)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^unable to .+; .+/)
    expect(asked).toEqual([])
  })

  test('a body of another type, which a foreign page could send, is refused', async () => {
    const { post, asked } = setup()
    const response = await post('/api/responses', good, { 'content-type': 'text/plain' })
    expect(response.status).toBe(415)
    expect(asked).toEqual([])
  })

  test('a body that is too large is refused, whether it says so or not', async () => {
    const { app, post } = setup()
    const large = JSON.stringify({ ...good, more: 'x'.repeat(20_000) })
    expect((await errorOf(await post('/api/responses', large))).code).toBe('too-large')
    const body = new Blob([large]).stream()
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } } as RequestInit // Node asks for duplex
    const response = await app.request(new Request('http://localhost/api/responses', init))
    expect(response.status).toBe(413)
  })

  test('so is one of a fault', async () => {
    const { post } = setup()
    const response = await post('/dev/faults', { type: 'cut', more: 'x'.repeat(20_000) })
    expect([response.status, (await errorOf(response)).code]).toEqual([413, 'too-large'])
  })
})

describe('around them', () => {
  test('/healthz tells the model', async () => {
    expect(await (await setup().app.request('/healthz')).json()).toEqual({ ok: true, model: 'demo', demo: true })
  })

  test('what is not there, or not with that method, is JSON too', async () => {
    const { app } = setup()
    expect((await errorOf(await app.request('/nope'))).code).toBe('not-found')
    const response = await app.request('/api/responses')
    expect(response.status).toBe(405)
    expect((await errorOf(response)).code).toBe('not-allowed')
  })

  test('only the apps’ own origins may read, errors too', async () => {
    const { app, post } = setup()
    const allowed = await post('/api/responses', '{', { origin, 'content-type': 'application/json' })
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin)
    const foreign = await app.request('/api/ably-token', { headers: { origin: 'https://evil.example' } })
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = await app.request('/api/responses', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type')
  })

  test('an internal failure is a 500 without its message', async () => {
    const { app, log } = setup()
    app.get('/boom', () => {
      throw new Error(`broken with ${KEY}`)
    })
    const response = await app.request('/boom')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('broken')
    expect(log.some((line) => line.includes('request failed'))).toBe(true)
    expect(log.join('')).not.toContain('broken')
  })

  test('no answer holds the key', async () => {
    const { app, post } = setup()
    for (const response of [
      await post('/api/ably-token', { clientId: 'ada' }),
      await post('/api/ably-token', { clientId: 'agent' }),
      await post('/api/ably-token', '{'),
      await post('/api/responses', {}),
      await app.request('/healthz'),
      await app.request('/nope'),
    ]) {
      const text = (await response.text()) + JSON.stringify([...response.headers])
      expect(text).not.toContain('very-secret-key')
    }
  })

  test('readiness is said apart from health', async () => {
    const { app, state } = setup()
    expect((await app.request('/readyz')).status).toBe(200)
    state.ready = false
    expect((await app.request('/readyz')).status).toBe(503)
    expect((await app.request('/healthz')).status).toBe(200)
  })

  test('a token may be for one conversation alone', async () => {
    const { app } = setup()
    const response = await app.request('/api/ably-token?clientId=ada&channel=ai:demo')
    const { capability } = (await response.json()) as { capability: string }
    expect(JSON.parse(capability)).toEqual({ 'ai:demo': operations })
    expect((await errorOf(await app.request('/api/ably-token?channel=*'))).code).toBe('bad-channel')
  })

  test('each client has its rate, and is told when to come again', async () => {
    const clientOf: RateLimitOptions['clientOf'] = ({ req }) => req.header('x-client') ?? ''
    const { app, state } = setup(undefined, { perMinute: 60, burst: 3, clientOf })
    const ask = (client: string) => app.request('/api/ably-token', { headers: { 'x-client': client, origin } })
    const statuses = []
    for (let n = 0; n < 5; n++) statuses.push((await ask('ann')).status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    const refused = await ask('ann')
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin)
    expect((await errorOf(refused)).code).toBe('too-many-requests')
    expect((await ask('bob')).status).toBe(200)
    expect((await app.request('/healthz')).status).toBe(200)
    state.now += 1_000
    expect([(await ask('ann')).status, (await ask('ann')).status]).toEqual([200, 429])
  })

  test('the log tells route, status and time of a request, and nothing that is in it', async () => {
    const { app, post, log } = setup(answers)
    await post('/api/responses', { channel: 'ai:secret-channel', promptSerial: 'secret-serial' })
    await app.request('/api/ably-token?clientId=secret-name')
    await app.request('/secret-path')
    const lines = log.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ method, route, status }) => [method, route, status])).toEqual([
      ['POST', '/api/responses', 202],
      ['GET', '/api/ably-token', 200],
      ['GET', 'none', 404],
    ])
    expect(log.join('')).not.toContain('secret')
  })

  test('a request that succeeds is in the log at the level debug only', async () => {
    const { app, post, log } = setup(answers, {}, 'info')
    await post('/api/responses', { channel: 'ai:c', promptSerial: 's' })
    expect(log).toEqual([])
    await app.request('/nowhere')
    expect(log).toHaveLength(1)
  })

  test('as text it is one line for each entry, errors included', async () => {
    const lines: string[] = []
    const logger = createLogger({ level: 'info', format: 'text', contents: true }, { write: (line) => void lines.push(line) })
    logger.info('answers at http://localhost:4520')
    logger.error({ err: new Error('of two\nlines') }, 'error')
    expect(lines[0]).toBe('INFO: answers at http://localhost:4520\n')
    expect(lines[1]).toMatch(/^ERROR: error .*"of two\\nlines".*\n$/)
    expect(lines.join('').trimEnd().split('\n')).toHaveLength(2)
  })
})

describe('/api/archive', () => {
  test('is of the apps’ conversations only', async () => {
    const response = await setup().app.request('/api/archive?channel=other:x')
    expect([response.status, (await errorOf(response)).code]).toEqual([400, 'bad-request'])
  })
})
