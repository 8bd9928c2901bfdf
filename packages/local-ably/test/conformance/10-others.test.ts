import type { Realtime } from 'ably'
import { expect } from 'vitest'
import { section } from './section.ts'
import { append, create, immediate, refusal, type World } from './world.ts'

const filtered = (client: Realtime, name: string, filter: string): ReturnType<Realtime['channels']['getDerived']> =>
  client.channels.getDerived(name, { filter })

section('22. Filters and occupancy (P89)', ({ row }) => {
  row('a derived channel delivers what its filter lets through, by name', async (w) => {
    const heard = await w.hearing(filtered(await w.client(), w.name, 'name == `"wanted"`'))
    const channel = await w.channel()
    await channel.publish('other', '1')
    await channel.publish('wanted', '2')
    await heard.until(() => true)
    expect(heard.texts).toEqual(['2'])
  })
  row('by headers', async (w) => {
    const heard = await w.hearing(filtered(await w.client(), w.name, 'headers.flight == `"BA1"`'))
    const channel = await w.channel()
    for (const flight of ['BA2', 'BA1']) await channel.publish({ data: flight, extras: { headers: { flight } } })
    await heard.until(() => true)
    expect(heard.texts).toEqual(['BA1'])
  })
  row('of a batch only what passes', async (w) => {
    const heard = await w.hearing(filtered(await w.client(), w.name, "name == 'b'"))
    await (await w.channel()).publish(['a', 'b', 'c'].map((name) => ({ name, data: name })))
    await heard.until(() => true)
    expect(heard.texts).toEqual(['b'])
  })
  row('appends pass as their message does', async (w) => {
    const heard = await w.hearing(filtered(await w.client(), w.name, "name == 'response'"))
    const channel = await w.channel(immediate)
    await append(channel, await create(channel, 'a'), 'b')
    await heard.until(({ data }) => data === 'b')
  })
  row('an expression that is no JMESPath: the attach is refused', async (w) => {
    expect(await refusal(filtered(await w.client(), w.name, '][').attach())).toEqual([40000, 400])
  })
  row(
    'a filter takes the capability for `[filter]NAME`, `[*]NAME` or `[*]*`; that for the channel alone is not enough',
    async (w) => {
      const tried: unknown[] = []
      for (const resource of [w.name, '*', `[filter]${w.name}`, `[*]${w.name}`, '[*]*']) {
        const client = await w.as({ [resource]: ['subscribe'] })
        tried.push(await refusal(filtered(client, w.name, "name == 'a'").attach()))
      }
      expect(tried).toEqual([[40160, 401], [40160, 401], 'no refusal', 'no refusal', 'no refusal'])
    },
  )
  row('nothing can be published to a derived channel', async (w) => {
    const channel = filtered(await w.client(), w.name, "name == 'a'")
    expect(await refusal(channel.publish('a', 'd'))).toEqual([40000, 400])
  })
  row('rewind through a filter', async (w) => {
    const channel = await w.channel()
    for (const name of ['a', 'b']) await channel.publish(name, name)
    const name = `[filter=${Buffer.from("name == 'a'").toString('base64')}?rewind=5]${w.name}`
    const heard = await w.hearing((await w.client()).channels.get(name))
    expect((await heard.until(() => true)).data).toBe('a')
  })
  row('`occupancy=metrics`: the numbers on attach and with every change', async (w) => {
    const heard = await w.hearing((await w.client()).channels.get(w.name, { params: { occupancy: 'metrics' } }))
    const first = await heard.until(({ name }) => name === '[meta]occupancy')
    expect(first).toMatchObject({ action: 'meta', data: { metrics: { connections: 1, subscribers: 1, presenceMembers: 0 } } })
    await (await w.channel({ clientId: 'ann' })).presence.enter()
    await heard.until(({ data }) => data.metrics?.presenceMembers === 1 && data.metrics.connections === 2)
  })
  row('`occupancy=metrics.publishers`: one of them', async (w) => {
    const heard = await w.hearing((await w.client()).channels.get(w.name, { params: { occupancy: 'metrics.publishers' } }))
    expect((await heard.until(() => true)).data).toEqual({ metrics: { publishers: 1 } })
  })
  row('occupancy goes down when somebody leaves', async (w) => {
    const heard = await w.hearing((await w.client()).channels.get(w.name, { params: { occupancy: 'metrics' } }))
    const other = await w.channel()
    await other.attach()
    await heard.until(({ data }) => data.metrics?.connections === 2)
    const before = heard.messages.length
    await other.detach()
    await heard.until((message) => heard.messages.indexOf(message) >= before && message.data.metrics.connections === 1)
  })
})

