import { expect, it } from 'vitest'
import { connected, FORMATS, rest, serve, type LocalAbly } from './fixture.ts'

const basic = (server: LocalAbly): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(server.key).toString('base64')}`,
})

it.each(FORMATS)('tells the time (%s)', async (_, useBinaryProtocol) => {
  expect(Math.abs((await rest(await serve(), { useBinaryProtocol }).time()) - Date.now())).toBeLessThan(5000)
})

it.each([
  ['application/json', 'application/json'],
  ['application/x-msgpack', 'application/x-msgpack'],
])('sends errors as exactly %s, with code and message in headers too', async (accept, type) => {
  const server = await serve()
  const response = await fetch(`${server.url}/channels/room/messages`, { headers: { accept } })
  expect(response.status).toBe(401)
  expect(response.headers.get('content-type')).toBe(type)
  expect(response.headers.get('x-ably-errorcode')).toBe('40101')
  expect(response.headers.get('x-ably-errormessage')).toMatch(/unable to authenticate/)
})

it('answers 40400 for what does not exist', async () => {
  const server = await serve()
  for (const path of [
    '/nowhere',
    '/keys/local.dev/requestToken',
    '/channels/room/nothing',
    '/channels/room/messages/s/nothing',
  ]) {
    const response = await fetch(server.url + path, { headers: basic(server) })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 40400, statusCode: 404 } })
  }
})

it('survives bodies and paths that make no sense', async () => {
  const server = await serve()
  const post = (path: string, body: string, type = 'application/json'): Promise<Response> =>
    fetch(server.url + path, { method: 'POST', headers: { ...basic(server), 'content-type': type }, body })
  expect((await post('/channels/room/messages', '{')).status).toBe(400)
  expect((await post('/channels/room/messages', '[]')).status).toBe(400)
  expect((await post('/channels/room/messages', '"text"')).status).toBe(400)
  expect((await post('/channels/room/messages', '\uFFFF', 'application/x-msgpack')).status).toBe(400)
  expect((await post('/channels/%E0%A4%A/messages', '{}')).status).toBe(400)
  expect((await post('/channels/%3Aroom/messages', '{}')).status).toBe(400)
  expect((await fetch(`${server.url}/channels/room/messages?limit=x`, { headers: basic(server) })).status).toBe(400)
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})

it('lets browsers of other origins in', async () => {
  const server = await serve()
  const preflight = await fetch(`${server.url}/channels/room/messages`, {
    method: 'OPTIONS',
    headers: {
      origin: 'http://localhost:5173',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-ably-version,ably-agent,content-type',
    },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
  expect(preflight.headers.get('access-control-allow-headers')).toContain('x-ably-version')
  const answer = await fetch(`${server.url}/time`, { headers: { origin: 'http://localhost:5173' } })
  expect(answer.headers.get('access-control-expose-headers')).toBe('Link, X-Ably-Errorcode, X-Ably-Errormessage, X-Ably-ServerId')
})

it('tells the status of a channel', async () => {
  const server = await serve()
  const client = await connected(server, { clientId: 'ann' })
  await client.channels.get('room').presence.enter()
  expect(await rest(server).channels.get('room').status()).toMatchObject({
    channelId: 'room',
    status: { isActive: true, occupancy: { metrics: { connections: 1, subscribers: 1, presenceMembers: 1 } } },
  })
})

it.each(FORMATS)('publishes and reads presence in batches (%s)', async (_, useBinaryProtocol) => {
  const server = await serve()
  const client = rest(server, { useBinaryProtocol })
  const result = await client.batchPublish({ channels: ['a', 'b', ''], messages: [{ name: 'n', data: 'd' }] })
  expect(result).toMatchObject({ successCount: 2, failureCount: 1 })
  expect((await client.channels.get('b').history()).items).toMatchObject([{ data: 'd' }])
  expect(await client.batchPresence(['a', 'b'])).toMatchObject({ successCount: 2, failureCount: 0 })
})

it('publishes for a connection, given its key', async () => {
  const server = await serve()
  const client = await connected(server)
  const channel = rest(server).channels.get('room')
  await channel.publish({ name: 'n', connectionKey: client.connection.key } as never)
  expect((await channel.history()).items).toMatchObject([{ connectionId: client.connection.id }])
  await expect(channel.publish({ name: 'n', connectionKey: 'unknown' } as never)).rejects.toMatchObject({ code: 40006 })
})

it('turns objects posted without encoding into json', async () => {
  const server = await serve()
  const response = await fetch(`${server.url}/channels/room/messages`, {
    method: 'POST',
    headers: { ...basic(server), 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'n', data: { a: 1 } }),
  })
  expect(response.status).toBe(201)
  expect((await rest(server).channels.get('room').history()).items).toMatchObject([{ data: { a: 1 } }])
})
