import type { RealtimeChannel } from 'ably'
import { expect, it } from 'vitest'
import { connected, Received, realtime, rest, serve, type LocalAbly } from './fixture.ts'

const immediate = { transportParams: { appendRollupWindow: 0 } }
const append = (channel: RealtimeChannel, serial: unknown, data: string): Promise<unknown> =>
  channel.appendMessage({ serial, data } as never)

const post = (server: LocalAbly, body: unknown): Promise<Response> =>
  fetch(`${server.url}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(server.key)}` },
    body: JSON.stringify(body),
  })

it('cuts by client, by connection and by channel', async () => {
  const server = await serve()
  const ann = await connected(server, { clientId: 'ann' })
  const bob = await connected(server, { clientId: 'bob' })
  await bob.channels.get('room').attach()
  const dropped = ann.connection.whenState('disconnected')
  expect(server.faults.cut({ clientId: 'ann' })).toBe(1)
  await dropped
  await ann.connection.whenState('connected')
  expect(bob.connection.state).toBe('connected')
  expect(server.faults.cut({ channel: 'room' })).toBe(1)
  expect(server.faults.cut({ connectionId: String(ann.connection.id) })).toBe(1)
  expect(server.faults.cut({ clientId: 'nobody' })).toBe(0)
})

it('refuses new sockets for a while', async () => {
  const server = await serve()
  server.faults.refuse({ clientId: 'ann', ms: 60_000 })
  const ann = realtime(server, { clientId: 'ann', disconnectedRetryTimeout: 20 })
  await ann.connection.whenState('disconnected')
  await connected(server, { clientId: 'bob' })
  server.faults.clear()
  await ann.connection.whenState('connected')
})

it('knows a client by its token too, and faults in force from the start', async () => {
  const server = await serve({ faults: [{ type: 'refuse', clientId: 'ann', ms: 60_000 }] })
  const token = await rest(server).auth.requestToken({ clientId: 'ann' })
  const ann = realtime(server, { token: token.token, disconnectedRetryTimeout: 20 })
  await ann.connection.whenState('disconnected')
  server.faults.clear()
  await ann.connection.whenState('connected')
})

it('rejects the n-th append with the code asked for', async () => {
  const server = await serve()
  const channel = (await connected(server, immediate)).channels.get('room')
  const { serials } = await channel.publish('n', '')
  server.faults.rejectAppend({ nth: 2, code: 42913, channel: 'room' })
  const results = await Promise.allSettled(['a', 'b', 'c'].map((text) => append(channel, serials[0], text)))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(results[1]).toMatchObject({ reason: { code: 42913, statusCode: 429 } })
  expect((await channel.getMessage(String(serials[0]))).data).toBe('ac')
})

it('may fold a rejected append into the next one, but not over an update', async () => {
  const server = await serve()
  const channel = (await connected(server, immediate)).channels.get('room')
  const received = await Received.on(channel)
  const { serials } = await channel.publish('n', '')
  server.faults.rejectAppend({ times: 2, fold: true })
  await Promise.allSettled(['a', 'b', 'c'].map((text) => append(channel, serials[0], text)))
  await received.until(({ data }) => data === 'abc')
  server.faults.rejectAppend({ fold: true })
  await expect(append(channel, serials[0], 'lost')).rejects.toMatchObject({ code: 42911 })
  await channel.updateMessage({ serial: serials[0], data: 'new' } as never)
  await append(channel, serials[0], '!')
  expect((await channel.getMessage(String(serials[0]))).data).toBe('new!')
})

it('delays a channel without changing its order', async () => {
  const server = await serve()
  const client = await connected(server)
  const channel = client.channels.get('room')
  const received = await Received.on(channel)
  const stop = server.faults.delay({ ms: 400, channel: 'room' })
  await channel.publish('n', '1')
  stop()
  await channel.publish('n', '2')
  await client.connection.ping()
  expect(received.texts).toEqual([])
  await received.until(({ data }) => data === '2')
  expect(received.texts).toEqual(['1', '2'])
})

it('duplicates deliveries', async () => {
  const server = await serve()
  const channel = (await connected(server)).channels.get('room')
  const received = await Received.on(channel)
  server.faults.duplicate({ channel: 'room' })
  await channel.publish('n', '1')
  server.faults.clear()
  await channel.publish('n', '2')
  await received.until(({ data }) => data === '2')
  expect(received.texts).toEqual(['1', '1', '2'])
})

it('conflates appends into one, or into full updates', async () => {
  const server = await serve()
  const writer = (await connected(server, immediate)).channels.get('room')
  const merged = await Received.on((await connected(server, { clientId: 'merged' })).channels.get('room'))
  const full = await Received.on((await connected(server, { clientId: 'full' })).channels.get('room'))
  server.faults.conflate({ clientId: 'merged', ms: 10_000 })
  server.faults.conflate({ clientId: 'full', as: 'full' })
  const { serials } = await writer.publish('n', 'a')
  for (const text of ['b', 'c', 'd']) await append(writer, serials[0], text)
  await writer.updateMessage({ serial: serials[0], data: 'end' } as never)
  await Promise.all([merged, full].map((received) => received.until(({ data }) => data === 'end')))
  expect(merged.texts).toEqual(['a', 'bcd', 'end'])
  expect(full.texts).toEqual(['a', 'ab', 'abc', 'abcd', 'end'])
})

it('takes faults over HTTP', async () => {
  const server = await serve()
  const client = await connected(server, { clientId: 'ann' })
  const dropped = client.connection.whenState('disconnected')
  const answer = await post(server, { type: 'cut', clientId: 'ann', refuseFor: 5 })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ type: 'cut', connections: 1 })
  await dropped
  for (const fault of [
    { type: 'refuse', clientId: 'nobody', ms: 5 },
    { type: 'expireContinuity', clientId: 'nobody' },
    { type: 'delay', clientId: 'nobody', ms: 5 },
    { type: 'duplicate', clientId: 'nobody' },
    { type: 'conflate', clientId: 'nobody', ms: 5, as: 'merged' },
    { type: 'rejectAppend', clientId: 'nobody', nth: 3, times: 2, code: 42911 },
    { type: 'dropAck', clientId: 'nobody', nth: 1 },
  ]) {
    expect((await post(server, fault)).status).toBe(200)
  }
  const headers = { authorization: `Basic ${btoa(server.key)}` }
  const cleared = await fetch(`${server.url}/faults`, { method: 'DELETE', headers })
  expect(await cleared.json()).toEqual({ cleared: true })
})

it.each([
  [{}],
  [{ type: 'explode' }],
  [{ type: 'delay' }],
  [{ type: 'cut', client: 'ann' }],
  [[1]],
  [{ type: 'rejectAppend', nth: 0 }],
])('refuses the fault %j and says why', async (body) => {
  const response = await post(await serve(), body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { code: 40000, message: expect.stringMatching(/^unable to inject the fault; .+/) },
  })
})
