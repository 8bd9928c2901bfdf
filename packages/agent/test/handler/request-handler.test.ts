import { createMemoryArchive } from '@streamfold/testkit/archive'
import { expect, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Agents } from '../../src/handler/agents/agents.ts'
import { archiveRoute } from '../../src/handler/routes/archive-route.ts'
import { conversationsRoute } from '../../src/handler/routes/conversations-route.ts'
import type { RequestHandlerOptions } from '../../src/handler/request-handler.ts'
import { createRequestHandler } from '../../src/handler/request-handler.ts'
import { tokenRoute } from '../../src/handler/routes/token-route.ts'
import { triggerRoute } from '../../src/handler/routes/trigger-route.ts'
import type { Answer, ConversationIndex, ConversationList, User } from '../../src/index.ts'
import { createAgentHandler, HttpError } from '../../src/index.ts'

type Asked = Awaited<ReturnType<Agents['answer']>>

interface Setup extends Partial<Pick<RequestHandlerOptions, 'authorize' | 'hosts' | 'origins' | 'path'>> {
  /** Default: it waits for ever. */
  readonly answer?: Asked
  readonly ahead?: number
  readonly index?: ConversationIndex
  readonly reachable?: boolean
}

const ann: User = { clientId: 'ann', conversations: (name) => name.startsWith('ai:') }

function setup({ answer, ahead, index, reachable = false, ...options }: Setup = {}) {
  const asked: unknown[][] = []
  const reported: unknown[] = []
  const signed: unknown[] = []
  const agents: Pick<Agents, 'answer' | 'ahead' | 'archived'> = {
    answer(...given) {
      asked.push(given)
      return answer ? Promise.resolve(answer) : new Promise<Answer>(() => undefined)
    },
    ahead: () => ahead,
    async archived(name, signal) {
      if (name === 'ai:unreachable') throw new Error('a secret of the connection')
      if (name === 'ai:hangs')
        return new Promise((_, reject) => void signal?.addEventListener('abort', () => reject(new Error('late'))))
      return name === 'ai:none' ? undefined : { messages: [], upTo: name }
    },
  }
  const service = {
    clientId: 'agent',
    connect: () => Promise.reject(new Error('unused')) as never,
    sign: async (grant: object) => (signed.push(grant), grant),
  }
  const handler = createRequestHandler({
    routes: [triggerRoute(20), tokenRoute(service, 60_000), archiveRoute(20), conversationsRoute(index, 20)],
    path: '/api',
    authorize: () => ann,
    origins: [],
    hosts: undefined,
    clock: systemClock,
    report: (error) => void reported.push(error),
    work: (_, respond) => respond({ agents: agents as Agents, reachable: () => reachable }), // The routes call no more of them.
    ...options,
  })
  const ask = (path: string, init?: RequestInit, client?: string): Promise<Response> =>
    handler(new Request(`http://localhost${path}`, init), client === undefined ? {} : { client })
  const post = (body: unknown, path = '/api/responses'): Promise<Response> =>
    ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return { handler, ask, post, asked, reported, signed }
}

async function errorOf(response: Response): Promise<Readonly<Record<string, string>>> {
  const body = (await response.json()) as { error: Record<string, string> } // The documented shape.
  expect(Object.keys(body)).toEqual(['error'])
  return body.error
}

const good = { channelName: 'ai:x', promptSerial: 'p' }

test('a prompt is answered for the user, under either name of the channel, and a response goes on', async () => {
  const { ask, post, asked } = setup({ answer: { type: 'answering', responseId: 'r1', finished: new Promise(() => undefined) } })
  const response = await post(good)
  expect([response.status, await response.json()]).toEqual([202, { responseId: 'r1' }])
  await post({ channel: 'ai:y', promptSerial: 'p', responseSerial: 'r' })
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(good) }
  await ask('/api/responses', init, 'her address')
  expect(asked).toEqual([
    ['ai:x', 'p', 'ann', undefined],
    ['ai:y', 'p', 'ann', 'r'],
    ['ai:x', 'p', 'her address', undefined],
  ])
})

