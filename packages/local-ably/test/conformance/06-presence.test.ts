import type { PresenceMessage, RealtimeChannel } from 'ably'
import { expect } from 'vitest'
import { section } from './section.ts'
import { refusal, type World } from './world.ts'

/** Presence events of a channel, and a promise for one of them. */
async function watch(
  channel: RealtimeChannel,
): Promise<{ events: PresenceMessage[]; next(action: string): Promise<PresenceMessage> }> {
  const events: PresenceMessage[] = []
  const waiting: (() => void)[] = []
  await channel.presence.subscribe((event) => {
    events.push(event)
    for (const wake of waiting.splice(0)) wake()
  })
  return {
    events,
    async next(action) {
      for (;;) {
        const found = events.find((event) => event.action === action)
        if (found !== undefined) return found
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
  }
}
const member = async (w: World, clientId = 'ann', options: object = {}): Promise<RealtimeChannel> =>
  (await w.client({ clientId, ...options })).channels.get(w.name)

section('14. Presence (P26, P83, P84)', ({ row, notOffered }) => {
  row('enter, update and leave reach subscribers', async (w) => {
    const { next } = await watch(await w.channel())
    const channel = await member(w)
    await channel.presence.enter('a')
    expect(await next('enter')).toMatchObject({ clientId: 'ann', data: 'a' })
    await channel.presence.update('b')
    expect(await next('update')).toMatchObject({ data: 'b' })
    await channel.presence.leave('c')
    expect(await next('leave')).toMatchObject({ data: 'c' })
  })
  row('a leave without data keeps the last data', async (w) => {
    const { next } = await watch(await w.channel())
    const channel = await member(w)
    await channel.presence.enter('last')
    await channel.presence.leave()
    expect((await next('leave')).data).toBe('last')
  })
  row('an update of nobody is an enter', async (w) => {
    const { next } = await watch(await w.channel())
    await (await member(w)).presence.update('x')
    expect((await next('enter')).data).toBe('x')
  })
  row('the id is `connectionId:msgSerial:index`', async (w) => {
    const { next } = await watch(await w.channel())
    await (await member(w)).presence.enter()
    const { id, connectionId } = await next('enter')
    expect(id).toBe(`${connectionId}:0:0`)
  })
  row('objects and bytes as presence data', async (w) => {
    const { next, events } = await watch(await w.channel({ useBinaryProtocol: !w.binary }))
    const channel = await member(w)
    await channel.presence.enter({ a: 1 })
    await channel.presence.update(Buffer.from([1, 2]))
    await next('update')
    expect(events.map(({ data }) => data)).toEqual([{ a: 1 }, Buffer.from([1, 2])])
  })
  row('members are synced on attach (HAS_PRESENCE, SYNC)', async (w) => {
    await (await member(w)).presence.enter('here')
    expect(await (await w.channel()).presence.get()).toMatchObject([{ clientId: 'ann', data: 'here', action: 'present' }])
  })
  row('without members: no HAS_PRESENCE, the client has none', async (w) => {
    expect(await (await w.channel()).presence.get()).toEqual([])
  })
  row('SYNC keeps the id and the time of each member', async (w) => {
    const { next } = await watch(await w.channel())
    await (await member(w)).presence.enter()
    const { id, timestamp } = await next('enter')
    expect(await (await w.channel()).presence.get()).toMatchObject([{ id, timestamp }])
  })
  row('a SYNC asked for by the client is answered', async (w) => {
    await (await member(w)).presence.enter()
    const socket = await w.attached()
    await socket.frame(({ action }) => action === 16)
    socket.send({ action: 16, channel: w.name })
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 16).length === 2)
  })
  row('no SYNC without the mode presence_subscribe', async (w) => {
    await (await member(w)).presence.enter()
    const socket = await w.attached({ flags: 1 << 18 })
    socket.send({ action: 0, id: 'end' })
    await socket.frame(({ id }) => id === 'end')
    expect(socket.frames.some(({ action }) => action === 16)).toBe(false)
  })
  row('a connection hears of its own members without presence_subscribe', async (w) => {
    const channel = (await w.client({ clientId: 'ann' })).channels.get(w.name, { modes: ['PRESENCE'] })
    const { next } = await watch(channel)
    await channel.presence.enter()
    await next('enter')
  })
  row('two connections of one client are two members', async (w) => {
    await (await member(w)).presence.enter()
    await (await member(w)).presence.enter()
    expect(await (await w.channel()).presence.get()).toHaveLength(2)
  })
  row('a key client enters on behalf of others', async (w) => {
    const channel = await w.channel()
    await channel.presence.enterClient('bob', 'b')
    await channel.presence.enterClient('eve', 'e')
    expect((await channel.presence.get()).map(({ clientId }) => clientId).toSorted()).toEqual(['bob', 'eve'])
  })
  row('anonymous: 91000', async (w) => {
    const socket = await w.attached({}, { access_token: await w.token(), key: '' })
    socket.send({ action: 14, channel: w.name, msgSerial: 0, presence: [{ action: 2 }] })
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 91000 } })
  })
  row('another clientId: 40012', async (w) => {
    const socket = await w.attached({}, { access_token: await w.token({ clientId: 'ann' }), key: '' })
    socket.send({ action: 14, channel: w.name, msgSerial: 0, presence: [{ action: 2, clientId: 'eve' }] })
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 40012 } })
  })
  row('without the capability: 40160', async (w) => {
    const client = await w.as({ '*': ['subscribe'] }, 'ann')
    expect(await refusal(client.channels.get(w.name).presence.enter())).toEqual([40160, 401])
  })
  row('unattached: 91001', async (w) => {
    const socket = await w.raw({ clientId: 'ann' })
    socket.send({ action: 14, channel: w.name, msgSerial: 0, presence: [{ action: 2 }] })
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 91001 } })
  })
  row('more data than maxMessageSize: 40009/413, and nobody has entered', async (w) => {
    const socket = await w.attached({}, { clientId: 'ann' })
    socket.send({ action: 14, channel: w.name, msgSerial: 0, presence: [{ action: 2, data: 'x'.repeat(65_537) }] })
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 40009, statusCode: 413 } })
    expect((await w.rest().channels.get(w.name).presence.get({})).items).toEqual([])
  })
  row('too many members: 91003', async (w) => {
    const server = await w.serve({ limits: { presenceMembers: 2 } })
    const channel = (await w.client({}, server)).channels.get('room')
    for (const name of ['a', 'b']) await channel.presence.enterClient(name)
    expect(await refusal(channel.presence.enterClient('c'))).toEqual([91003, 400])
  })
  row('an abrupt end leaves after the delay, by an event the server makes', async (w) => {
    const server = await w.serve({ presenceLeaveDelay: 20 })
    const { next } = await watch((await w.client({}, server)).channels.get('room'))
    const client = await w.client({ clientId: 'ann' }, server)
    await client.channels.get('room').presence.enter('x')
    server.faults.cut({ clientId: 'ann', refuseFor: 60_000 })
    const { id, data } = await next('leave')
    expect(String(id).startsWith(String(client.connection.id))).toBe(false)
    expect(data).toBe('x')
  })
  row('`remainPresentFor` sets that delay', async (w) => {
    const { next } = await watch(await w.channel())
    const client = await w.client({ clientId: 'ann', transportParams: { remainPresentFor: 10 } })
    await client.channels.get(w.name).presence.enter()
    w.server.faults.cut({ connectionId: String(client.connection.id), refuseFor: 200 })
    await next('leave')
  })
  row('who is back in time has not left', async (w) => {
    const { events } = await watch(await w.channel())
    const client = await w.client({ clientId: 'ann' })
    await client.channels.get(w.name).presence.enter()
    w.server.faults.cut({ connectionId: String(client.connection.id) })
    await client.connection.whenState('disconnected')
    await client.connection.whenState('connected')
    await client.channels.get(w.name).presence.update('again')
    expect(events.some(({ action }) => action === 'leave')).toBe(false)
  })
  row('a member that was lost enters again by itself', async (w) => {
    const client = await w.client({ clientId: 'ann' })
    const channel = client.channels.get(w.name)
    const { next } = await watch(await w.channel())
    await channel.presence.enter()
    w.server.faults.expireContinuity({ connectionId: String(client.connection.id) })
    w.server.faults.cut({ connectionId: String(client.connection.id) })
    await next('leave')
    for (;;) {
      const { items } = await w.rest().channels.get(w.name).presence.get({})
      if (items.some(({ connectionId }) => connectionId === client.connection.id)) break
    }
  })
  row('missed presence events are replayed on resume', async (w) => {
    const client = await w.client()
    const { next } = await watch(client.channels.get(w.name))
    w.server.faults.cut({ connectionId: String(client.connection.id), refuseFor: 20 })
    await (await member(w)).presence.enter()
    await next('enter')
  })
  row('presence history is paged, in both directions', async (w) => {
    const channel = await w.channel()
    for (const name of ['ann', 'bob', 'cat']) await channel.presence.enterClient(name)
    const read = async (direction: 'forwards' | 'backwards'): Promise<unknown[]> => {
      const seen: unknown[] = []
      let page = await w.rest().channels.get(w.name).presence.history({ direction, limit: 2 })
      for (;;) {
        seen.push(...page.items.map(({ clientId }) => clientId))
        const next = await page.next()
        if (next === null) return seen
        page = next
      }
    }
    expect(await read('forwards')).toEqual(['ann', 'bob', 'cat'])
    expect(await read('backwards')).toEqual(['cat', 'bob', 'ann'])
  })
  row('presence history between `start` and `end`, both included', async (w) => {
    await (await w.channel()).presence.enterClient('ann')
    const { presence } = w.rest().channels.get(w.name)
    const at = Number((await presence.history()).items[0]?.timestamp)
    const count = async (params: object): Promise<number> => (await presence.history(params)).items.length
    expect([await count({ start: at, end: at }), await count({ start: at + 1 }), await count({ end: at - 1 })]).toEqual([1, 0, 0])
  })
  row('presence history', async (w) => {
    const channel = await member(w)
    await channel.presence.enter()
    await channel.presence.leave()
    const { items } = await channel.presence.history()
    expect(items.map(({ action }) => action)).toEqual(['leave', 'enter'])
  })
  notOffered('SYNC over several pages', 'a set of at most 250 members fits in one frame, which the protocol allows')
})
