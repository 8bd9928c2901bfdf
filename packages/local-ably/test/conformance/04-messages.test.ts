import type { InboundMessage } from 'ably'
import { expect } from 'vitest'
import { section } from './section.ts'
import { create, refusal, type World } from './world.ts'

/** What a subscriber is handed after this publish. */
async function delivered(w: World, message: object, binaryReader = w.binary): Promise<InboundMessage> {
  const heard = await w.hearing(await w.channel({ useBinaryProtocol: binaryReader }))
  await (await w.channel()).publish(message as never)
  return heard.until(() => true)
}

section('9. Messages (P1, P4 to P6, P8, P86, P98)', ({ row }) => {
  row('action is `message.create`', async (w) => expect((await delivered(w, { data: 'd' })).action).toBe('message.create'))
  row('serial, version.serial and version.timestamp are set', async (w) => {
    const message = await delivered(w, { data: 'd' })
    expect(message.version).toMatchObject({ serial: message.serial, timestamp: message.timestamp })
  })
  row('name and data arrive as given', async (w) =>
    expect(await delivered(w, { name: 'n', data: 'd' })).toMatchObject({ name: 'n', data: 'd' }),
  )
  row('absent name and data stay absent', async (w) => {
    const message = await delivered(w, { extras: { headers: { a: '1' } } })
    expect([message.name ?? null, message.data ?? null]).toEqual([null, null])
  })
  row('extras of the keys the service knows arrive verbatim', async (w) => {
    const extras = { headers: { a: 'x' }, ai: { transport: { turn: 1, list: [1, null, { deep: true }] } } }
    expect((await delivered(w, { data: 'd', extras })).extras).toEqual(extras)
  })
  row('a batch is delivered in order', async (w) => {
    const heard = await w.hearing()
    await (await w.channel()).publish([{ data: 'a' }, { data: 'b' }, { data: 'c' }])
    await heard.until(({ data }) => data === 'c')
    expect(heard.texts).toEqual(['a', 'b', 'c'])
  })
  row('a batch is stored whole or not at all', async (w) => {
    const channel = (await w.client({ token: await w.token({ clientId: 'ann' }) })).channels.get(w.name)
    expect(await refusal(channel.publish([{ data: 'a' }, { data: 'b', clientId: 'eve' }]))).toEqual([40012, 400])
    expect((await channel.history()).items).toEqual([])
  })
  row('messages of a batch share the channelSerial', async (w) => {
    const { serials } = await (await w.channel()).publish([{ data: 'a' }, { data: 'b' }])
    const [first, second] = serials.map(String)
    expect(second?.split(':')[0]).toBe(first?.split(':')[0])
  })
  row('a repeated id is stored once, with the first serial', async (w) => {
    const channel = await w.channel()
    const first = await channel.publish({ id: 'same', data: 'a' })
    expect((await channel.publish({ id: 'same', data: 'b' })).serials).toEqual(first.serials)
    expect((await channel.history()).items).toHaveLength(1)
  })
  row('the same id on another channel is another message', async (w) => {
    const client = await w.client()
    const [a, b] = [client.channels.get(`${w.name}a`), client.channels.get(`${w.name}b`)]
    expect((await a.publish({ id: 'same', data: 'a' })).serials).not.toEqual((await b.publish({ id: 'same', data: 'a' })).serials)
  })
  row('ids of a batch `base:0`, `base:1` are accepted and repeated as one', async (w) => {
    const channel = await w.channel()
    const batch = [
      { id: 'base:0', data: 'a' },
      { id: 'base:1', data: 'b' },
    ]
    const first = await channel.publish(batch)
    expect((await channel.publish(batch)).serials).toEqual(first.serials)
  })
  row('other ids of a batch: 40031', async (w) => {
    const batch = [
      { id: 'a', data: 'a' },
      { id: 'b', data: 'b' },
    ]
    expect(await refusal((await w.channel()).publish(batch))).toEqual([40031, 400])
  })
  row('an empty id: 40031', async (w) => {
    for (const batch of [[{ id: '', data: 'a' }], [{ id: '', data: 'a' }, { data: 'b' }]]) {
      expect(await w.http('POST', `/channels/${w.name}/messages`, batch)).toMatchObject({
        status: 400,
        body: { error: { code: 40031 } },
      })
    }
  })
  row('an id that is no text: 40031', async (w) => {
    const answer = await w.http('POST', `/channels/${w.name}/messages`, { id: 5, data: 'a' })
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 40031 } } })
  })
  row('a client id is kept exactly', async (w) =>
    expect((await delivered(w, { id: 'idempotent-msg-id:0', data: 'd' })).id).toBe('idempotent-msg-id:0'),
  )
  row('without an id it is `connectionId:msgSerial:index`', async (w) => {
    const client = await w.client()
    const channel = client.channels.get(w.name)
    await create(channel)
    expect((await channel.history()).items[0]?.id).toBe(`${client.connection.id}:0:0`)
  })
  row('the clientId of the connection is stamped', async (w) => {
    const heard = await w.hearing()
    await (await w.channel({ clientId: 'ann' })).publish('n', 'd')
    expect((await heard.until(() => true)).clientId).toBe('ann')
  })
  row('another clientId than one’s own: 40012', async (w) => {
    const client = await w.client({ token: await w.token({ clientId: 'ann' }) })
    expect(await refusal(client.channels.get(w.name).publish({ data: 'd', clientId: 'eve' }))).toEqual([40012, 400])
  })
  row('a clientId from an anonymous token is refused', async (w) => {
    const client = await w.client({ token: await w.token() })
    expect(await refusal(client.channels.get(w.name).publish({ data: 'd', clientId: 'eve' }))).toEqual([40012, 400])
  })
  row('a key client may publish as anybody', async (w) =>
    expect((await delivered(w, { data: 'd', clientId: 'bob' })).clientId).toBe('bob'),
  )
  row('a token for `*` may publish as anybody', async (w) => {
    const heard = await w.hearing()
    const client = await w.client({ token: await w.token({ clientId: '*' }) })
    await client.channels.get(w.name).publish({ data: 'd', clientId: 'bob' })
    expect((await heard.until(() => true)).clientId).toBe('bob')
  })
  row('`*` is nobody to publish as: 40012', async (w) => {
    const answer = await w.http('POST', `/channels/${w.name}/messages`, { data: 'd', clientId: '*' })
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 40012 } } })
  })
  row('echo is on by default', async (w) => {
    const channel = await w.channel()
    const heard = await w.hearing(channel)
    await channel.publish('n', 'own')
    await heard.until(({ data }) => data === 'own')
  })
  row('REST publishes for a connection by its connectionKey', async (w) => {
    const client = await w.client({ clientId: 'ann' })
    const heard = await w.hearing(client.channels.get(w.name))
    await w
      .rest()
      .channels.get(w.name)
      .publish({ data: 'd', connectionKey: client.connection.key, clientId: 'ann' } as never)
    expect((await heard.until(() => true)).connectionId).toBe(client.connection.id)
  })
  row('REST publishes for an identified connection only as that client: 40006/400', async (w) => {
    const client = await w.client({ clientId: 'ann' })
    for (const identity of [{}, { clientId: 'eve' }]) {
      const message = { data: 'd', connectionKey: client.connection.key, ...identity }
      expect((await w.http('POST', `/channels/${w.name}/messages`, message)).body).toMatchObject({ error: { code: 40006 } })
    }
  })
  row('an unknown connectionKey: 40006/400', async (w) => {
    expect(await w.http('POST', `/channels/${w.name}/messages`, { data: 'd', connectionKey: 'x!y' })).toMatchObject({
      status: 400,
      body: { error: { code: 40006 } },
    })
  })
  row('more than maxMessageSize: 40009/413', async (w) => {
    const answer = await w.http('POST', `/channels/${w.name}/messages`, { data: 'x'.repeat(65_537) })
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 40009, statusCode: 413 } } })
  })
  row('exactly maxMessageSize is accepted', async (w) => {
    expect((await w.http('POST', `/channels/${w.name}/messages`, { data: 'x'.repeat(65_536) })).status).toBe(201)
  })
  row('name, clientId and extras count towards the size', async (w) => {
    const answer = await w.http('POST', `/channels/${w.name}/messages`, { name: 'n', data: 'x'.repeat(65_536) })
    expect(answer.body).toMatchObject({ error: { code: 40009 } })
  })
  row('the messages of a batch count together', async (w) => {
    const half = { data: 'x'.repeat(40_000) }
    expect((await w.http('POST', `/channels/${w.name}/messages`, [half, half])).body).toMatchObject({ error: { code: 40009 } })
  })
  row('`extras.privileged` without the capability privileged-headers: 40160', async (w) => {
    const client = await w.as({ '*': ['publish'] })
    expect(await refusal(client.channels.get(w.name).publish({ data: 'd', extras: { privileged: { a: 1 } } }))).toEqual([
      40160, 401,
    ])
  })
  row('`extras.privileged` with it is delivered', async (w) => {
    expect((await delivered(w, { data: 'd', extras: { privileged: { a: 1 } } })).extras).toEqual({ privileged: { a: 1 } })
  })
  row('a name that is no text: 40016/400', async (w) => {
    expect(await w.http('POST', `/channels/${w.name}/messages`, { name: 5, data: 'd' })).toMatchObject({
      status: 400,
      body: { error: { code: 40016 } },
    })
  })
  row('a clientId that is no text: 40012/400', async (w) => {
    expect(await w.http('POST', `/channels/${w.name}/messages`, { clientId: 5, data: 'd' })).toMatchObject({
      status: 400,
      body: { error: { code: 40012 } },
    })
  })
  row('more than 1000 messages in one publish: 40034/400', async (w) => {
    const messages = Array.from({ length: 1001 }, () => ({ data: 'd' }))
    const answer = await w.http('POST', `/channels/${w.name}/messages`, messages)
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 40034 } } })
    expect((await w.http('POST', `/channels/${w.name}/messages`, messages.slice(1))).status).toBe(201)
  })
  row('an empty list of messages is refused', async (w) => {
    const socket = await w.raw()
    socket.send({ action: 15, channel: w.name, msgSerial: 0, messages: [] })
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 40000 } })
  })
})

