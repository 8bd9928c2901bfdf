import { expect } from 'vitest'
import { section } from './section.ts'
import { append, create, immediate, refusal, type World } from './world.ts'

const attachedFrame = async (
  w: World,
  fields: object = {},
  query: Record<string, string> = {},
): Promise<Record<string, unknown>> => {
  const socket = await w.attached(fields, query)
  return socket.frames.find(({ action }) => action === 11) ?? {}
}
const attachError = async (w: World, channel: string): Promise<unknown> => {
  const socket = await w.raw()
  socket.send({ action: 10, channel })
  return (await socket.frame(({ action }) => action === 9))['error']
}

section('6. Channels (§6)', ({ row, notOffered }) => {
  row('ATTACHED carries channel, flags, channelSerial and params, also for an empty channel', async (w) => {
    const expected = { channel: w.name, flags: expect.any(Number), channelSerial: expect.stringContaining('@'), params: {} }
    expect(await attachedFrame(w)).toMatchObject(expected)
  })
  row('the default modes are granted when none are asked for', async (w) => {
    const channel = await w.channel()
    await channel.attach()
    expect(channel.modes).toEqual(['presence', 'publish', 'subscribe', 'presence_subscribe', 'annotation_publish'])
  })
  row('modes by flags', async (w) => {
    const channel = (await w.client()).channels.get(w.name, { modes: ['SUBSCRIBE', 'PRESENCE'] })
    await channel.attach()
    expect(channel.modes).toEqual(['presence', 'subscribe'])
  })
  row('modes by `params.modes`', async (w) => {
    const channel = (await w.client()).channels.get(w.name, { params: { modes: 'publish,subscribe' } })
    await channel.attach()
    expect(channel.modes).toEqual(['publish', 'subscribe'])
  })
  row('`params.modes` wins over flags', async (w) => {
    expect(Number((await attachedFrame(w, { flags: 1 << 17, params: { modes: 'subscribe' } }))['flags']) >> 16).toBe(0b100)
  })
  row('an unknown mode is refused', async (w) => {
    const channel = (await w.client()).channels.get(w.name, { params: { modes: 'fly' } })
    expect(await refusal(channel.attach())).toEqual([40000, 400])
  })
  row('granted modes are those of the capability', async (w) => {
    const channel = (await w.as({ '*': ['publish'] })).channels.get(w.name)
    await channel.attach()
    expect(channel.modes).toEqual(['publish'])
  })
  row('`subscribe` grants presence_subscribe too', async (w) => {
    const channel = (await w.as({ '*': ['subscribe'] })).channels.get(w.name)
    await channel.attach()
    expect(channel.modes).toEqual(['subscribe', 'presence_subscribe'])
  })
  row('annotation modes need their capabilities', async (w) => {
    const client = await w.as({ '*': ['annotation-subscribe', 'annotation-publish'] })
    const channel = client.channels.get(w.name, { modes: ['ANNOTATION_SUBSCRIBE', 'ANNOTATION_PUBLISH', 'SUBSCRIBE'] })
    await channel.attach()
    expect(channel.modes).toEqual(['annotation_publish', 'annotation_subscribe'])
  })
  row('nothing permitted: the channel FAILS with 40160/401', async (w) => {
    const channel = (await w.as({ other: ['*'] })).channels.get(w.name)
    expect(await refusal(channel.attach())).toEqual([40160, 401])
    expect(channel.state).toBe('failed')
  })
  row('a publish without the mode: 40165/401', async (w) => {
    const channel = (await w.client()).channels.get(w.name, { modes: ['SUBSCRIBE'] })
    await channel.attach()
    expect(await refusal(channel.publish('n', 'd'))).toEqual([40165, 401])
  })
  row('a publish without the capability: 40160/401', async (w) => {
    const channel = (await w.as({ '*': ['subscribe'] })).channels.get(w.name)
    expect(await refusal(channel.publish('n', 'd'))).toEqual([40160, 401])
  })
  row('presence without the mode: 40165/401', async (w) => {
    const channel = (await w.client({ clientId: 'ann' })).channels.get(w.name, { modes: ['SUBSCRIBE'] })
    await channel.attach()
    expect(await refusal(channel.presence.enter())).toEqual([40165, 401])
  })
  row('an attachment without subscribe hears nothing', async (w) => {
    const socket = await w.attached({ flags: 1 << 17 })
    await (await w.channel()).publish('n', 'd')
    socket.send({ action: 0, id: 'end' })
    await socket.frame(({ id }) => id === 'end')
    expect(socket.frames.some(({ action }) => action === 15)).toBe(false)
  })
  row('known params are echoed', async (w) => {
    const channel = (await w.client()).channels.get(w.name, {
      params: { rewind: '2', delta: 'vcdiff', echo: 'true', appendMode: 'full' },
    })
    await channel.attach()
    expect(channel.params).toEqual({ rewind: '2', delta: 'vcdiff', echo: 'true', appendMode: 'full' })
  })
  row('unknown params are dropped', async (w) => {
    const channel = (await w.client()).channels.get(w.name, { params: { nonexistent: 'foo' } })
    await channel.attach()
    expect(channel.params).toEqual({})
  })
  row('`modes` is echoed as granted', async (w) => {
    const client = await w.as({ '*': ['subscribe'] })
    const channel = client.channels.get(w.name, { params: { modes: 'publish,subscribe' } })
    await channel.attach()
    expect(channel.params).toEqual({ modes: 'subscribe' })
  })
  row('`agent` is never echoed', async (w) => {
    expect((await attachedFrame(w, { params: { agent: 'test/1' } }))['params']).toEqual({})
  })
  row('`echo=false` as a channel param', async (w) => {
    const client = await w.client()
    const channel = client.channels.get(w.name, { params: { echo: 'false' } })
    const heard = await w.hearing(channel)
    await channel.publish('own', '1')
    await (await w.channel()).publish('other', '2')
    await heard.until(({ name }) => name === 'other')
    expect(heard.texts).toEqual(['2'])
  })
  row('setOptions() on a live attachment changes modes without losing continuity', async (w) => {
    const channel = await w.channel()
    await channel.attach()
    await channel.setOptions({ modes: ['SUBSCRIBE'] })
    expect([channel.modes, channel.state]).toEqual([['subscribe'], 'attached'])
  })
  row('a re-attach of an attached channel is RESUMED with the current channelSerial', async (w) => {
    const socket = await w.attached()
    await (await w.channel()).publish('n', 'd')
    const message = await socket.frame(({ action }) => action === 15)
    socket.send({ action: 10, channel: w.name })
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 11).length === 2)
    const again = socket.frames.findLast(({ action }) => action === 11)
    expect(Number(again?.['flags']) & 4).toBe(4)
    expect(again?.['channelSerial']).toBe(message['channelSerial'])
  })
  row('the empty name: 40010/400', async (w) => expect(await attachError(w, '')).toMatchObject({ code: 40010, statusCode: 400 }))
  row('a name that starts with a colon: 40010', async (w) => expect(await attachError(w, ':a')).toMatchObject({ code: 40010 }))
  row('a name that starts with a comma: 40010', async (w) => expect(await attachError(w, ',a')).toMatchObject({ code: 40010 }))
  row('a name that starts with white space: 40010', async (w) =>
    expect(await attachError(w, ' a')).toMatchObject({ code: 40010 }),
  )
  row('a name with a line break: 40010', async (w) => expect(await attachError(w, 'a\nb')).toMatchObject({ code: 40010 }))
  row('an unknown qualifier: 40010', async (w) => expect(await attachError(w, '[odd]a')).toMatchObject({ code: 40010 }))
  row('a publish to an invalid name: NACK 40010', async (w) => {
    const socket = await w.raw()
    socket.send({ action: 15, channel: ':bad', msgSerial: 0, messages: [{ data: 'd' }] })
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 40010 } })
  })
  row('an invalid name over REST: 400/40010', async (w) => {
    expect(await w.http('GET', '/channels/%3Abad/messages')).toMatchObject({ status: 400, body: { error: { code: 40010 } } })
  })
  row('names with a qualifier are one channel with the name without', async (w) => {
    const heard = await w.hearing((await w.client()).channels.get(`[?rewind=1]${w.name}`))
    await (await w.channel()).publish('n', 'd')
    expect((await heard.until(() => true)).data).toBe('d')
  })
  row('params in the qualifier take effect', async (w) => {
    await (await w.channel()).publish('n', 'before')
    const heard = await w.hearing((await w.client()).channels.get(`[?rewind=1]${w.name}`))
    expect((await heard.until(() => true)).data).toBe('before')
  })
  row('names of any script and with slashes work', async (w) => {
    const channel = (await w.client()).channels.get(`${w.name}/…/ключ 鍵?&#%`)
    await channel.publish('n', 'd')
    expect((await channel.history()).items).toHaveLength(1)
  })
  row('DETACH is answered with DETACHED', async (w) => {
    const channel = await w.channel()
    await channel.attach()
    await channel.detach()
    expect(channel.state).toBe('detached')
  })
  row('DETACH of a channel that is not attached is answered too', async (w) => {
    const socket = await w.raw()
    socket.send({ action: 12, channel: w.name })
    expect(await socket.frame(({ action }) => action === 13)).toMatchObject({ channel: w.name })
  })
  row('DETACH makes the presence of the connection leave', async (w) => {
    const channel = await w.channel({ clientId: 'ann' })
    await channel.presence.enter()
    await channel.detach()
    expect((await w.rest().channels.get(w.name).presence.get({})).items).toEqual([])
  })
  row('nothing is delivered after DETACHED', async (w) => {
    const socket = await w.attached()
    socket.send({ action: 12, channel: w.name })
    await socket.frame(({ action }) => action === 13)
    await (await w.channel()).publish('n', 'd')
    socket.send({ action: 0, id: 'end' })
    await socket.frame(({ id }) => id === 'end')
    expect(socket.frames.some(({ action }) => action === 15)).toBe(false)
  })
  row('a channel of many subscribers delivers to each once', async (w) => {
    const heard = await Promise.all(Array.from({ length: 5 }, () => w.hearing()))
    await (await w.channel()).publish('n', 'd')
    for (const each of heard) await each.until(() => true)
    expect(heard.map(({ texts }) => texts)).toEqual(Array.from({ length: 5 }, () => ['d']))
  })
  row('more channels than a connection may have: 90010', async (w) => {
    const client = await w.client({}, await w.serve({ limits: { channelsPerConnection: 2 } }))
    await Promise.all(['a', 'b'].map((name) => client.channels.get(name).attach()))
    expect(await refusal(client.channels.get('c').attach())).toEqual([90010, 400])
  })
  notOffered(
    'unsolicited DETACHED',
    'the service sends it when it moves channels between machines; the `cut` fault shows the client’s side',
  )
  notOffered('`[meta]log` and `[meta]channel.lifecycle` events', 'about the service itself; the channels attach and stay silent')
})

