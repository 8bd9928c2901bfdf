import { expect } from 'vitest'
import { section } from './section.ts'
import { append, create, immediate, refusal } from './world.ts'

section('27. Extras (P88)', ({ row }) => {
  row('an unknown key at the top: 40032/400', async (w) => {
    expect(await refusal((await w.channel()).publish({ data: 'd', extras: { mine: 'x' } }))).toEqual([40032, 400])
  })
  for (const [what, headers] of [
    ['nested', { a: { b: 'c' } }],
    ['a list in it', { a: ['b'] }],
    ['a list', ['a']],
    ['text', 'a'],
  ] as const) {
    row(`\`headers\` that are no flat map (${what}): 40032/400`, async (w) => {
      const answer = await w.http('POST', `/channels/${w.name}/messages`, { data: 'd', extras: { headers } })
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 40032 } } })
    })
  }
  row('extras that are no map: 40032/400', async (w) => {
    const answer = await w.http('POST', `/channels/${w.name}/messages`, { data: 'd', extras: 'text' })
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 40032 } } })
  })
  row('a known key of the wrong type: 40032/400', async (w) => {
    for (const extras of [{ ephemeral: 'yes' }, { push: 1 }, { ref: 'x' }, { ai: 'x' }, { privileged: [] }]) {
      const answer = await w.http('POST', `/channels/${w.name}/messages`, { data: 'd', extras })
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 40032 } } })
    }
  })
  row('headers may be text, numbers, booleans and null', async (w) => {
    const heard = await w.hearing()
    const headers = { text: 'x', number: 1.5, yes: true }
    await (await w.channel()).publish({ data: 'd', extras: { headers: { ...headers, nothing: null } } })
    // In msgpack the client leaves out what is null.
    expect((await heard.until(() => true)).extras.headers).toMatchObject(headers)
  })
  row('`headers`, `ai`, `push` and `ref` pass', async (w) => {
    const heard = await w.hearing()
    const extras = {
      headers: { role: 'user' },
      ai: { transport: { 'run-id': 'r' }, codec: { kind: 'text' } },
      push: { notification: { title: 't' } },
      ref: { type: 'com.ably.reply', timeserial: 't' },
    }
    await (await w.channel()).publish({ data: 'd', extras })
    expect((await heard.until(() => true)).extras).toEqual(extras)
  })
  row('updates and appends are held to it too', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    for (const operation of ['updateMessage', 'deleteMessage', 'appendMessage'] as const) {
      const changed = channel[operation]({ serial, data: 'b', extras: { mine: 'x' } } as never)
      expect(await refusal(changed)).toEqual([40032, 400])
    }
    expect((await channel.getMessage(serial)).data).toBe('a')
  })
  row('presence and annotations are held to it too', async (w) => {
    const channel = await w.channel({ clientId: 'ann' })
    const serial = await create(channel)
    const presence = [{ action: 2, extras: { mine: 'x' } }]
    const annotations = [{ action: 0, messageSerial: serial, type: 'likes:total.v1', extras: { mine: 'x' } }]
    const socket = await w.attached({}, { clientId: 'ann' })
    socket.send({ action: 14, channel: w.name, msgSerial: 0, presence })
    socket.send({ action: 21, channel: w.name, msgSerial: 1, annotations })
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 2).length === 2)
    const refused = socket.frames.filter(({ action }) => action === 2)
    expect(refused).toMatchObject([{ error: { code: 40032 } }, { error: { code: 40032 } }])
  })
  row('extras as received, with what the service wrote there, may be sent again', async (w) => {
    const heard = await w.hearing()
    const extras = { headers: { a: '1' }, delta: { from: 'x', format: 'vcdiff' }, userClaim: 'x' }
    await (await w.channel()).publish({ data: 'd', extras })
    expect((await heard.until(() => true)).extras).toEqual({ headers: { a: '1' } })
  })
})

section('28. Ephemeral messages (P87)', ({ row }) => {
  const ephemeral = { ephemeral: true }
  row('are delivered to those who are attached', async (w) => {
    const heard = await w.hearing()
    await (await w.channel()).publish({ data: 'd', extras: ephemeral })
    expect(await heard.until(() => true)).toMatchObject({ data: 'd', extras: ephemeral })
  })
  row('`ephemeral` in the params of a REST publish says it too', async (w) => {
    const heard = await w.hearing()
    await w.rest().channels.get(w.name).publish({ data: 'd' }, { ephemeral: true })
    expect(await heard.until(() => true)).toMatchObject({ data: 'd', extras: ephemeral })
    expect((await w.rest().channels.get(w.name).history()).items).toEqual([])
  })
  row('are in no history', async (w) => {
    const channel = await w.channel()
    await channel.publish({ data: 'kept' })
    const { serials } = await channel.publish({ data: 'd', extras: ephemeral })
    expect((await channel.history()).items.map(({ data }) => data)).toEqual(['kept'])
    expect(await refusal(channel.getMessage(String(serials[0])))).toEqual([40400, 404])
  })
  row('are not rewound', async (w) => {
    const channel = await w.channel()
    await channel.publish({ data: 'd', extras: ephemeral })
    expect(Number((await w.attachedFrame({ params: { rewind: '1' } }))['flags']) & 2).toBe(0)
  })
  row('are not replayed on resume', async (w) => {
    const heard = await w.hearing()
    const channel = await w.channel()
    await channel.publish({ data: 'a' })
    await heard.until(({ data }) => data === 'a')
    const socket = await w.attached()
    const attached = socket.frames.find(({ action }) => action === 11)
    await channel.publish({ data: 'b', extras: ephemeral })
    await channel.publish({ data: 'c' })
    const later = await w.raw()
    later.send({ action: 10, channel: w.name, channelSerial: attached?.['channelSerial'] })
    const { messages } = await later.frame(({ action }) => action === 15)
    expect(messages).toMatchObject([{ data: 'c' }])
  })
  row('cannot be changed (40400)', async (w) => {
    const channel = await w.channel(immediate)
    const { serials } = await channel.publish({ data: 'd', extras: ephemeral })
    expect(await refusal(append(channel, serials[0], 'x'))).toEqual([40400, 404])
  })
  row('a batch of both kinds is refused', async (w) => {
    const channel = await w.channel()
    expect(await refusal(channel.publish([{ data: 'a', extras: ephemeral }, { data: 'b' }]))).toEqual([40000, 400])
    expect((await channel.history()).items).toEqual([])
  })
})
