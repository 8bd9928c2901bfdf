import { expect } from 'vitest'
import { section } from './section.ts'
import { refusal, type World } from './world.ts'

const attachError = async (w: World, channel: string): Promise<unknown> => {
  const socket = await w.raw()
  socket.send({ action: 10, channel })
  return (await socket.frame(({ action }) => action === 9))['error']
}

section('6. Channels (P80, P81)', ({ row, notOffered }) => {
  row('ATTACHED carries channel, flags, channelSerial and params, also for an empty channel', async (w) => {
    const expected = { channel: w.name, flags: expect.any(Number), channelSerial: expect.stringContaining('@'), params: {} }
    expect(await w.attachedFrame()).toMatchObject(expected)
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
    expect(Number((await w.attachedFrame({ flags: 1 << 17, params: { modes: 'subscribe' } }))['flags']) >> 16).toBe(0b100)
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
  row('params that are JSON numbers are read as text', async (w) => {
    await (await w.channel()).publish('n', 'before')
    const socket = await w.attached({ params: { rewind: 1 } })
    expect(socket.frames.find(({ action }) => action === 11)).toMatchObject({ params: { rewind: '1' } })
    expect(await socket.frame(({ action }) => action === 15)).toMatchObject({ messages: [{ data: 'before' }] })
  })
  row('params that are JSON booleans are read as text', async (w) => {
    expect(await w.attachedFrame({ params: { echo: false } })).toMatchObject({ params: { echo: 'false' } })
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
    expect((await w.attachedFrame({ params: { agent: 'test/1' } }))['params']).toEqual({})
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
  row('a channel that has failed is attached no more: nothing is delivered, and its members have left', async (w) => {
    const socket = await w.attached({}, { clientId: 'ann' })
    socket.send({ action: 14, channel: w.name, msgSerial: 0, presence: [{ action: 2 }] })
    await socket.frame(({ action }) => action === 1)
    socket.send({ action: 10, channel: w.name, params: { modes: 'fly' } })
    await socket.frame(({ action }) => action === 9)
    const before = socket.frames.length
    await (await w.channel()).publish('n', 'd')
    expect((await w.rest().channels.get(w.name).presence.get({})).items).toEqual([])
    socket.send({ action: 0, id: 'end' })
    await socket.frame(({ id }) => id === 'end')
    expect(socket.frames.slice(before).map(({ action }) => action)).toEqual([0])
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