section('23. Limits (P8, P29, P96)', ({ row, notOffered }) => {
  row('more messages per second than a connection may publish: 42911/429', async (w) => {
    const channel = await w.channel({}, await w.serve({ limits: { connectionRate: 10 } }))
    const results = await Promise.all(Array.from({ length: 30 }, () => refusal(channel.publish('n', 'd'))))
    expect(results.find((result) => result !== 'no refusal')).toEqual([42911, 429])
  })
  row('more than a channel takes: 42913/429', async (w) => {
    const channel = await w.channel({}, await w.serve({ limits: { channelRate: 10 } }))
    const results = await Promise.all(Array.from({ length: 30 }, () => refusal(channel.publish('n', 'd'))))
    expect(results.find((result) => result !== 'no refusal')).toEqual([42913, 429])
  })
  row('more bytes than a channel takes: 42914/429', async (w) => {
    const channel = await w.channel({}, await w.serve({ limits: { channelBandwidth: 1000 } }))
    expect(await refusal(channel.publish('n', 'x'.repeat(2000)))).toEqual([42914, 429])
  })
  row('twenty times the rate: the connection fails with 42921', async (w) => {
    const client = await w.client({}, await w.serve({ limits: { connectionRate: 2 } }))
    const failed = client.connection.whenState('failed')
    for (let n = 0; n < 200; n++)
      client.channels
        .get(w.name)
        .publish('n', 'd')
        .catch(() => {})
    expect((await failed)?.reason?.code).toBe(42921)
  })
  row('appends rolled up count as one', async (w) => {
    const channel = await w.channel({}, await w.serve({ limits: { connectionRate: 10 } }))
    const serial = await create(channel)
    await Promise.all(Array.from({ length: 100 }, () => append(channel, serial, 'x')))
    expect((await channel.getMessage(serial)).data).toHaveLength(100)
  })
  row("`limits: 'ably'`: the documented 50 messages per second, told in maxInboundRate", async (w) => {
    const frame = await (await w.raw({}, await w.serve({ limits: 'ably' }))).frame(({ action }) => action === 4)
    expect(frame).toMatchObject({ connectionDetails: { maxInboundRate: 50 } })
    const unlimited = await (await w.raw()).frame(({ action }) => action === 4)
    expect(unlimited.connectionDetails).not.toHaveProperty('maxInboundRate')
  })
  row('more connections than an application may have: 40111/403', async (w) => {
    const server = await w.serve({ limits: { connections: 1 } })
    await w.client({}, server)
    const change = await w.realtime({}, server).connection.whenState('failed')
    expect([change?.reason?.code, change?.reason?.statusCode]).toEqual([40111, 403])
  })
  notOffered('limits of what is sent to a connection', 'what the service does above them is not documented; nothing is dropped')
})

section('24. Retention (P24)', ({ row, notOffered }) => {
  /** A clock that a row moves by hand. */
  const manual = (): { now(): number; after(ms: number, task: () => void): () => void; pass(ms: number): void } => {
    let now = Date.now()
    return { now: () => now, after: () => () => {}, pass: (ms) => void (now += ms) }
  }
  const history = async (w: World, channel: string, passed: number, options: object): Promise<number> => {
    const clock = manual()
    const server = await w.serve({
      clock,
      rules: { plain: { mutableMessages: false }, kept: { mutableMessages: false, persisted: true } },
      ...options,
    })
    await w.http('POST', `/channels/${channel}/messages`, { data: 'd' }, {}, server)
    clock.pass(passed)
    return (await w.http('GET', `/channels/${channel}/messages`, undefined, {}, server)).body.length
  }
  row('an unpersisted channel keeps messages for two minutes', async (w) => {
    expect([await history(w, 'plain:x', 119_000, {}), await history(w, 'plain:x', 121_000, {})]).toEqual([1, 0])
  })
  row('a persisted one keeps them for 72 hours', async (w) => {
    expect([await history(w, 'kept:x', 259_000_000, {}), await history(w, 'kept:x', 259_300_000, {})]).toEqual([1, 0])
  })
  row('mutableMessages persists', async (w) => expect(await history(w, 'any:x', 600_000, {})).toBe(1))
  row('persistedRetention sets that time', async (w) =>
    expect(await history(w, 'kept:x', 5000, { persistedRetention: 4000 })).toBe(0),
  )
  row('an expired message cannot be changed (40400)', async (w) => {
    const clock = manual()
    const server = await w.serve({ clock, persistedRetention: 1000 })
    const { body } = await w.http('POST', '/channels/x/messages', { data: 'd' }, {}, server)
    clock.pass(2000)
    const serial = encodeURIComponent((body as unknown as { serials: string[] }).serials[0]!)
    expect((await w.http('PATCH', `/channels/x/messages/${serial}`, { action: 1, data: 'e' }, {}, server)).body).toMatchObject({
      error: { code: 40400 },
    })
  })
  notOffered(
    'other channel rules: the last message kept for a year, identified clients only, batching, conflation by key',
    'they shape what a large audience costs; channels behave as without them',
  )
})
