import { describe, expect, it } from 'vitest'
import { connected, FORMATS, Received, serve } from './fixture.ts'

const limited = (capability: Record<string, string[]>): { keys: { key: string; capability: Record<string, string[]> }[] } => ({
  keys: [{ key: 'local.dev:streamfold', capability }],
})

describe.each(FORMATS)('attaching over %s', (_, useBinaryProtocol) => {
  it('grants the default modes', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    const channel = client.channels.get('room')
    const change = await channel.attach()
    expect(change).toMatchObject({ resumed: false, hasBacklog: false })
    expect(channel.modes).toEqual(['presence', 'publish', 'subscribe', 'presence_subscribe', 'annotation_publish'])
  })

  it('grants the modes asked for, by flags and by params', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    const byFlags = client.channels.get('a', { modes: ['PUBLISH', 'SUBSCRIBE'] })
    await byFlags.attach()
    expect(byFlags.modes).toEqual(['publish', 'subscribe'])
    const byParams = client.channels.get('b', { params: { modes: 'subscribe' } })
    await byParams.attach()
    expect(byParams.modes).toEqual(['subscribe'])
    expect(byParams.params).toEqual({ modes: 'subscribe' })
  })

  it('echoes the params it knows and drops the others', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    const channel = client.channels.get('room', { params: { rewind: '2', delta: 'vcdiff', nonexistent: 'foo' } })
    await channel.attach()
    expect(channel.params).toEqual({ rewind: '2', delta: 'vcdiff' })
  })

  it('changes modes of a live attachment without losing continuity', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    const channel = client.channels.get('room')
    await channel.attach()
    await channel.setOptions({ modes: ['SUBSCRIBE'] })
    expect(channel.modes).toEqual(['subscribe'])
    expect(channel.state).toBe('attached')
  })

  it('detaches', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    const channel = client.channels.get('room')
    await channel.attach()
    await channel.detach()
    expect(channel.state).toBe('detached')
  })
})

it('grants only what the capability permits', async () => {
  const client = await connected(await serve(limited({ 'ai:*': ['subscribe'], other: ['publish'] })))
  const channel = client.channels.get('ai:1')
  await channel.attach()
  expect(channel.modes).toEqual(['subscribe', 'presence_subscribe'])
})

it('fails a channel with 40160 when nothing is permitted', async () => {
  const client = await connected(await serve(limited({ 'ai:*': ['subscribe'] })))
  await expect(client.channels.get('room').attach()).rejects.toMatchObject({ code: 40160, statusCode: 401 })
})

it('refuses a publish the capability forbids (40160), and one the modes forbid (40165)', async () => {
  const reader = await connected(await serve(limited({ '*': ['subscribe'] })))
  await expect(reader.channels.get('room').publish('n', 'd')).rejects.toMatchObject({ code: 40160 })
  const writer = await connected(await serve())
  const channel = writer.channels.get('room', { modes: ['SUBSCRIBE'] })
  await channel.attach()
  await expect(channel.publish('n', 'd')).rejects.toMatchObject({ code: 40165 })
})

it('delivers nothing to an attachment without the subscribe mode', async () => {
  const client = await connected(await serve())
  const mute = client.channels.get('room', { modes: ['PUBLISH'] })
  const received: unknown[] = []
  await mute.subscribe((message) => received.push(message)).catch(() => {})
  await mute.publish('n', 'd')
  await client.connection.ping()
  expect(received).toEqual([])
})

it('refuses a rewind that is neither count nor time', async () => {
  const client = await connected(await serve())
  await expect(client.channels.get('room', { params: { rewind: 'soon' } }).attach()).rejects.toMatchObject({ code: 40000 })
})

it('keeps its own messages from a connection without echo', async () => {
  const server = await serve()
  const silent = await connected(server, { echoMessages: false })
  const own = await Received.on(silent.channels.get('room'))
  await silent.channels.get('room').publish('n', 'mine')
  const other = await connected(server)
  await other.channels.get('room').publish('n', 'theirs')
  await own.until(({ data }) => data === 'theirs')
  expect(own.texts).toEqual(['theirs'])
})