section('7. Continuity of channels (§6 channelSerial)', ({ row }) => {
  row('MESSAGE carries a channelSerial that only goes up', async (w) => {
    const socket = await w.attached()
    const channel = await w.channel()
    for (const text of ['a', 'b', 'c']) await channel.publish('n', text)
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 15).length === 3)
    const serials = socket.frames.filter(({ action }) => action === 15).map(({ channelSerial }) => String(channelSerial))
    expect(serials).toEqual(serials.toSorted())
  })
  row('PRESENCE carries a channelSerial', async (w) => {
    const socket = await w.attached()
    await (await w.channel({ clientId: 'ann' })).presence.enter()
    expect(await socket.frame(({ action }) => action === 14)).toMatchObject({ channelSerial: expect.stringContaining('@') })
  })
  row('an attach inside the retention: RESUMED, HAS_BACKLOG, then what was missed', async (w) => {
    const from = (await attachedFrame(w))['channelSerial']
    await (await w.channel()).publish('n', 'missed')
    const socket = await w.attached({ channelSerial: from })
    await socket.frame(({ action }) => action === 15)
    const [attached, message] = socket.frames.filter(({ action }) => action === 11 || action === 15)
    expect(Number(attached?.['flags']) & 6).toBe(6)
    expect(message).toMatchObject({ action: 15, messages: [{ data: 'missed' }] })
  })
  row('an attach with nothing missed: RESUMED without HAS_BACKLOG', async (w) => {
    const from = (await attachedFrame(w))['channelSerial']
    expect(Number((await attachedFrame(w, { channelSerial: from }))['flags']) & 6).toBe(4)
  })
  row('a serial that is too old: not RESUMED, error 90003/404', async (w) => {
    const from = (await attachedFrame(w))['channelSerial']
    w.server.faults.expireContinuity({ channel: w.name })
    const again = await attachedFrame(w, { channelSerial: from })
    expect(again).toMatchObject({ error: { code: 90003, statusCode: 404 } })
    expect(Number(again['flags']) & 4).toBe(0)
  })
  row('a serial of another channel is not resumed', async (w) => {
    const again = await attachedFrame(w, { channelSerial: '01726585978590-001@other00000' })
    expect(again).toMatchObject({ error: { code: 90003 } })
  })
  row('the client emits `resumed: false` when continuity is lost', async (w) => {
    const client = await w.client()
    const channel = client.channels.get(w.name)
    await channel.attach()
    const changed = new Promise<{ resumed: boolean }>((resolve) => {
      client.connection.once('disconnected', () => channel.on(['attached', 'update'], resolve))
    })
    w.server.faults.expireContinuity({ channel: w.name })
    w.server.faults.cut({ channel: w.name })
    expect((await changed).resumed).toBe(false)
  })
  row('the first attach: RESUMED clear, `hasBacklog` false', async (w) => {
    expect(await (await w.channel()).attach()).toMatchObject({ resumed: false, hasBacklog: false })
  })
  row('a replayed append comes as one update with the whole text', async (w) => {
    const from = (await attachedFrame(w))['channelSerial']
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    for (const text of ['b', 'c']) await append(channel, serial, text)
    const socket = await w.attached({ channelSerial: from })
    const frames = (): unknown[] => socket.frames.filter(({ action }) => action === 15).flatMap(({ messages }) => messages)
    await socket.until(() => frames().length === 2)
    expect(frames().at(-1)).toMatchObject({ action: 1, data: 'abc' })
  })
  row('`untilAttach` bounds history at the attach point', async (w) => {
    const writer = await w.channel()
    await writer.publish('n', 'before')
    const channel = await w.channel()
    await channel.attach()
    await writer.publish('n', 'after')
    expect((await channel.history({ untilAttach: true })).items.map(({ data }) => data)).toEqual(['before'])
  })
  row('history and subscription meet without gap and without overlap', async (w) => {
    const writer = await w.channel()
    const words = Array.from({ length: 30 }, (_, n) => String(n))
    const sent = (async () => {
      for (const word of words) await writer.publish('n', word)
    })()
    const channel = await w.channel()
    const heard = await w.hearing(channel)
    await sent
    await writer.publish('n', 'after')
    await heard.until(({ data }) => data === 'after')
    const { items } = await channel.history({ untilAttach: true, limit: 100 })
    expect([...items.map(({ data }) => data as string).toReversed(), ...heard.texts]).toEqual([...words, 'after'])
  })
})

