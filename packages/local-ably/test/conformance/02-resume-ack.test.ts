import { expect } from 'vitest'
import { section } from './section.ts'
import { append, create, immediate } from './world.ts'

const hello = ({ action }: { action: number }): boolean => action === 4
const published = ({ action }: { action: number }): boolean => action === 15

section('4. Resume and recover (P17, P73)', ({ row }) => {
  const keyOf = (frame: Record<string, unknown>): string =>
    (frame['connectionDetails'] as { connectionKey: string }).connectionKey

  row('a valid resume keeps the connectionId and has no error', async (w) => {
    const socket = await w.raw()
    const first = await socket.frame(hello)
    socket.close()
    const second = await (await w.raw({ resume: keyOf(first) })).frame(hello)
    expect(second['connectionId']).toBe(first['connectionId'])
    expect(second).not.toHaveProperty('error')
  })
  row('a resume gives a new connectionKey', async (w) => {
    const first = await (await w.raw()).frame(hello)
    expect(keyOf(await (await w.raw({ resume: keyOf(first) })).frame(hello))).not.toBe(keyOf(first))
  })
  row('the earlier key stays good until the new one has been seen', async (w) => {
    const first = await (await w.raw()).frame(hello)
    await (await w.raw({ resume: keyOf(first) })).frame(hello)
    const third = await (await w.raw({ resume: keyOf(first) })).frame(hello)
    expect(third['connectionId']).toBe(first['connectionId'])
  })
  row('a malformed key: a new connection with 80018/400', async (w) => {
    const frame = await (await w.raw({ resume: 'rubbish' })).frame(hello)
    expect(frame).toMatchObject({ error: { code: 80018, statusCode: 400 }, connectionId: expect.any(String) })
  })
  row('an unknown key: a new connection with 80008', async (w) => {
    expect(await (await w.raw({ resume: 'abc!def' })).frame(hello)).toMatchObject({ error: { code: 80008 } })
  })
  row('an expired connection: a new one with 80008', async (w) => {
    const client = await w.client()
    const { id } = client.connection
    w.server.faults.expireContinuity({ connectionId: String(id) })
    const back = new Promise<{ reason?: { code: number } }>((resolve) => {
      client.connection.once('disconnected', () => client.connection.once('connected', resolve as never))
    })
    w.server.faults.cut({ connectionId: String(id) })
    expect((await back).reason?.code).toBe(80008)
    expect(client.connection.id).not.toBe(id)
  })
  row('the new key of a failed resume is not derived from the presented one', async (w) => {
    expect(keyOf(await (await w.raw({ resume: 'abc!def' })).frame(hello))).not.toContain('abc')
  })
  row('resume with bad credentials: ERROR 40101', async (w) => {
    const first = await (await w.raw()).frame(hello)
    const socket = await w.raw({ resume: keyOf(first), key: 'nobody.here:x' })
    expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ error: { code: 40101 } })
  })
  row('resume with an expired token: the client fetches another and keeps its connection', async (w) => {
    let asked = 0
    const client = await w.client({
      async authCallback(_params, callback) {
        callback(null, await w.token({ ttl: ++asked === 1 ? 900 : 60_000 }))
      },
    })
    const { id } = client.connection
    await client.connection.whenState('disconnected')
    await client.connection.whenState('connected')
    expect([client.connection.id, asked]).toEqual([id, 2])
  })
  row('the key of another identity resumes nothing', async (w) => {
    const first = await (await w.raw({ clientId: 'ann' })).frame(hello)
    const second = await (await w.raw({ clientId: 'eve', resume: keyOf(first) })).frame(hello)
    expect(second['connectionId']).not.toBe(first['connectionId'])
  })
  row('after a resume the missed messages come in order, once', async (w) => {
    const client = await w.client()
    const channel = client.channels.get(w.name)
    const heard = await w.hearing(channel)
    const other = await w.channel()
    w.server.faults.cut({ connectionId: String(client.connection.id), refuseFor: 30 })
    for (const text of ['a', 'b', 'c']) await other.publish('n', text)
    await heard.until(({ data }) => data === 'c')
    expect(heard.texts).toEqual(['a', 'b', 'c'])
  })
  row('a frame sent again is stored once and acknowledged with its first serial', async (w) => {
    const socket = await w.raw()
    const frame = { action: 15, channel: w.name, msgSerial: 0, messages: [{ name: 'n', data: 'd' }] }
    socket.send(frame)
    const first = await socket.frame(({ action }) => action === 1)
    socket.send(frame)
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 1).length === 2)
    expect(socket.frames.findLast(({ action }) => action === 1)?.['res']).toEqual(first['res'])
    expect((await (await w.channel()).history()).items).toHaveLength(1)
  })
  row('an ACK lost with the connection is sent after the resume', async (w) => {
    const client = await w.client()
    const channel = client.channels.get(w.name)
    await channel.attach()
    const undo = w.server.faults.dropAck({ channel: w.name })
    const sent = channel.publish('n', 'd')
    await client.connection.ping()
    undo()
    w.server.faults.cut({ channel: w.name })
    expect((await sent).serials).toHaveLength(1)
    expect((await channel.history()).items).toHaveLength(1)
  })
  row('`recover` continues another client’s connection and channels', async (w) => {
    const first = await w.client()
    await first.channels.get(w.name).attach()
    const key = await first.connection.createRecoveryKey()
    const { id } = first.connection
    w.server.faults.cut({ connectionId: String(id), refuseFor: 1 })
    const second = await w.client({ recover: String(key) })
    expect(second.connection.id).toBe(id)
  })
  row('a re-attach on a new connection with a known channelSerial is RESUMED', async (w) => {
    const first = await w.attached()
    const channelSerial = first.frames.find(({ action }) => action === 11)?.['channelSerial']
    await (await w.channel()).publish('n', 'missed')
    const second = await w.attached({ channelSerial })
    expect(await second.frame(published)).toMatchObject({ messages: [{ data: 'missed' }] })
  })
  row('presence of a resumed connection is still there', async (w) => {
    const client = await w.client({ clientId: 'ann' })
    const channel = client.channels.get(w.name)
    await channel.presence.enter()
    w.server.faults.cut({ connectionId: String(client.connection.id) })
    await client.connection.whenState('disconnected')
    await client.connection.whenState('connected')
    expect((await w.rest().channels.get(w.name).presence.get({})).items).toHaveLength(1)
  })
  row('a second socket on the same key supersedes the first', async (w) => {
    const socket = await w.raw()
    const first = await socket.frame(hello)
    await w.raw({ resume: keyOf(first) })
    await socket.frame(({ action }) => action === 6)
  })
})

