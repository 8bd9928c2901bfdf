import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { rest, serve } from './fixture.ts'

const reject = async (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => undefined,
    (error: unknown) => error,
  )

it('issues a token with exactly the time to live asked for, one hour by default', async () => {
  const client = rest(await serve())
  const token = await client.auth.requestToken({ clientId: 'ann' })
  expect(token.expires - token.issued).toBe(3_600_000)
  expect(token).toMatchObject({ clientId: 'ann', keyName: 'local.dev' })
  const short = await client.auth.requestToken({ ttl: 60_000 })
  expect(short.expires - short.issued).toBe(60_000)
})

it('gives a token no more than the key has', async () => {
  const server = await serve({ keys: [{ key: 'local.dev:streamfold', capability: { 'ai:*': ['publish', 'subscribe'] } }] })
  const client = rest(server)
  const asked = { 'ai:1': ['subscribe', 'publish', 'history'], other: ['*'] }
  const token = await client.auth.requestToken({ capability: JSON.stringify(asked) })
  expect(JSON.parse(token.capability)).toEqual({ 'ai:1': ['publish', 'subscribe'] })
  const everything = await client.auth.requestToken({ capability: JSON.stringify({ '*': ['*'] }) })
  expect(JSON.parse(everything.capability)).toEqual({ 'ai:*': ['publish', 'subscribe'] })
  expect(await reject(client.auth.requestToken({ capability: '{"other":["publish"]}' }))).toMatchObject({ code: 40160 })
})

it.each([['{"a":[]}'], ['{"a":["*","publish"]}'], ['{"a":["fly"]}'], ['[]'], ['nonsense']])(
  'refuses the capability %s',
  async (capability) => {
    const server = await serve()
    const response = await fetch(`${server.url}/keys/local.dev/requestToken`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(server.key).toString('base64')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ capability }),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 40000 } })
  },
)

it('checks mac, timestamp, nonce and ttl', async () => {
  const server = await serve()
  const client = rest(server)
  const post = async (request: object): Promise<unknown> => {
    const response = await fetch(`${server.url}/keys/local.dev/requestToken`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    })
    return response.json()
  }
  const request = await client.auth.createTokenRequest({ clientId: 'ann' })
  expect(await post({ ...request, mac: 'wrong' })).toMatchObject({ error: { code: 40101, statusCode: 401 } })
  expect(await post({ ...request, clientId: 'eve' })).toMatchObject({ error: { code: 40101 } })
  expect(await post(request)).toMatchObject({ token: expect.any(String), clientId: 'ann' })
  expect(await post(request)).toMatchObject({ error: { code: 40105 } })
  const old = await client.auth.createTokenRequest({ timestamp: Date.now() - 600_000 })
  expect(await post(old)).toMatchObject({ error: { code: 40104 } })
  const long = await client.auth.createTokenRequest({ ttl: 90_000_000 })
  expect(await post(long)).toMatchObject({ error: { statusCode: 400 } })
})

it('accepts a JWT signed with the key, and knows a bad one', async () => {
  const server = await serve()
  const sign = (claims: object, secret = 'streamfold', kid = 'local.dev'): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const text = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${part(claims)}`
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
  }
  const now = Math.floor(Date.now() / 1000)
  const good = { iat: now, exp: now + 60, 'x-ably-capability': '{"*":["*"]}', 'x-ably-clientId': 'ann' }
  const history = (token: string): Promise<unknown> => rest(server, { token }).channels.get('room').history()
  await history(sign(good))
  expect(await reject(history(sign(good, 'other')))).toMatchObject({ code: 40171 })
  expect(await reject(history(sign(good, 'x', 'invalid.invalid')))).toMatchObject({ code: 40400, statusCode: 404 })
  expect(await reject(history(sign({ ...good, exp: now - 1 })))).toMatchObject({ code: 40171 })
})