test('a channel that cannot be reached keeps no request waiting: the reason is told, and the agent goes on', async () => {
  const { code, message } = await errorOf(await setup().post(good))
  expect([code, message]).toEqual(['unavailable', expect.stringMatching(/^unable to answer yet; .+: it goes on trying$/)])
})

test('a prompt that waits for earlier ones of its conversation is taken', async () => {
  const response = await setup({ reachable: true }).post(good)
  expect([response.status, await response.json()]).toEqual([202, { accepted: true }])
})

test('a prompt that waits for its turn is taken, and told how many are before it', async () => {
  const response = await setup({ ahead: 3 }).post(good)
  expect([response.status, response.headers.get('retry-after')]).toEqual([202, '5'])
  expect(await response.json()).toEqual({
    queued: true,
    ahead: 3,
    message: 'the agent is busy: 3 prompts are before this one, and it is answered when its turn comes',
  })
})

test.each([
  ['own', 429],
  ['all', 503],
] as const)('a prompt for which there is no room is refused, that of %s with %i', async (whose, status) => {
  const response = await setup({ answer: { type: 'busy', whose } }).post(good)
  expect([response.status, response.headers.get('retry-after')]).toEqual([status, '5'])
  expect(await errorOf(response)).toEqual({
    code: 'busy',
    message: expect.stringMatching(/^unable to take the prompt; .+: try again/),
  })
})

test.each([
  ['unknown-prompt', 404],
  ['not-a-prompt', 409],
  ['empty-prompt', 422],
  ['prompt-too-long', 413],
  ['answered', 409],
  ['waiting', 409],
  ['closed', 503],
  ['unavailable', 503],
] as const)('a prompt refused as %s gets %i', async (reason, status) => {
  const answer: Asked = {
    type: 'refused',
    reason,
    message: 'unable to answer; so it is',
    responseId: 'r0',
    cause: new Error('secret'),
  }
  const response = await setup({ answer }).post(good)
  expect(response.status).toBe(status)
  expect(await errorOf(response)).toEqual({ code: reason, message: 'unable to answer; so it is', responseId: 'r0' })
})

test('a response that another agent already goes on with is no failure for the page that has decided', async () => {
  const { post } = setup({
    answer: { type: 'refused', reason: 'answered', message: 'unable to answer; another agent is', responseId: 'r0' },
  })
  const response = await post({ ...good, responseSerial: 'r0' })
  expect([response.status, await response.json()]).toEqual([202, { responseId: 'r0' }])
  expect((await post(good)).status).toBe(409)
})

test.each([
  null,
  [],
  'x',
  {},
  { ...good, channelName: 42 },
  { ...good, channelName: '' },
  { ...good, channelName: 'ai:*' },
  { ...good, channelName: '[?rewind=1]ai:x' },
  { ...good, channelName: 'ai:x\n' },
  { ...good, channelName: 'ai:\u202ex' },
  { ...good, channelName: `ai:${'x'.repeat(600)}` },
  { ...good, promptSerial: '' },
  { ...good, promptSerial: 'x'.repeat(257) },
  { ...good, promptSerial: null },
  { ...good, responseSerial: 42 },
])('%j is refused', async (body) => {
  const { post, asked } = setup()
  const response = await post(body)
  expect([response.status, (await errorOf(response))['code']]).toEqual([400, 'bad-request'])
  expect(asked).toEqual([])
})

test('__proto__ and further fields change nothing', async () => {
  const { ask, asked } = setup({ answer: { type: 'taken-in', responseId: 'r1' } })
  const body = `{"__proto__":{"channelName":"ai:x"},"constructor":1,"channel":"ai:demo","promptSerial":"s"}`
  const headers = { 'content-type': 'application/json' }
  expect((await ask('/api/responses', { method: 'POST', headers, body })).status).toBe(202)
  expect(asked).toEqual([['ai:demo', 's', 'ann', undefined]])
})

