import type { RealtimeChannel } from 'ably'
import { describe, expect, it } from 'vitest'
import { connected, FORMATS, Received, rest, serve } from './fixture.ts'

async function create(channel: RealtimeChannel, data = 'one'): Promise<string> {
  const { serials } = await channel.publish({ name: 'response', data, extras: { headers: { status: 'streaming' } } })
  return String(serials[0])
}

describe.each(FORMATS)('changing messages over %s', (_, useBinaryProtocol) => {
  it('updates: supplied fields replace, absent ones carry over', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    const channel = client.channels.get('room')
    const received = await Received.on(channel)
    const serial = await create(channel)
    const { versionSerial } = await channel.updateMessage({ serial, data: 'two' } as never, {
      description: 'why',
      metadata: { phase: 'done' },
    })
    const update = await received.until(({ action }) => action === 'message.update')
    const [original] = received.messages
    expect(update).toMatchObject({
      serial,
      data: 'two',
      name: 'response',
      extras: { headers: { status: 'streaming' } },
      timestamp: original?.timestamp,
      id: original?.id,
      version: { serial: versionSerial, description: 'why', metadata: { phase: 'done' } },
    })
    expect(String(versionSerial) > serial).toBe(true)
    expect(update.version.timestamp).toBeGreaterThan(Number(original?.timestamp))
  })

  it('deletes softly: history keeps a tombstone, versions the past', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    const channel = client.channels.get('room')
    const received = await Received.on(channel)
    const serial = await create(channel)
    await channel.updateMessage({ serial, data: 'two' } as never)
    await channel.deleteMessage({ serial, data: '' } as never)
    expect(await received.until(({ action }) => action === 'message.delete')).toMatchObject({ serial, data: '' })
    const [tombstone] = (await channel.history()).items
    expect(tombstone).toMatchObject({ serial, action: 'message.delete' })
    expect(await channel.getMessage(serial)).toMatchObject({ action: 'message.delete' })
    const versions = await channel.getMessageVersions(serial)
    expect(versions.items.map(({ action, data }) => [action, data])).toEqual([
      ['message.create', 'one'],
      ['message.update', 'two'],
      ['message.delete', ''],
    ])
  })

  it('changes messages over REST', async () => {
    const server = await serve()
    const received = await Received.on((await connected(server, { useBinaryProtocol })).channels.get('room'))
    const channel = rest(server, { useBinaryProtocol }).channels.get('room')
    const { serials } = await channel.publish('response', 'a')
    const serial = String(serials[0])
    const { versionSerial } = await channel.appendMessage({ serial, data: 'b' } as never)
    expect(await received.until(({ action }) => action === 'message.append')).toMatchObject({
      data: 'b',
      name: 'response',
      version: { serial: versionSerial },
    })
    expect(await channel.getMessage(serial)).toMatchObject({ data: 'ab', action: 'message.update' })
  })

  it('rejects changes to a message it does not know with 40400', async () => {
    const server = await serve()
    const serial = '01726585978590-001@abcdefghij:000'
    const channel = (await connected(server, { useBinaryProtocol })).channels.get('room')
    for (const change of [channel.updateMessage, channel.deleteMessage, channel.appendMessage]) {
      await expect(change.call(channel, { serial, data: 'x' } as never)).rejects.toMatchObject({ code: 40400, statusCode: 404 })
    }
    const overRest = rest(server, { useBinaryProtocol }).channels.get('room')
    await expect(overRest.updateMessage({ serial, data: 'x' } as never)).rejects.toMatchObject({ code: 40400 })
    await expect(overRest.getMessage(serial)).rejects.toMatchObject({ code: 40400, statusCode: 404 })
  })
})

it('rejects changes with 93002 where the namespace has mutable messages off', async () => {
  const channel = (await connected(await serve({ rules: { fixed: { mutableMessages: false } } }))).channels.get('fixed:room')
  const serial = await create(channel)
  await expect(channel.appendMessage({ serial, data: 'x' } as never)).rejects.toMatchObject({ code: 93002, statusCode: 400 })
})

it('lets a client with -own change its messages and no others', async () => {
  const server = await serve()
  const { token } = await rest(server).auth.requestToken({
    clientId: 'ann',
    capability: JSON.stringify({ '*': ['publish', 'subscribe', 'message-update-own'] }),
  })
  const ann = (await connected(server, { token })).channels.get('room')
  const bob = (await connected(server, { clientId: 'bob' })).channels.get('room')
  await expect(ann.appendMessage({ serial: await create(ann), data: '+' } as never)).resolves.toBeDefined()
  await expect(ann.appendMessage({ serial: await create(bob), data: '+' } as never)).rejects.toMatchObject({ code: 40160 })
  await expect(ann.deleteMessage({ serial: await create(ann) } as never)).rejects.toMatchObject({ code: 40160 })
})

it('stamps the version with the clientId of the one who changed', async () => {
  const server = await serve()
  const ann = (await connected(server, { clientId: 'ann' })).channels.get('room')
  const received = await Received.on(ann)
  const serial = await create(ann)
  const bob = (await connected(server, { clientId: 'bob' })).channels.get('room')
  await bob.updateMessage({ serial, data: 'two' } as never)
  const update = await received.until(({ action }) => action === 'message.update')
  expect(update).toMatchObject({ clientId: 'ann', version: { clientId: 'bob' } })
})
