import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Broker } from '../src/apps/broker.ts'
import { systemClock } from '../src/shared/clock.ts'
import { rest, serve, type LocalAbly } from './fixture.ts'
import { RawSocket } from './raw-socket.ts'

const filtered = (expression: string) => `[filter=${Buffer.from(expression).toString('base64')}]room`
const chain = (count: number, link: string) => Array.from({ length: count }, () => link).join(' | ')
const nest = (count: number, open: string, close: string) => `${open.repeat(count)}@${close.repeat(count)}`

describe('a filter', () => {
  it.each([
    ['doubles a list again and again', chain(14, '[@, @][]')],
    ['doubles a text again and again', `to_string(@) | ${chain(20, "join('', [@, @])")}`],
    ['doubles the escapes of a text again and again', nest(16, 'to_string([', '])')],
    ['doubles an object again and again', chain(14, '{a: @, b: @}.[a, b][]')],
    ['doubles inside a projection', `[@].map(&${nest(20, '[', ', @][]')}, @)`],
    ['takes many from one', `[${Array.from({ length: 40 }, () => '@').join(', ')}][] | ${chain(4, '[@, @, @][]')}`],
    ['is of ten thousand levels', nest(10_000, '(', ')')],
    ['is longer than a filter is', `name == '${'x'.repeat(5_000)}'`],
  ])('that %s is refused at once, and its text is not sent back', async (_, expression) => {
    const socket = await RawSocket.open(await serve())
    // Processor time: what else the machine does is no work of the filter.
    const before = process.cpuUsage()
    socket.send({ action: 10, channel: filtered(expression) })
    const answer = await socket.frame(({ action }) => action === 9 || action === 11)
    expect(answer).toMatchObject({ action: 9, error: { statusCode: 400 } })
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(500)
    expect(String((answer['error'] as { message: string }).message).length).toBeLessThan(500)
    socket.close()
  })

  it.each([
    `name == 'greeting'`,
    `headers.room == 'a' && contains(['x', 'y'], name) || starts_with(name, 'z')`,
    `headers."a-b" && !headers.c`,
    `data[?price > \`5\`] | [0].name`,
    `length(to_array(data)) > \`0\` && type(data) == 'array' && join(',', data[*].name) != ''`,
  ])('such as %s is taken', async (expression) => {
    const socket = await RawSocket.open(await serve())
    socket.send({ action: 10, channel: filtered(expression) })
    expect(await socket.frame(({ action }) => action === 9 || action === 11)).toMatchObject({ action: 11 })
    socket.close()
  })
})

describe('what a fault holds back', () => {
  it.each([
    ['freeze', (server: LocalAbly) => void server.faults.freeze({ clientId: 'slow' })],
    ['delay', (server: LocalAbly) => void server.faults.delay({ clientId: 'slow', ms: 3_600_000 })],
  ])('is no more than what a client may leave unread: %s', async (_, inject) => {
    const server = await serve({ maxUnreadBytes: 100_000 })
    const socket = await RawSocket.open(server, { clientId: 'slow' })
    socket.send({ action: 10, channel: 'room' })
    await socket.frame(({ action }) => action === 11)
    inject(server)
    const channel = rest(server).channels.get('room')
    for (let n = 0; n < 5; n++) await channel.publish('big', 'x'.repeat(30_000))
    await socket.until(({ closed }) => closed)
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
  })
})

describe('the name of a channel', () => {
  const long = 'x'.repeat(2_049)

  it('has 2,048 characters at most, by socket and by request; a longer one is not sent back', async () => {
    const server = await serve()
    const socket = await RawSocket.open(server)
    socket.send({ action: 10, channel: long })
    const answer = await socket.frame(({ action }) => action === 9 || action === 11)
    expect(answer).toMatchObject({ action: 9, channel: long, error: { code: 40010 } })
    expect((answer['error'] as { message: string }).message.length).toBeLessThan(300)
    socket.send({ action: 10, channel: 'y'.repeat(2_048) })
    await socket.frame(({ action }) => action === 11)
    socket.close()
    const headers = { authorization: `Basic ${btoa(server.key)}` }
    const refused = await fetch(`${server.url}/channels/${long}/messages`, { headers })
    expect([refused.status, refused.headers.get('x-ably-errorcode')]).toEqual([400, '40010'])
  })
})

describe('a failure of the server itself', () => {
  const SECRET = 'ENOENT: /home/dev/secret/path'
  const log: string[] = []
  let failing = false
  let server: LocalAbly

  beforeEach(async () => {
    log.length = 0
    failing = false
    const clock = {
      ...systemClock,
      now() {
        if (failing) throw new Error(SECRET)
        return systemClock.now()
      },
    }
    server = await serve({ clock, log: (line) => void log.push(line) })
  })

  afterEach(() => void (failing = false))

  it('is in the log, and no client is told more than that it failed: by request', async () => {
    failing = true
    const headers = { authorization: `Basic ${btoa(server.key)}`, 'content-type': 'application/json' }
    const requests = [
      fetch(`${server.url}/time`),
      fetch(`${server.url}/channels/room/messages`, { method: 'POST', headers, body: '{"data":"x"}' }),
      fetch(`${server.url}/messages`, { method: 'POST', headers, body: '{"channels":["a"],"messages":[{"data":"x"}]}' }),
    ]
    for (const answer of await Promise.all(requests)) {
      const text = (await answer.text()) + JSON.stringify([...answer.headers])
      expect(text).not.toContain('secret')
      expect(text).toContain('see its log')
    }
    expect(log.filter((line) => line.includes(SECRET))).toHaveLength(3)
  })

  it('is in the log, and no client is told more than that it failed: by socket', async () => {
    const socket = await RawSocket.open(server)
    await socket.frame(({ action }) => action === 4)
    failing = true
    socket.send({ action: 15, channel: 'room', msgSerial: 0, messages: [{ data: 'x' }] })
    socket.send({ action: 10, channel: 'room' })
    await vi.waitFor(() => expect(log.filter((line) => line.includes(SECRET)).length).toBeGreaterThan(0))
    failing = false
    socket.send({ action: 0 })
    await socket.frame(({ action }) => action === 0)
    const text = JSON.stringify(socket.frames)
    expect(text).not.toContain('secret')
    expect(text).toContain('see its log')
    socket.close()
  })
})