test('hands out what is archived of a conversation, to no cache', async () => {
  const { ask } = setup()
  const response = await ask('/api/archive?channel=ai:x')
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(await response.json()).toEqual({ messages: [], upTo: 'ai:x' })
  expect((await ask('/api/archive?channel=other:x')).status).toBe(403)
  expect((await ask('/api/archive?channel=ai:none')).status).toBe(404)
})

test('rather hands out nothing than what may have been deleted', async () => {
  const { ask, reported } = setup()
  const response = await ask('/api/archive?channel=ai:unreachable')
  expect(response.status).toBe(503)
  const { code, message } = await errorOf(response)
  expect([code, message]).toEqual(['unavailable', expect.stringMatching(/^unable to .+; .+: open the conversation/)])
  expect(reported).toEqual([new Error('a secret of the connection')])
})

test.each([
  ['/api/archive?channel=ai:hangs', 'unable to read the archive'],
  ['/api/conversations', 'unable to list the conversations'],
])('a database that hangs keeps no request for %s waiting', async (path, unable) => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  let fail: ((reason: Error) => void) | undefined
  const list = () => new Promise<ConversationList>((_, reject) => (fail = reject))
  const { ask, reported } = setup({ index: { ...createMemoryArchive().conversations, list } })
  const response = await ask(path)
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  const { code, message } = await errorOf(response)
  expect([code, message]).toEqual(['unavailable', expect.stringContaining(`${unable}; the archive has not answered`)])
  expect(reported).toEqual([expect.objectContaining({ message: expect.stringContaining('see whether its database hangs') })])
  // A failure after the limit reaches nobody.
  fail?.(new Error('the pool has ended'))
  await new Promise(setImmediate)
  expect(unhandled).toEqual([])
  process.off('unhandledRejection', note)
})

test('the list of conversations is the user’s own, without those that the user may not open', async () => {
  const archive = createMemoryArchive()
  const told: string[] = []
  for (const [channel, clientId] of [
    ['ai:a', 'ann'],
    ['ai:b', 'bob'],
    ['other:a', 'ann'],
  ] as const) {
    const prompt = {
      serial: 's1',
      action: 'message.update',
      name: 'prompt',
      data: `in ${channel}`,
      clientId,
      timestamp: 1,
    } as const
    const page = { ...prompt, version: { serial: 's1', timestamp: 1 }, extras: { headers: { role: 'user' } } }
    await archive.put(channel, { messages: [page], upTo: 's1' })
  }
  const { ask } = setup({ index: archive.conversations })
  const read = async (path: string) => (await (await ask(path)).json()) as ConversationList // As the index gives it.
  for (const { title } of (await read('/api/conversations')).conversations) told.push(title)
  expect(told).toEqual(['in ai:a'])
  const { next } = await read('/api/conversations?limit=1')
  expect(next).toEqual(expect.any(String))
  expect((await ask(`/api/conversations?limit=1&after=${encodeURIComponent(next!)}`)).status).toBe(200)
  for (const wrong of ['limit=0', 'limit=x', 'limit=', 'after=x', 'after=']) {
    const response = await ask(`/api/conversations?${wrong}`)
    expect([wrong, response.status, (await errorOf(response))['code']]).toEqual([wrong, 400, 'bad-request'])
  }
  expect((await setup().ask('/api/conversations')).status).toBe(404)
})

test('a failure of the archive’s database is the agent’s, of whatever type its error is, and nothing of it is told', async () => {
  const failure = Object.assign(new TypeError('fetch failed'), { cause: 'db.internal:5432' })
  const failing: ConversationIndex = { ...createMemoryArchive().conversations, list: () => Promise.reject(failure) }
  const { ask, reported } = setup({ index: failing })
  const response = await ask('/api/conversations')
  expect([response.status, (await errorOf(response))['code']]).toEqual([500, 'internal'])
  expect(reported).toEqual([failure])
})