section('5. ACK and NACK (P75)', ({ row }) => {
  const message = (
    w: { name: string },
    msgSerial: unknown,
    fields: object = { messages: [{ name: 'n', data: 'd' }] },
  ): object => ({
    action: 15,
    channel: w.name,
    msgSerial,
    ...fields,
  })
  row('an ACK carries msgSerial, also when it is 0', async (w) => {
    const socket = await w.raw()
    socket.send(message(w, 0))
    expect(await socket.frame(({ action }) => action === 1)).toMatchObject({ msgSerial: 0, count: 1 })
  })
  row('count is the number of frames, not of messages', async (w) => {
    const socket = await w.raw()
    socket.send(message(w, 0, { messages: [{ data: 'a' }, { data: 'b' }] }))
    expect(await socket.frame(({ action }) => action === 1)).toMatchObject({ count: 1 })
  })
  row('`res` has one entry per frame with one serial per message', async (w) => {
    const socket = await w.raw()
    socket.send(message(w, 0, { messages: [{ data: 'a' }, { data: 'b' }] }))
    const { res } = await socket.frame(({ action }) => action === 1)
    expect(res).toEqual([{ serials: [expect.any(String), expect.any(String)] }])
  })
  row('publish() resolves with the serials', async (w) => {
    expect((await (await w.channel()).publish('n', 'd')).serials).toEqual([expect.stringContaining('@')])
  })
  row('update, delete and append resolve with the version serial', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    const results = [await append(channel, serial, 'b'), await channel.updateMessage({ serial, data: 'c' } as never)]
    results.push(await channel.deleteMessage({ serial } as never))
    for (const { versionSerial } of results) expect(String(versionSerial) > serial).toBe(true)
  })
  row('a NACK carries count and error', async (w) => {
    const socket = await w.raw()
    socket.send(message(w, 0, { messages: [{ data: 5 }] }))
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ msgSerial: 0, count: 1, error: { code: 40013 } })
  })
  row('ACKs and NACKs come strictly in the order of the frames', async (w) => {
    const socket = await w.raw({ appendRollupWindow: '0' })
    for (const serial of [0, 1, 2, 3]) socket.send(message(w, serial, { messages: [{ data: serial % 2 ? 5 : 'd' }] }))
    await socket.until(({ frames }) => frames.filter(({ action }) => action < 3 && action > 0).length === 4)
    const answers = socket.frames.filter(({ action }) => action === 1 || action === 2)
    expect(answers.map(({ msgSerial }) => msgSerial)).toEqual([0, 1, 2, 3])
  })
  row('a NACK waits behind an ACK that is still pending', async (w) => {
    const channel = await w.channel({ transportParams: { appendRollupWindow: 60 } })
    const serial = await create(channel)
    await append(channel, serial, 'a')
    const order: string[] = []
    const pending = append(channel, serial, 'b').then(() => order.push('ack'))
    const refused = append(channel, 'unknown', 'x').catch(() => order.push('nack'))
    await Promise.all([pending, refused])
    expect(order).toEqual(['ack', 'nack'])
  })
  row('a NACK does not change the state of the channel', async (w) => {
    const channel = await w.channel()
    await channel.attach()
    await channel.publish({ name: 'n', clientId: undefined, id: 'x' } as never)
    await append(channel, 'unknown', 'x').catch(() => {})
    expect(channel.state).toBe('attached')
  })
  row('an unattached channel is acknowledged too (transient publish)', async (w) => {
    const channel = await w.channel()
    await channel.publish('n', 'd')
    expect(channel.state).toBe('initialized')
  })
  row('presence is acknowledged', async (w) => {
    await (await w.channel({ clientId: 'ann' })).presence.enter('here')
  })
  row('the ACK comes after the message is stored: history has it at once', async (w) => {
    const channel = await w.channel()
    await channel.publish('n', 'stored')
    expect((await w.rest().channels.get(w.name).history()).items[0]?.data).toBe('stored')
  })
  row('a hundred pipelined publishes are all acknowledged, in order', async (w) => {
    const channel = await w.channel()
    const serials = await Promise.all(Array.from({ length: 100 }, (_, n) => create(channel, String(n))))
    expect(serials).toEqual(serials.toSorted())
    expect(new Set(serials).size).toBe(100)
  })
  row('a MESSAGE without msgSerial fails the channel (40000)', async (w) => {
    const socket = await w.raw()
    socket.send(message(w, undefined))
    expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ channel: w.name, error: { code: 40000 } })
  })
  row('`_forceNack` in the params is answered with 40099', async (w) => {
    const socket = await w.raw()
    socket.send(message(w, 0, { messages: [{ data: 'd' }], params: { _forceNack: 'true' } }))
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 40099 } })
  })
})