it('what a client names and may not use leaves no channel behind', async () => {
  const made = vi.spyOn(Broker.prototype, 'channel')
  const server = await serve({ keys: ['local.dev:streamfold', { key: 'local.few:secret', capability: { mine: ['*'] } }] })
  const socket = await RawSocket.open(server, { key: 'local.few:secret', clientId: 'mallory' })
  socket.send({ action: 15, channel: 'theirs', msgSerial: 0, messages: [{ data: 'x' }] })
  socket.send({ action: 14, channel: 'theirs', msgSerial: 1, presence: [{ action: 2 }] })
  socket.send({ action: 21, channel: 'theirs', msgSerial: 2, annotations: [{ type: 'a:flag.v1' }] })
  socket.send({ action: 10, channel: 'theirs' })
  socket.send({ action: 12, channel: 'theirs' })
  socket.send({ action: 0 })
  await socket.frame(({ action }) => action === 0)
  expect(socket.frames.filter(({ action }) => action === 2 || action === 9)).not.toEqual([])
  const headers = { authorization: `Basic ${btoa('local.few:secret')}` }
  expect((await fetch(`${server.url}/channels/theirs/messages`, { headers })).status).toBe(401)
  expect(made.mock.calls).toEqual([])
  socket.send({ action: 10, channel: 'mine' })
  await socket.frame(({ action }) => action === 11)
  expect(made.mock.calls).toEqual([['mine']])
  socket.close()
  made.mockRestore()
})

describe('one request or frame does not hold up all others', () => {
  const headersOf = (server: LocalAbly) => ({ authorization: `Basic ${btoa(server.key)}`, 'content-type': 'application/json' })

  it('a batch that names a channel again and again is refused', async () => {
    const server = await serve()
    const body = JSON.stringify({ channels: Array.from({ length: 1_001 }, () => 'a'), messages: [{ data: 'x' }] })
    const answer = await fetch(`${server.url}/messages`, { method: 'POST', headers: headersOf(server), body })
    expect(answer.status).toBe(400)
  })

  it.each([
    ['keys', { keys: Array.from({ length: 1_001 }, () => ({})) }],
    ['namespaces', { namespaces: Array.from({ length: 1_001 }, (_, n) => ({ id: `n${n}` })) }],
    ['channels', { channels: Array.from({ length: 1_001 }, (_, n) => ({ name: `c${n}` })) }],
    ['members', { channels: [{ name: 'a', presence: Array.from({ length: 1_001 }, (_, n) => ({ clientId: `c${n}` })) }] }],
  ])('an application with thousands of %s is refused', async (_, spec) => {
    const server = await serve()
    const body = JSON.stringify(spec)
    const answer = await fetch(`${server.url}/apps`, { method: 'POST', headers: headersOf(server), body })
    expect(answer.status).toBe(400)
  })

  it('members of thousands in one frame are refused', async () => {
    const socket = await RawSocket.open(await serve(), { clientId: 'm' })
    socket.send({ action: 10, channel: 'room' })
    await socket.frame(({ action }) => action === 11)
    socket.send({ action: 14, channel: 'room', msgSerial: 0, presence: Array.from({ length: 1_001 }, () => ({ action: 2 })) })
    expect(await socket.frame(({ action }) => action === 1 || action === 2)).toMatchObject({ action: 2, error: { code: 40000 } })
    socket.close()
  })

  it('annotations of thousands of names at once are refused', async () => {
    const server = await serve()
    const { serials } = await rest(server).channels.get('room').publish('a', 'b')
    const annotations = Array.from({ length: 101 }, (_, n) => ({
      action: 0,
      type: 'r:distinct.v1',
      name: `n${n}`,
      clientId: 'm',
    }))
    const url = `${server.url}/channels/room/messages/${encodeURIComponent(serials[0]!)}/annotations`
    const post = (list: unknown) => fetch(url, { method: 'POST', headers: headersOf(server), body: JSON.stringify(list) })
    expect((await post(annotations)).status).toBe(400)
    expect((await post(annotations.slice(0, 100))).status).toBe(201)
  })

  it('a summary does not grow beyond what a message may have; what is in it may still be counted', async () => {
    const server = await serve({ maxMessageSize: 2_000 })
    const { serials } = await rest(server).channels.get('room').publish('a', 'b')
    const url = `${server.url}/channels/room/messages/${encodeURIComponent(serials[0]!)}/annotations`
    const annotate = async (type: string, name: string, clientId: string) => {
      const body = JSON.stringify([{ action: 0, type, name, clientId }])
      const answer = await fetch(url, { method: 'POST', headers: headersOf(server), body })
      return [answer.status, answer.headers.get('x-ably-errorcode')]
    }
    const answers = []
    for (let n = 0; n < 100; n++) answers.push(await annotate('r:distinct.v1', `n${n}`, 'm'))
    expect(answers[0]).toEqual([201, null])
    expect(answers.at(-1)).toEqual([400, '40009'])
    expect(await annotate('other:flag.v1', 'x', 'm')).toEqual([400, '40009'])
    expect(await annotate('r:distinct.v1', 'n0', 'somebody else')).toEqual([201, null])
  })
})