test('a token has no more than the capability says that the product gives its user', async () => {
  const capability = { 'ai:read': ['subscribe'], 'ai:*': ['history'], 'ai:*:team': ['publish'], 'other:*': ['publish'] }
  const { ask, signed } = setup({ authorize: () => ({ ...ann, conversations: () => true, capability }) })
  for (const name of ['ai:read', 'ai:1:team', 'ai:1']) await ask(`/api/ably-token?channel=${name}`)
  expect(signed).toEqual(
    [{ 'ai:read': ['subscribe', 'history'] }, { 'ai:1:team': ['history', 'publish'] }, { 'ai:1': ['history'] }].map(
      (granted) => ({ clientId: 'ann', ttl: 60_000, capability: granted }),
    ),
  )
  for (const name of ['ai', 'mine', 'other']) {
    const refused = await ask(`/api/ably-token?channel=${name}`)
    expect([name, refused.status, (await errorOf(refused))['code']]).toEqual([name, 403, 'not-yours'])
  }
  expect(signed).toHaveLength(3)
})

test.each<[string, unknown, number]>([
  ['the rows of a query, of which there are none', () => Promise.resolve([]), 403],
  ['a string', 'ai:x, ai:y', 500],
  ['nothing', undefined, 500],
])('untyped code that gives as conversations %s lets nobody in', async (_, conversations, status) => {
  const { ask, signed } = setup({ authorize: () => ({ clientId: 'ann', conversations: conversations as string[] }) })
  const response = await ask('/api/ably-token?channel=ai:x')
  expect([response.status, signed]).toEqual([status, []])
})

test('a body that a framework has read before is the developer’s mistake, and the log says what to do', async () => {
  const { handler, reported } = setup()
  const request = new Request('http://localhost/api/responses', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(good),
  })
  await request.text()
  expect((await handler(request)).status).toBe(500)
  expect(reported).toEqual([
    expect.objectContaining({ message: expect.stringContaining('give the handler the request as it came') }),
  ])
})

test('a token is for the conversation that is named, or the only one; what its user’s capability says is the product’s word', async () => {
  const named = setup()
  await named.ask('/api/ably-token?channel=ai:x')
  const only = setup({ authorize: () => ({ clientId: 'bob', conversations: ['ai:his'] }) })
  await only.ask('/api/ably-token')
  expect((await only.ask('/api/ably-token?channel=ai:x')).status).toBe(403)
  const several = setup({
    authorize: () => ({ ...ann, conversations: [], capability: { 'ai:a': ['subscribe'], 'ai:b': ['subscribe'] } }),
  })
  await several.ask('/api/ably-token')
  const operations = ['subscribe', 'publish', 'history', 'presence', 'message-update-own', 'message-delete-own']
  expect([...named.signed, ...only.signed, ...several.signed]).toEqual([
    { clientId: 'ann', ttl: 60_000, capability: { 'ai:x': operations } },
    { clientId: 'bob', ttl: 60_000, capability: { 'ai:his': operations } },
    { clientId: 'ann', ttl: 60_000, capability: { 'ai:a': ['subscribe'], 'ai:b': ['subscribe'] } },
  ])
})

test.each(['agent', 'agent:2', '*', '', undefined])('no token is signed for the client id %j', async (clientId) => {
  const { ask, signed, reported } = setup({ authorize: () => ({ ...ann, clientId: clientId! }) })
  const response = await ask('/api/ably-token?channel=ai:x')
  expect([response.status, (await errorOf(response))['code'], signed]).toEqual([500, 'internal', []])
  expect(reported).toEqual([expect.objectContaining({ message: expect.stringContaining('authorize returned the client id') })])
})