section('10. Encodings (P78)', ({ row }) => {
  const bytes = Buffer.from([0, 255, 16, 32])
  row('strings', async (w) => expect((await delivered(w, { data: 'text ✓ 🎉' })).data).toBe('text ✓ 🎉'))
  row('the empty string', async (w) => expect((await delivered(w, { data: '' })).data).toBe(''))
  row('objects', async (w) =>
    expect((await delivered(w, { data: { a: [1, { b: null }] } })).data).toEqual({ a: [1, { b: null }] }),
  )
  row('arrays', async (w) => expect((await delivered(w, { data: [1, 2] })).data).toEqual([1, 2]))
  row('bytes', async (w) => expect((await delivered(w, { data: bytes })).data).toEqual(bytes))
  row('bytes to a client of the other format', async (w) =>
    expect((await delivered(w, { data: bytes }, !w.binary)).data).toEqual(bytes),
  )
  row('objects to a client of the other format', async (w) =>
    expect((await delivered(w, { data: { a: 1 } }, !w.binary)).data).toEqual({ a: 1 }),
  )
  row('strings to a client of the other format', async (w) =>
    expect((await delivered(w, { data: 'é' }, !w.binary)).data).toBe('é'),
  )
  row('bytes leave a raw socket as base64 in JSON, as bin in msgpack', async (w) => {
    const socket = await w.attached()
    await (await w.channel()).publish('n', bytes)
    const { messages } = await socket.frame(({ action }) => action === 15)
    const [message] = messages as [Record<string, unknown>]
    if (w.binary) expect(message).toMatchObject({ data: bytes })
    else expect(message).toMatchObject({ data: bytes.toString('base64'), encoding: 'base64' })
    if (w.binary) expect(message).not.toHaveProperty('encoding')
  })
  row('ciphers are passed through', async (w) => {
    const socket = await w.attached()
    const encoding = 'utf-8/cipher+aes-256-cbc/base64'
    await w.http('POST', `/channels/${w.name}/messages`, { data: bytes.toString('base64'), encoding })
    const { messages } = await socket.frame(({ action }) => action === 15)
    const expected = w.binary
      ? { data: bytes, encoding: 'utf-8/cipher+aes-256-cbc' }
      : { data: bytes.toString('base64'), encoding }
    expect(messages).toMatchObject([expected])
  })
  row('the client’s own encryption works end to end, over both formats', async (w) => {
    const key = Buffer.alloc(32, 7)
    const options = { cipher: { key } }
    const heard = await w.hearing((await w.client({ useBinaryProtocol: !w.binary })).channels.get(w.name, options))
    await (await w.client()).channels.get(w.name, options).publish('n', { secret: true })
    expect((await heard.until(() => true)).data).toEqual({ secret: true })
  })
  row('an object posted without encoding becomes JSON', async (w) => {
    await w.http('POST', `/channels/${w.name}/messages`, { data: { a: 1 } })
    expect((await (await w.channel()).history()).items[0]?.data).toEqual({ a: 1 })
  })
  row('a number as data: 40013', async (w) => {
    expect((await w.http('POST', `/channels/${w.name}/messages`, { data: 5 })).body).toMatchObject({ error: { code: 40013 } })
  })
  row('timestamps beyond 32 bit survive msgpack', async (w) => {
    const heard = await delivered(w, { data: 'd' })
    expect(heard.timestamp).toBeGreaterThan(2 ** 40)
  })
  row('history has the data in the format of the reader', async (w) => {
    await (await w.channel()).publish('n', bytes)
    const channel = await w.channel({ useBinaryProtocol: !w.binary })
    expect((await channel.history()).items[0]?.data).toEqual(bytes)
  })
})
