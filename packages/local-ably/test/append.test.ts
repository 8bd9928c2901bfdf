import type { RealtimeChannel } from 'ably'
import { describe, expect, it } from 'vitest'
import { connected, FORMATS, Received, serve } from './fixture.ts'

const append = (channel: RealtimeChannel, serial: string, data: string): Promise<{ versionSerial: string | null }> =>
  channel.appendMessage({ serial, data } as never)

async function create(channel: RealtimeChannel, data = ''): Promise<string> {
  const { serials } = await channel.publish({ name: 'response', data })
  return String(serials[0])
}

const immediate = { transportParams: { appendRollupWindow: 0 } }

describe.each(FORMATS)('appending over %s', (_, useBinaryProtocol) => {
  it('sends increments to subscribers that were sent the message, and one full update to others', async () => {
    const server = await serve()
    const writer = (await connected(server, { useBinaryProtocol, ...immediate })).channels.get('room')
    const early = await Received.on((await connected(server, { useBinaryProtocol })).channels.get('room'))
    const serial = await create(writer, 'a')
    await append(writer, serial, 'b')
    const late = await Received.on((await connected(server, { useBinaryProtocol })).channels.get('room'))
    await append(writer, serial, 'c')
    await append(writer, serial, 'd')
    await early.until(({ data }) => data === 'd')
    await late.until(({ data }) => data === 'd')
    expect(early.messages.map(({ action, data }) => [action, data])).toEqual([
      ['message.create', 'a'],
      ['message.append', 'b'],
      ['message.append', 'c'],
      ['message.append', 'd'],
    ])
    expect(late.messages.map(({ action, data }) => [action, data])).toEqual([
      ['message.update', 'abc'],
      ['message.append', 'd'],
    ])
  })

  it('stores the whole text under the version of the last append', async () => {
    const server = await serve()
    const channel = (await connected(server, { useBinaryProtocol, ...immediate })).channels.get('room')
    const serial = await create(channel)
    const words = ['one ', 'two ', 'three']
    const results = await Promise.all(words.map((word) => append(channel, serial, word)))
    const versions = results.map(({ versionSerial }) => String(versionSerial))
    expect(versions).toEqual([...versions].toSorted())
    expect(new Set(versions).size).toBe(3)
    const [message] = (await channel.history()).items
    expect(message).toMatchObject({ action: 'message.update', data: 'one two three', version: { serial: versions[2] } })
    expect((await channel.getMessageVersions(serial)).items).toHaveLength(1)
  })

  it('sends full updates only, where appendMode is full', async () => {
    const server = await serve()
    const writer = (await connected(server, { useBinaryProtocol, ...immediate })).channels.get('room')
    const reader = (await connected(server, { useBinaryProtocol })).channels.get('room', { params: { appendMode: 'full' } })
    const received = await Received.on(reader)
    const serial = await create(writer, 'a')
    await append(writer, serial, 'b')
    await append(writer, serial, 'c')
    await received.until(({ data }) => data === 'abc')
    expect(received.messages.map(({ action, data }) => [action, data])).toEqual([
      ['message.create', 'a'],
      ['message.update', 'ab'],
      ['message.update', 'abc'],
    ])
  })

  it('appends bytes to bytes', async () => {
    const channel = (await connected(await serve(), { useBinaryProtocol, ...immediate })).channels.get('room')
    const { serials } = await channel.publish('audio', Buffer.from([1, 2]))
    for (const byte of [3, 4]) await channel.appendMessage({ serial: serials[0], data: Buffer.from([byte]) } as never)
    expect((await channel.history()).items[0]?.data).toEqual(Buffer.from([1, 2, 3, 4]))
  })

  it('replaces name and extras that come with an append, permanently', async () => {
    const channel = (await connected(await serve(), { useBinaryProtocol, ...immediate })).channels.get('room')
    const received = await Received.on(channel)
    const serial = await create(channel)
    const extras = { headers: { status: 'complete' } }
    await channel.appendMessage({ serial, data: 'x', extras } as never, { metadata: { phase: 'done' } })
    await append(channel, serial, 'y')
    const last = await received.until(({ data }) => data === 'y')
    expect(last).toMatchObject({ name: 'response', extras })
    expect(received.messages[1]).toMatchObject({ version: { metadata: { phase: 'done' } } })
    expect((await channel.history()).items[0]).toMatchObject({ extras })
  })
})