test('authorize reads the body, may refuse in its own words, and its failure is not told', async () => {
  const bodies: unknown[] = []
  const reading = setup({
    answer: { type: 'taken-in', responseId: 'r1' },
    async authorize(request) {
      bodies.push(await request.json())
      return ann
    },
  })
  expect((await reading.post(good)).status).toBe(202)
  expect(bodies).toEqual([good])

  const refusing = setup({
    authorize: () => Promise.reject(new HttpError(402, 'unpaid', 'unable to answer; the month is not paid: pay it')),
  })
  const refused = await refusing.post(good)
  expect([refused.status, (await errorOf(refused))['code']]).toEqual([402, 'unpaid'])

  const failing = setup({ authorize: () => Promise.reject(new Error('password of the database')) })
  const failed = await failing.post(good)
  expect([failed.status, await failed.text()]).toEqual([500, expect.not.stringContaining('password')])
  expect(failing.reported).toEqual([new Error('password of the database')])
})

test('a body that is too large is refused, whether it says so or not', async () => {
  const { ask } = setup()
  const large = JSON.stringify({ ...good, more: 'x'.repeat(20_000) })
  const headers = { 'content-type': 'application/json' }
  const streamed = { method: 'POST', headers, body: new Blob([large]).stream(), duplex: 'half' } as RequestInit // Node asks for duplex.
  for (const init of [{ method: 'POST', headers, body: large }, streamed]) {
    const response = await ask('/api/responses', init)
    expect([response.status, (await errorOf(response))['code']]).toEqual([413, 'too-large'])
  }
})

test.each([
  ['evil.example', 403],
  ['localhost.evil.example', 403],
  ['localhost@evil.example', 403],
  ['evil.example/localhost', 403],
  ['', 403],
  ['localhost:4520', 200],
  ['app.localhost', 200],
  ['127.0.0.1:4520', 200],
  ['[::1]:4520', 200],
  ['Apps.Example:443', 200],
])('a request to %j gets %i', async (host, status) => {
  const { ask } = setup({ hosts: ['apps.example'] })
  expect((await ask('/api/archive?channel=ai:x', { headers: { host } })).status).toBe(status)
})

test('pages of known sites may read, those of others may not ask', async () => {
  const origin = 'https://app.example'
  const { ask } = setup({ origins: [origin] })
  const own = await ask('/api/archive?channel=ai:x', { headers: { origin, 'sec-fetch-site': 'cross-site' } })
  expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, origin])
  const refused = await ask('/api/responses', { headers: { origin } })
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([405, origin])
  for (const from of ['cross-site', 'same-site']) {
    const foreign = await ask('/api/archive?channel=ai:x', {
      headers: { origin: 'https://evil.example', 'sec-fetch-site': from },
    })
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([403, null])
  }
})

test.each(['/', 'agent', '/agent/'])('it is mounted where it is said: %s', async (path) => {
  const { ask } = setup({ path })
  const base = path === '/' ? '' : '/agent'
  expect((await ask(`${base}/archive?channel=ai:x`)).status).toBe(200)
  expect((await ask('/api/archive?channel=ai:x')).status).toBe(404)
})

test('what is no Request is a mistake of the developer', async () => {
  await expect(setup().handler({ req: {} } as never)).rejects.toThrow('c.req.raw of Hono')
})

test('options are checked at once, and not with the first prompt', () => {
  const service = { clientId: 'agent', connect: vi.fn(), sign: vi.fn() }
  const options = { service, authorize: () => ann, respond: async function* () {} }
  expect(() => createAgentHandler(options)).not.toThrow()
  for (const wrong of [
    { service: {} },
    { authorize: 'ann' },
    { respond: undefined },
    { tokenTtl: 0 },
    { staleAfter: -1 },
    { prompts: 'later' },
    { idleAfter: Number.NaN },
    { work: { most: 0, each: 1 } },
    { work: { most: 1, each: 1, waiting: '5' } },
    { origins: 'https://app.example' },
    { hosts: 'app.example' },
    { journal: {} },
    { waiting: new Map() },
  ])
    expect(() => createAgentHandler({ ...options, ...wrong } as never), JSON.stringify(wrong)).toThrow(/^unable to /)
})
