import { describe, expect, it } from 'vitest'
import { connected, FORMATS, Received, realtime, rest, serve } from './fixture.ts'

describe.each(FORMATS)('%s', (_, useBinaryProtocol) => {
  it('connects, publishes, appends, reads history', async () => {
    const server = await serve()
    const client = await connected(server, { useBinaryProtocol, clientId: 'bob' })
    const channel = client.channels.get('room')
    const received = await Received.on(channel)
    const { serials } = await channel.publish('greeting', 'hello')
    const serial = serials[0] as string
    await received.until((m) => m.data === 'hello')
    const result = await channel.appendMessage({ serial, data: ' world' })
    const appended = await received.until((m) => m.action === 'message.append')
    expect(appended).toMatchObject({ data: ' world', name: 'greeting', serial, version: { serial: result.versionSerial } })
    const page = await channel.history({ untilAttach: true })
    expect(page.items).toHaveLength(0)
    const all = await channel.history()
    expect(all.items[0]).toMatchObject({ data: 'hello world', action: 'message.update', serial })
    const late = client.channels.get('[?rewind=1]room')
    const rewound = await Received.on(late)
    expect(await rewound.until(() => true)).toMatchObject({ data: 'hello world', action: 'message.update' })
    const r = rest(server, { useBinaryProtocol })
    const token = await r.auth.requestToken({ clientId: 'x' })
    const second = realtime(server, { useBinaryProtocol, key: undefined, token: token.token } as never)
    await second.connection.whenState('connected')
    expect(second.auth.clientId).toBe('x')
  })
})
