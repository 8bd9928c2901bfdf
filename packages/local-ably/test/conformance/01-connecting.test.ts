import { expect } from 'vitest'
import { section } from './section.ts'
import { refusal } from './world.ts'

const hello = ({ action }: { action: number }): boolean => action === 4

section('1. Connecting (P70, P77)', ({ row, notOffered }) => {
  row('the client connects under `localhost` with `tls: false` and a port', async (w) => {
    expect((await w.client()).connection.state).toBe('connected')
  })
  row('the client connects under `127.0.0.1`', async (w) => {
    expect((await w.client({ endpoint: '127.0.0.1' })).connection.state).toBe('connected')
  })
  row('basic auth without TLS is accepted (no 40103)', async (w) => {
    expect((await w.client({ key: w.server.key })).connection.errorReason).toBeNull()
  })
  row('`v=6` and the `agent` parameter are accepted', async (w) => {
    await (await w.raw({ v: '6', agent: 'ably-js/2.28.0 nodejs/24' })).frame(hello)
  })
  row('without `format` frames are JSON; with it, as asked: text or binary', async (w) => {
    expect(await (await w.raw()).frame(hello)).toMatchObject({ action: 4 })
  })
  row('`key` authenticates', async (w) => {
    await (await w.raw({ key: w.server.key })).frame(hello)
  })
  row('`access_token` authenticates', async (w) => {
    await (await w.raw({ access_token: await w.token() })).frame(hello)
  })
  row('`accessToken`, the name of the specification, authenticates too', async (w) => {
    await (await w.raw({ accessToken: await w.token() })).frame(hello)
  })
  row('`clientId` is the identity of a key client', async (w) => {
    expect((await w.client({ clientId: 'ann' })).auth.clientId).toBe('ann')
  })
  row('`echo=false` keeps own messages away', async (w) => {
    const client = await w.client({ echoMessages: false })
    const heard = await w.hearing(client.channels.get(w.name))
    const other = await w.channel()
    await client.channels.get(w.name).publish('own', '1')
    await other.publish('other', '2')
    await heard.until(({ name }) => name === 'other')
    expect(heard.messages.map(({ name }) => name)).toEqual(['other'])
  })
  row('`heartbeats=true` gives HEARTBEAT frames', async (w) => {
    const server = await w.serve({ maxIdleInterval: 15 })
    await (await w.raw({ heartbeats: 'true' }, server)).frame(({ action }) => action === 0)
  })
  row('`heartbeats=false` gives WebSocket pings and no frames', async (w) => {
    const socket = await w.raw({ heartbeats: 'false' }, await w.serve({ maxIdleInterval: 15 }))
    await socket.until(({ pings }) => pings > 1)
    expect(socket.frames.filter(({ action }) => action === 0)).toEqual([])
  })
  row('unknown query parameters are ignored', async (w) => {
    await (await w.raw({ somethingNew: '1' })).frame(hello)
  })
  row('the first frame is CONNECTED', async (w) => {
    const socket = await w.raw()
    await socket.frame(hello)
    expect(socket.frames[0]?.action).toBe(4)
  })
  row('bad credentials are answered by an upgrade and an ERROR frame, never an HTTP 401', async (w) => {
    const socket = await w.raw({ key: 'nobody.here:x' })
    expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ error: { code: 40101, statusCode: 401 } })
  })
  row('no credentials at all: ERROR 40101', async (w) => {
    expect(await (await w.raw({ key: '' })).frame(({ action }) => action === 9)).toMatchObject({ error: { code: 40101 } })
  })
  row('the socket is closed after a fatal ERROR', async (w) => {
    await (await w.raw({ key: 'nobody.here:x' })).until(({ closed }) => closed)
  })
  row('the client goes FAILED on bad credentials and does not retry', async (w) => {
    const change = await w.realtime({ key: 'this.is:wrong' }).connection.whenState('failed')
    expect(change?.reason?.code).toBe(40101)
  })
  row('several frames sent before CONNECTED has been seen are all answered', async (w) => {
    const socket = await w.raw()
    for (const id of ['a', 'b', 'c']) socket.send({ action: 0, id })
    await socket.frame(({ id }) => id === 'c')
    expect(socket.frames.filter(({ action }) => action === 0).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
  row('a client that asks for the comet transport alone fails at once, and is told what to do', async (w) => {
    w.onlyLocal('a server without comet')
    const change = await w.realtime({ transports: ['comet'] }).connection.whenState('failed')
    expect(change?.reason).toMatchObject({ code: 40400, statusCode: 404, message: expect.stringContaining('web_socket') })
  })
  notOffered(
    'the comet transport (`/comet/connect`, `recv`, `send`)',
    'it is for networks that block WebSockets, and one machine has none; `transports: ["web_socket"]`',
  )
  notOffered('TLS', 'a laptop has no certificate for localhost; `tls: false`')
})

section('3. CONNECTED, heartbeat, close (P71, P72)', ({ row }) => {
  const details = { maxMessageSize: 65_536, maxFrameSize: 524_288, connectionStateTtl: 120_000, maxIdleInterval: 15_000 }
  row('CONNECTED carries the connectionId', async (w) => {
    expect(await (await w.raw()).frame(hello)).toMatchObject({ connectionId: expect.stringMatching(/^\w+$/) })
  })
  row('CONNECTED carries connectionDetails with an opaque connectionKey', async (w) => {
    expect(await (await w.raw()).frame(hello)).toMatchObject({ connectionDetails: { connectionKey: expect.any(String) } })
  })
  row('limits and times in connectionDetails are those of the service', async (w) => {
    expect(await (await w.raw()).frame(hello)).toMatchObject({ connectionDetails: details })
  })
  row('connectionDetails name serverId and siteCode', async (w) => {
    const expected = { serverId: expect.any(String), siteCode: expect.stringMatching(/^\w{3}$/) }
    expect(await (await w.raw()).frame(hello)).toMatchObject({ connectionDetails: expected })
  })
  row('the client adopts maxMessageSize', async (w) => {
    const channel = (await w.client({}, await w.serve({ maxMessageSize: 100 }))).channels.get(w.name)
    expect(await refusal(channel.publish('n', 'x'.repeat(200)))).toEqual([40009, 400])
  })
  row('clientId of a key client that names none is `*`', async (w) => {
    expect(await (await w.raw()).frame(hello)).toMatchObject({ connectionDetails: { clientId: '*' } })
  })
  row('clientId of an anonymous token is absent', async (w) => {
    const frame = await (await w.raw({ access_token: await w.token() })).frame(hello)
    expect(frame['connectionDetails']).not.toHaveProperty('clientId')
  })
  row('clientId of a token is told to the client', async (w) => {
    expect((await w.client({ token: await w.token({ clientId: 'ann' }) })).auth.clientId).toBe('ann')
  })
  row('a conflicting clientId fails the client (40102)', async (w) => {
    const change = await w.realtime({ token: await w.token({ clientId: 'ann' }), clientId: 'eve' }).connection.whenState('failed')
    expect(change?.reason).toMatchObject({ code: 40102, statusCode: 401 })
  })
  row('something is sent at least every maxIdleInterval', async (w) => {
    const socket = await w.raw({ heartbeats: 'true' }, await w.serve({ maxIdleInterval: 10 }))
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 0).length > 2)
  })
  row('unsolicited heartbeats carry no id', async (w) => {
    const socket = await w.raw({ heartbeats: 'true' }, await w.serve({ maxIdleInterval: 10 }))
    expect(await socket.frame(({ action }) => action === 0)).not.toHaveProperty('id')
  })
  row('`connection.ping()` is echoed with its id at once', async (w) => {
    await expect((await w.client()).connection.ping()).resolves.toBeLessThan(5000)
  })
  row('CLOSE is answered with CLOSED', async (w) => {
    const socket = await w.raw()
    socket.send({ action: 7 })
    await socket.frame(({ action }) => action === 8)
  })
  row('after CLOSE the connection cannot be resumed', async (w) => {
    const socket = await w.raw()
    const first = await socket.frame(hello)
    socket.send({ action: 7 })
    await socket.until(({ closed }) => closed)
    const key = (first['connectionDetails'] as { connectionKey: string }).connectionKey
    expect(await (await w.raw({ resume: key })).frame(hello)).toMatchObject({ error: { code: 80008 } })
  })
  row('CLOSE makes presence leave at once', async (w) => {
    const watching = (await w.client()).channels.get(w.name)
    const left = new Promise((resolve) => void watching.presence.subscribe('leave', resolve))
    await watching.attach()
    const member = await w.client({ clientId: 'ann' })
    await member.channels.get(w.name).presence.enter()
    member.close()
    expect(await left).toMatchObject({ clientId: 'ann' })
  })
  row('DISCONNECT from the client keeps the state to be resumed', async (w) => {
    const socket = await w.raw()
    const first = await socket.frame(hello)
    socket.send({ action: 5 })
    await socket.until(({ closed }) => closed)
    const key = (first['connectionDetails'] as { connectionKey: string }).connectionKey
    const second = await (await w.raw({ resume: key })).frame(hello)
    expect(second['connectionId']).toBe(first['connectionId'])
  })
  row('the client reconnects by itself after DISCONNECTED', async (w) => {
    const client = await w.client()
    const { id } = client.connection
    w.server.faults.cut({ connectionId: String(id) })
    await client.connection.whenState('disconnected')
    await client.connection.whenState('connected')
    expect(client.connection.id).toBe(id)
  })
  row('a graceful shutdown sends DISCONNECTED', async (w) => {
    const server = await w.serve({})
    const socket = await w.raw({}, server)
    await socket.frame(hello)
    await server.close()
    await socket.frame(({ action }) => action === 6)
  })
  row('a graceful shutdown acknowledges what it has accepted', async (w) => {
    const server = await w.serve({})
    const channel = await w.channel({ transportParams: { appendRollupWindow: 500 } }, server)
    const { serials } = await channel.publish('response', 'a')
    await channel.appendMessage({ serial: serials[0], data: 'b' } as never)
    const pending = channel.appendMessage({ serial: serials[0], data: 'c' } as never)
    await new Promise((resolve) => setImmediate(resolve))
    await (await w.client({}, server)).connection.ping()
    await server.close()
    expect(await pending).toMatchObject({ versionSerial: expect.any(String) })
  })
  row('ERROR with a channel, even an empty one, is about that channel only', async (w) => {
    const socket = await w.raw()
    socket.send({ action: 10, channel: '' })
    expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ channel: '', error: { code: 40010 } })
    socket.send({ action: 0, id: 'alive' })
    await socket.frame(({ id }) => id === 'alive')
  })
  row('a frozen server is noticed by the client after the idle time', async (w) => {
    const server = await w.serve({ maxIdleInterval: 10 })
    const client = await w.client({ realtimeRequestTimeout: 100 }, server)
    const dropped = client.connection.whenState('disconnected')
    server.faults.freeze()
    expect((await dropped)?.reason?.code).toBe(80003)
  })
})
