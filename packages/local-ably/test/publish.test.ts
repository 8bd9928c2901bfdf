import { describe, expect, it } from 'vitest'
import { connected, FORMATS, Received, rest, serve } from './fixture.ts'

describe.each(FORMATS)('publishing over %s', (_, useBinaryProtocol) => {
  it('delivers to subscribers of both formats, data and encoding intact', async () => {
    const server = await serve()
    const publisher = await connected(server, { useBinaryProtocol, clientId: 'ann' })
    const same = await Received.on((await connected(server, { useBinaryProtocol })).channels.get('room'))
    const other = await Received.on((await connected(server, { useBinaryProtocol: !useBinaryProtocol })).channels.get('room'))
    const bytes = Buffer.from([0, 1, 255])
    const channel = publisher.channels.get('room')
    await channel.publish('text', 'héllo 👋')
    await channel.publish('object', { a: [1, null] })
    await channel.publish('bytes', bytes)
    await channel.publish('nothing', undefined)
    for (const received of [same, other]) {
      await received.until(({ name }) => name === 'nothing')
      expect(received.messages.map(({ name, data, clientId }) => [name, data, clientId])).toEqual([
        ['text', 'héllo 👋', 'ann'],
        ['object', { a: [1, null] }, 'ann'],
        ['bytes', bytes, 'ann'],
        ['nothing', undefined, 'ann'],
      ])
    }
  })

  it('resolves with the serial that is delivered', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    const channel = client.channels.get('room')
    const received = await Received.on(channel)
    const { serials } = await channel.publish('n', 'd')
    const message = await received.until(() => true)
    expect(message).toMatchObject({
      serial: serials[0],
      action: 'message.create',
      version: { serial: serials[0] },
      connectionId: client.connection.id,
    })
    expect(message.id).toBe(`${client.connection.id}:0:0`)
    expect(message.timestamp).toBeGreaterThan(Date.now() - 10_000)
  })

  it('delivers a batch as one, in order', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    const channel = client.channels.get('room')
    const received = await Received.on(channel)
    const { serials } = await channel.publish([{ data: 'a' }, { data: 'b' }, { data: 'c' }])
    await received.until(({ data }) => data === 'c')
    expect(received.messages.map(({ serial }) => serial)).toEqual(serials)
    expect(serials).toEqual([...serials].toSorted())
  })

  it('stores nothing of a batch with one bad message', async () => {
    const client = await connected(await serve(), { useBinaryProtocol, clientId: 'ann' })
    const channel = client.channels.get('room')
    await expect(channel.publish([{ data: 'a' }, { data: 'b', clientId: 'eve' }])).rejects.toMatchObject({ code: 40012 })
    expect((await channel.history()).items).toEqual([])
  })

  it('stores a repeated id once and answers with the first serial', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    const channel = client.channels.get('room')
    const received = await Received.on(channel)
    const first = await channel.publish({ id: 'prompt-1', data: 'once' })
    const second = await channel.publish({ id: 'prompt-1', data: 'twice' })
    expect(second.serials).toEqual(first.serials)
    await channel.publish('end', 'end')
    await received.until(({ name }) => name === 'end')
    expect(received.texts).toEqual(['once', 'end'])
    expect(received.messages[0]?.id).toBe('prompt-1')
  })

  it('publishes over REST, idempotently', async () => {
    const server = await serve()
    const received = await Received.on((await connected(server, { useBinaryProtocol })).channels.get('room'))
    const channel = rest(server, { useBinaryProtocol, clientId: 'ann' }).channels.get('room')
    const { serials } = await channel.publish({ id: 'x:0', name: 'n', data: { over: 'rest' } })
    expect(await received.until(() => true)).toMatchObject({ serial: serials[0], data: { over: 'rest' }, clientId: 'ann' })
    expect((await channel.publish({ id: 'x:0', name: 'n', data: 'again' })).serials).toEqual(serials)
  })
})

it('refuses messages over the size limit with 40009', async () => {
  const server = await serve({ maxMessageSize: 100 })
  const channel = (await connected(server)).channels.get('room')
  await expect(channel.publish('n', 'x'.repeat(101))).rejects.toMatchObject({ code: 40009 })
  await expect(rest(server).channels.get('room').publish('n', 'x'.repeat(101))).rejects.toMatchObject({ code: 40009 })
})

it('refuses a batch whose ids do not count up', async () => {
  const channel = (await connected(await serve())).channels.get('room')
  await expect(channel.publish([{ id: 'a:0' }, { id: 'b:1' }])).rejects.toMatchObject({ statusCode: 400 })
})

it('gives every message its own serial, however many in a millisecond', async () => {
  const channel = (await connected(await serve())).channels.get('room')
  const results = await Promise.all(Array.from({ length: 2500 }, (_, n) => channel.publish('n', String(n))))
  const serials = results.flatMap((result) => result.serials)
  expect(new Set(serials).size).toBe(2500)
  expect(serials).toEqual([...serials].toSorted())
})
