import { once } from 'node:events'
import { get } from 'node:http'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { rest, serve } from './fixture.ts'
import { RawSocket } from './raw-socket.ts'

it('begins with CONNECTED and complete connection details', async () => {
  const socket = await RawSocket.open(await serve())
  const frame = await socket.frame(({ action }) => action === 4)
  expect(frame).toMatchObject({
    connectionId: expect.any(String),
    connectionDetails: { clientId: '*', maxMessageSize: 65_536, connectionStateTtl: 120_000, maxIdleInterval: 15_000 },
  })
})

it('sends heartbeat frames to browsers and pings to others', async () => {
  const server = await serve({ maxIdleInterval: 20 })
  const browser = await RawSocket.open(server, { heartbeats: 'true' })
  await browser.frame(({ action }) => action === 0)
  const node = await RawSocket.open(server, { heartbeats: 'false' })
  await node.until(({ pings }) => pings > 1)
  expect(node.frames.filter(({ action }) => action === 0)).toEqual([])
})

it('answers an error frame, not an HTTP 401, to bad credentials', async () => {
  const socket = await RawSocket.open(await serve(), { key: 'nobody.here:x' })
  expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ error: { code: 40101, statusCode: 401 } })
  await socket.until(({ closed }) => closed)
})

it.each([
  ['text that is no JSON', '{"action":'],
  ['a JSON list', '[1,2]'],
  ['null', 'null'],
  ['a frame without action', '{"channel":"room"}'],
])('ends the connection on %s and lives on', async (_, text) => {
  const server = await serve()
  const socket = await RawSocket.open(server)
  socket.send(text)
  expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ error: { code: 40000 } })
  const next = await RawSocket.open(server)
  await next.frame(({ action }) => action === 4)
})

it('ignores actions it does not know', async () => {
  const socket = await RawSocket.open(await serve())
  socket.send({ action: 99, channel: 'room' })
  socket.send({ action: 0, id: 'still-here' })
  expect(await socket.frame(({ action }) => action === 0)).toMatchObject({ id: 'still-here' })
})

it.each([
  ['no messages', {}],
  ['messages that are no objects', { messages: [7] }],
  ['a name that is no string', { messages: [{ name: { a: 1 } }] }],
  ['data that is a number', { messages: [{ data: 5 }] }],
  [
    'two appends in a frame',
    {
      messages: [
        { action: 5, serial: 'x' },
        { action: 5, serial: 'x' },
      ],
    },
  ],
  ['an append without serial', { messages: [{ action: 5, data: 'x' }] }],
])('rejects a MESSAGE with %s', async (_, fields) => {
  const socket = await RawSocket.open(await serve())
  socket.send({ action: 15, channel: 'room', msgSerial: 0, ...fields })
  const nack = await socket.frame(({ action }) => action === 2)
  expect(nack).toMatchObject({ msgSerial: 0, count: 1, error: { statusCode: 400 } })
})

it.each(['', ':room', ',room', ' room', 'a\nb', '[odd]room'])('refuses the channel name %j on attach', async (channel) => {
  const socket = await RawSocket.open(await serve())
  socket.send({ action: 10, channel })
  expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ channel, error: { code: 40010, statusCode: 400 } })
})

it('acknowledges in order, and a repeated frame with its first result', async () => {
  const socket = await RawSocket.open(await serve())
  for (const msgSerial of [0, 1, 2]) {
    socket.send({ action: 15, channel: 'room', msgSerial, messages: [{ name: 'n', data: String(msgSerial) }] })
  }
  const serials = (): unknown[] => socket.frames.filter(({ action }) => action === 1).flatMap((ack) => ack['res'] as unknown[])
  await socket.until(() => serials().length === 3)
  const [first] = serials()
  socket.send({ action: 15, channel: 'room', msgSerial: 0, messages: [{ name: 'n', data: '0' }] })
  await socket.until(() => serials().length === 4)
  expect(serials()[3]).toEqual(first)
  const acked = socket.frames.filter(({ action }) => action === 1).map((ack) => ack['msgSerial'])
  expect(acked.at(-1)).toBe(0)
})

it("omits an append's repeated base but repeats name, extras and the time of creation", async () => {
  const socket = await RawSocket.open(await serve(), { appendRollupWindow: '0' })
  socket.send({ action: 10, channel: 'room' })
  await socket.frame(({ action }) => action === 11)
  const extras = { headers: { status: 'streaming' } }
  socket.send({ action: 15, channel: 'room', msgSerial: 0, messages: [{ name: 'response', data: 'a', extras }] })
  const create = await socket.frame(({ action }) => action === 15)
  const [created] = create['messages'] as [{ serial: string; timestamp: number }]
  socket.send({ action: 15, channel: 'room', msgSerial: 1, messages: [{ action: 5, serial: created.serial, data: 'b' }] })
  const append = await socket.frame((frame) => frame.action === 15 && frame !== create)
  const [message] = append['messages'] as [Record<string, unknown>]
  expect(message).toMatchObject({ action: 5, data: 'b', name: 'response', extras, timestamp: created.timestamp })
  expect((message['version'] as { serial: string; timestamp: number }).serial > created.serial).toBe(true)
  expect((message['version'] as { timestamp: number }).timestamp).toBeGreaterThan(created.timestamp)
})

it('asks for a new token before the old one ends', async () => {
  const server = await serve()
  const { token } = await rest(server).auth.requestToken({ ttl: 20_000 })
  const socket = await RawSocket.open(server, { access_token: token })
  await socket.frame(({ action }) => action === 17)
})

it('outlives frames of any shape', async () => {
  const server = await serve()
  const values: fc.Arbitrary<unknown> = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('room', '[?rewind=1]room', '__proto__', 0, 5, 14, 15, [{}], [{ action: 5, serial: 'x', data: 'y' }]),
  )
  const frames = fc.record(
    {
      action: fc.integer({ min: -1, max: 22 }).filter((action) => action !== 7 && action !== 5),
      channel: values,
      msgSerial: values,
      channelSerial: values,
      flags: values,
      params: values,
      messages: values,
      presence: values,
      auth: values,
    },
    { requiredKeys: ['action'] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(frames, { maxLength: 10 }), async (list) => {
      const socket = await RawSocket.open(server)
      for (const frame of list) socket.send(frame)
      socket.send({ action: 0, id: 'done' })
      await socket.until(({ frames, closed }) => closed || frames.some(({ id }) => id === 'done'))
      socket.close()
    }),
    { numRuns: 50 },
  )
  const after = await RawSocket.open(server)
  await after.frame(({ action }) => action === 4)
})

it('outlives requests for addresses that are none', async () => {
  const server = await serve()
  for (const upgrade of ['websocket', 'nonsense', undefined]) {
    const headers = upgrade === undefined ? {} : { connection: 'upgrade', upgrade }
    const request = get({ host: '127.0.0.1', port: server.port, path: '//', headers })
    await Promise.race([once(request, 'response'), once(request, 'error')])
    request.destroy()
  }
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})