section('8. Rewind (§6)', ({ row }) => {
  const fill = async (w: World, count: number): Promise<void> => {
    const channel = await w.channel()
    for (let n = 1; n <= count; n++) await channel.publish('n', String(n))
  }
  const rewound = async (w: World, params: Record<string, string>, last: string): Promise<unknown[]> => {
    const heard = await w.hearing((await w.client()).channels.get(w.name, { params }))
    await heard.until(({ data }) => data === last)
    return heard.texts
  }
  row('by count, oldest first', async (w) => {
    await fill(w, 4)
    expect(await rewound(w, { rewind: '2' }, '4')).toEqual(['3', '4'])
  })
  row('by time', async (w) => {
    await fill(w, 3)
    expect(await rewound(w, { rewind: '1m' }, '3')).toEqual(['1', '2', '3'])
  })
  row('by time with rewindLimit', async (w) => {
    await fill(w, 3)
    expect(await rewound(w, { rewind: '30s', rewindLimit: '1' }, '3')).toEqual(['3'])
  })
  row('more than 100 is truncated, with an error in ATTACHED', async (w) => {
    expect(await attachedFrame(w, { params: { rewind: '200' } })).toMatchObject({ error: { code: 90004 } })
  })
  row('neither count nor time: the attach is refused', async (w) => {
    const channel = (await w.client()).channels.get(w.name, { params: { rewind: 'soon' } })
    expect(await refusal(channel.attach())).toEqual([40000, 400])
  })
  row('HAS_BACKLOG when something is rewound', async (w) => {
    await fill(w, 1)
    const channel = (await w.client()).channels.get(w.name, { params: { rewind: '1' } })
    expect(await channel.attach()).toMatchObject({ hasBacklog: true })
  })
  row('ignored when a channelSerial is presented', async (w) => {
    await fill(w, 2)
    const from = (await attachedFrame(w))['channelSerial']
    expect(Number((await attachedFrame(w, { channelSerial: from, params: { rewind: '2' } }))['flags']) & 2).toBe(0)
  })
  row('counts distinct messages, each in its latest state', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    for (const text of ['b', 'c', 'd']) await append(channel, serial, text)
    await channel.publish('n', 'last')
    expect(await rewound(w, { rewind: '2' }, 'last')).toEqual(['abcd', 'last'])
  })
  row('a rewound append is one update; what follows are increments', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    await append(channel, serial, 'b')
    const heard = await w.hearing((await w.client()).channels.get(w.name, { params: { rewind: '1' } }))
    await heard.until(({ data }) => data === 'ab')
    await append(channel, serial, 'c')
    await heard.until(({ data }) => data === 'c')
    expect(heard.messages.map(({ action }) => action)).toEqual(['message.update', 'message.append'])
  })
  row('happens again after detach and attach, not on setOptions()', async (w) => {
    await fill(w, 1)
    const channel = (await w.client()).channels.get(w.name)
    const heard = await w.hearing(channel)
    await channel.setOptions({ params: { rewind: '1' } })
    expect(heard.texts).toEqual([])
    await channel.detach()
    await channel.attach()
    await heard.until(({ data }) => data === '1')
  })
})