it('rejects an append that does not fit the data', async () => {
  const channel = (await connected(await serve())).channels.get('room')
  const text = await create(channel, 'text')
  await expect(channel.appendMessage({ serial: text, data: { a: 1 } } as never)).rejects.toMatchObject({ code: 40000 })
  await expect(channel.appendMessage({ serial: text, data: Buffer.from([1]) } as never)).rejects.toMatchObject({ code: 40000 })
  const { serials } = await channel.publish('object', { a: 1 })
  await expect(append(channel, String(serials[0]), 'x')).rejects.toMatchObject({ code: 40000 })
})

it('rejects an append that would make the message too long, and keeps what it had', async () => {
  const channel = (await connected(await serve({ maxMessageSize: 50 }), immediate)).channels.get('room')
  const serial = await create(channel, 'x'.repeat(30))
  await expect(append(channel, serial, 'y'.repeat(30))).rejects.toMatchObject({ code: 40009 })
  expect((await channel.getMessage(serial)).data).toBe('x'.repeat(30))
})

it('does not bring back a deleted message, until an update reopens it', async () => {
  const channel = (await connected(await serve(), immediate)).channels.get('room')
  const serial = await create(channel, 'secret')
  await channel.deleteMessage({ serial } as never)
  await expect(append(channel, serial, '!')).rejects.toMatchObject({ code: 40400 })
  await channel.updateMessage({ serial, data: 'open' } as never)
  await append(channel, serial, '!')
  expect((await channel.getMessage(serial)).data).toBe('open!')
})

describe('rollup of appends', () => {
  it('publishes the first at once and merges those within the window, each acknowledged with the version it became', async () => {
    const server = await serve({ appendRollupWindow: 50 })
    const received = await Received.on((await connected(server)).channels.get('room'))
    const channel = (await connected(server)).channels.get('room')
    const serial = await create(channel)
    const results = await Promise.all(['a', 'b', 'c', 'd'].map((text) => append(channel, serial, text)))
    await received.until(({ data }) => data === 'bcd')
    expect(received.texts).toEqual(['', 'a', 'bcd'])
    const [first, ...rest] = results.map(({ versionSerial }) => versionSerial)
    expect(new Set(rest).size).toBe(1)
    expect(received.messages.map(({ version }) => version.serial)).toEqual([serial, first, rest[0]])
  })

  it('keeps the order of two messages growing together, each with its own window', async () => {
    const channel = (await connected(await serve({ appendRollupWindow: 20 }))).channels.get('room')
    const [one, two] = [await create(channel), await create(channel)]
    const words = Array.from({ length: 50 }, (_, n) => `${n} `)
    await Promise.all(words.flatMap((word) => [append(channel, one, word), append(channel, two, word)]))
    for (const serial of [one, two]) expect((await channel.getMessage(serial)).data).toBe(words.join(''))
  })

  it('flushes before an update, a delete and a publish', async () => {
    const server = await serve({ appendRollupWindow: 500 })
    const client = await connected(server)
    const channel = client.channels.get('room')
    const received = await Received.on(channel)
    const serial = await create(channel)
    const sent = [append(channel, serial, 'a'), append(channel, serial, 'b'), channel.publish('next', 'n')]
    await Promise.all(sent)
    await Promise.all([append(channel, serial, 'c'), channel.updateMessage({ serial, data: 'new' } as never)])
    await received.until(({ data }) => data === 'new')
    expect(received.texts).toEqual(['', 'a', 'b', 'n', 'c', 'new'])
  })

  it('flushes before another client changes the message', async () => {
    const server = await serve({ appendRollupWindow: 500 })
    const [writer, editor] = [await connected(server), await connected(server)]
    const channel = writer.channels.get('room')
    const serial = await create(channel)
    await append(channel, serial, 'a')
    const pending = append(channel, serial, 'b')
    await writer.connection.ping()
    await editor.channels.get('room').updateMessage({ serial, data: 'edited' } as never)
    await pending
    expect((await channel.getMessage(serial)).data).toBe('edited')
  })

  it('loses nothing when the connection closes inside the window', async () => {
    const server = await serve({ appendRollupWindow: 500 })
    const reader = await connected(server)
    const received = await Received.on(reader.channels.get('room'))
    const writer = await connected(server)
    const channel = writer.channels.get('room')
    const serial = await create(channel)
    await append(channel, serial, 'a')
    append(channel, serial, 'b').catch(() => {})
    await writer.connection.ping()
    writer.close()
    await received.until(({ data }) => data === 'b')
  })
})
