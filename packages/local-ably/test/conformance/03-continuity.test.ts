import { expect } from 'vitest'
import { section } from './section.ts'
import { append, create, immediate, refusal, type World } from './world.ts'

section('7. Continuity of channels (P20, P21, P82)', ({ row }) => {
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
    const from = (await w.attachedFrame())['channelSerial']
    await (await w.channel()).publish('n', 'missed')
    const socket = await w.attached({ channelSerial: from })
    await socket.frame(({ action }) => action === 15)
    const [attached, message] = socket.frames.filter(({ action }) => action === 11 || action === 15)
    expect(Number(attached?.['flags']) & 6).toBe(6)
    expect(message).toMatchObject({ action: 15, messages: [{ data: 'missed' }] })
  })
  row('an attach with nothing missed: RESUMED without HAS_BACKLOG', async (w) => {
    const from = (await w.attachedFrame())['channelSerial']
    expect(Number((await w.attachedFrame({ channelSerial: from }))['flags']) & 6).toBe(4)
  })
  row('a serial that is too old: not RESUMED, error 90003/404', async (w) => {
    const from = (await w.attachedFrame())['channelSerial']
    w.server.faults.expireContinuity({ channel: w.name })
    const again = await w.attachedFrame({ channelSerial: from })
    expect(again).toMatchObject({ error: { code: 90003, statusCode: 404 } })
    expect(Number(again['flags']) & 4).toBe(0)
  })
  row('a serial of another channel is not resumed', async (w) => {
    const again = await w.attachedFrame({ channelSerial: '01726585978590-001@other00000' })
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
    const from = (await w.attachedFrame())['channelSerial']
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

section('8. Rewind (P22, P25)', ({ row }) => {
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
    expect(await w.attachedFrame({ params: { rewind: '200' } })).toMatchObject({ error: { code: 90004, statusCode: 404 } })
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
    const from = (await w.attachedFrame())['channelSerial']
    expect(Number((await w.attachedFrame({ channelSerial: from, params: { rewind: '2' } }))['flags']) & 2).toBe(0)
  })
  row('suppressed by the flag ATTACH_RESUME, also without a channelSerial', async (w) => {
    await (await w.channel()).publish('n', 'd')
    const frame = await w.attachedFrame({ flags: 1 << 5, params: { rewind: '1' } })
    expect(Number(frame['flags']) & 2).toBe(0)
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
