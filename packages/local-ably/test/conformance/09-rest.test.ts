import type { PaginatedResult } from 'ably'
import { expect } from 'vitest'
import { section } from './section.ts'
import { keyName } from './service.ts'
import { create, type World } from './world.ts'

const type = (w: World): string => (w.binary ? 'application/x-msgpack' : 'application/json')
const fill = async (w: World, count: number): Promise<string[]> => {
  const channel = await w.channel()
  const serials: string[] = []
  for (let n = 1; n <= count; n++) serials.push(await create(channel, String(n)))
  return serials
}

section('20. REST (P22, P95)', ({ row, notOffered }) => {
  row('GET /time without authentication: `[ms]`', async (w) => {
    const { body } = await w.http('GET', '/time', undefined, { authorization: '' })
    expect(Math.abs(Number(body[0]) - Date.now())).toBeLessThan(5000)
  })
  row('`rest.time()`', async (w) => expect(Math.abs((await w.rest().time()) - Date.now())).toBeLessThan(5000))
  row('answers come in the accepted format, with exactly that content type', async (w) => {
    expect((await w.http('GET', `/channels/${w.name}/messages`)).headers.get('content-type')).toBe(type(w))
  })
  row('`format` in the query says the format too', async (w) => {
    const { headers } = await w.http('GET', `/channels/${w.name}/messages?format=${w.format}`, undefined, { accept: '*/*' })
    expect(headers.get('content-type')).toBe(type(w))
  })
  row('errors: `{error: {message, code, statusCode, href}}` in the accepted format', async (w) => {
    const { status, headers, body } = await w.http('GET', '/nowhere')
    const error = { message: expect.any(String), code: 40400, statusCode: 404, href: expect.any(String) }
    expect([status, headers.get('content-type'), body]).toEqual([404, type(w), { error }])
  })
  row('errors: headers X-Ably-Errorcode and X-Ably-Errormessage', async (w) => {
    const { headers } = await w.http('GET', '/nowhere')
    expect([headers.get('x-ably-errorcode'), headers.get('x-ably-errormessage')]).toEqual(['40400', expect.any(String)])
  })
  row('a body that cannot be decoded: 400/40000', async (w) => {
    const options = {
      method: 'POST',
      headers: { 'content-type': type(w), authorization: `Basic ${btoa(w.server.key)}` },
      body: w.binary ? '\u{1}\u{c1}' : '{',
    }
    const response = await fetch(`${w.server.url}/channels/${w.name}/messages`, options)
    expect([response.status, response.headers.get('x-ably-errorcode')]).toEqual([400, '40000'])
  })
  row('without credentials: 401/40101', async (w) => {
    const { status, body } = await w.http('GET', `/channels/${w.name}/messages`, undefined, { authorization: '' })
    expect([status, body]).toMatchObject([401, { error: { code: 40101 } }])
  })
  row('POST messages: 201 with channel, messageId and serials', async (w) => {
    const { status, body } = await w.http('POST', `/channels/${w.name}/messages`, { name: 'n', data: 'd' })
    expect([status, body]).toEqual([201, { channel: w.name, messageId: expect.any(String), serials: [expect.any(String)] }])
  })
  row('POST messages takes a list', async (w) => {
    expect((await w.http('POST', `/channels/${w.name}/messages`, [{ data: 'a' }, { data: 'b' }])).body).toMatchObject({
      serials: [{}, {}].map(() => expect.any(String)),
    })
  })
  row('messageId is the base of the first id', async (w) => {
    const batch = [
      { id: 'base:0', data: 'a' },
      { id: 'base:1', data: 'b' },
    ]
    expect((await w.http('POST', `/channels/${w.name}/messages`, batch)).body).toMatchObject({ messageId: 'base' })
  })
  row('`rest.publish()` repeated with its generated id is stored once', async (w) => {
    const message = { id: 'generated:0', data: 'd' }
    const first = await w.http('POST', `/channels/${w.name}/messages`, message)
    expect((await w.http('POST', `/channels/${w.name}/messages`, message)).body).toEqual(first.body)
  })
  row('`_forceNack` in the query: 40099', async (w) => {
    expect((await w.http('POST', `/channels/${w.name}/messages?_forceNack=true`, { data: 'd' })).body).toMatchObject({
      error: { code: 40099 },
    })
  })
  row('realtime hears what REST publishes', async (w) => {
    const heard = await w.hearing()
    await w.rest().channels.get(w.name).publish('n', 'd')
    expect(await heard.until(() => true)).toMatchObject({ name: 'n', data: 'd' })
  })
  row('GET messages: newest first, 100 by default', async (w) => {
    await w.http(
      'POST',
      `/channels/${w.name}/messages`,
      Array.from({ length: 101 }, (_, n) => ({ data: String(n) })),
    )
    const { items } = await w.rest().channels.get(w.name).history()
    expect([items.length, items[0]?.data]).toEqual([100, '100'])
  })
  row('`direction=forwards`', async (w) => {
    await fill(w, 3)
    const { items } = await w.rest().channels.get(w.name).history({ direction: 'forwards' })
    expect(items.map(({ data }) => data)).toEqual(['1', '2', '3'])
  })
  row('`limit` and `next()` page through everything once', async (w) => {
    await fill(w, 5)
    const seen: unknown[] = []
    let page = await w.rest().channels.get(w.name).history({ limit: 2 })
    for (;;) {
      seen.push(...page.items.map(({ data }) => data))
      const next = await page.next()
      if (next === null) break
      page = next
    }
    expect(seen).toEqual(['5', '4', '3', '2', '1'])
  })
  row('pages do not shift when messages come in between', async (w) => {
    await fill(w, 3)
    const page = await w.rest().channels.get(w.name).history({ limit: 2 })
    await fill(w, 2)
    expect((await page.next())?.items.map(({ data }) => data)).toEqual(['1'])
  })
  row('`first()` and `current()`', async (w) => {
    await fill(w, 3)
    const page = await (await w.rest().channels.get(w.name).history({ limit: 2 })).next()
    expect([(await page?.first())?.items[0]?.data, (await page?.current())?.items[0]?.data]).toEqual(['3', '1'])
  })
  row('Link: first always, next only when there is more, `./word?query`', async (w) => {
    await fill(w, 2)
    const more = await w.http('GET', `/channels/${w.name}/messages?limit=1`)
    expect(more.headers.get('link')).toMatch(/<\.\/messages\?[^>]*>; rel="first".*<\.\/messages\?[^>]*cursor=[^>]*>; rel="next"/)
    expect((await w.http('GET', `/channels/${w.name}/messages`)).headers.get('link')).not.toContain('next')
  })
  row('a page can cut a batch in two', async (w) => {
    await w.http('POST', `/channels/${w.name}/messages`, [{ data: 'a' }, { data: 'b' }])
    const page = await w.rest().channels.get(w.name).history({ limit: 1 })
    expect([page.items[0]?.data, (await page.next())?.items[0]?.data]).toEqual(['b', 'a'])
  })
  row('`start` and `end` include what was published at that very time', async (w) => {
    await fill(w, 1)
    const channel = w.rest().channels.get(w.name)
    const at = Number((await channel.history()).items[0]?.timestamp)
    const count = async (params: object): Promise<number> => (await channel.history(params)).items.length
    expect([await count({ start: at, end: at }), await count({ start: at + 1 }), await count({ end: at - 1 })]).toEqual([1, 0, 0])
  })
  row('`start` and `end`', async (w) => {
    await fill(w, 1)
    const history = (params: object): Promise<{ items: unknown[] }> => w.rest().channels.get(w.name).history(params)
    expect((await history({ start: Date.now() + 10_000 })).items).toHaveLength(0)
    expect((await history({ end: Date.now() + 10_000 })).items).toHaveLength(1)
  })
  for (const [what, query] of [
    ['limit=0', 'limit=0'],
    ['a limit over 1000', 'limit=1001'],
    ['a limit that is no number', 'limit=x'],
    ['another direction', 'direction=up'],
  ] as const) {
    row(`${what}: 40003/400`, async (w) => {
      expect(await w.http('GET', `/channels/${w.name}/messages?${query}`)).toMatchObject({
        status: 400,
        body: { error: { code: 40003 } },
      })
    })
  }
  row('`from_serial` and `fromSerial` are an upper bound', async (w) => {
    const serials = await fill(w, 3)
    for (const name of ['from_serial', 'fromSerial']) {
      const { body } = await w.http(
        'GET',
        `/channels/${w.name}/messages?${name}=${encodeURIComponent(serials[1]!.split(':')[0]!)}`,
      )
      expect(body).toHaveLength(2)
    }
  })
  row('GET history is the same', async (w) => {
    await fill(w, 1)
    expect((await w.http('GET', `/channels/${w.name}/history`)).body).toHaveLength(1)
  })
  row('a channel nobody has used has an empty history', async (w) =>
    expect((await w.http('GET', `/channels/${w.name}/messages`)).body).toEqual([]),
  )
  row('GET one message: its latest state', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await channel.updateMessage({ serial, data: 'b' } as never)
    expect((await w.rest().channels.get(w.name).getMessage(serial)).data).toBe('b')
  })
  row('GET a message that is unknown: 40400/404', async (w) => {
    expect(await w.http('GET', `/channels/${w.name}/messages/unknown`)).toMatchObject({
      status: 404,
      body: { error: { code: 40400 } },
    })
  })
  row('GET versions is paged', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await channel.updateMessage({ serial, data: 'b' } as never)
    const page = await w
      .rest()
      .channels.get(w.name)
      .getMessageVersions(serial, { limit: 1 } as never)
    expect((await page.next())?.items[0]?.data).toBe('b')
  })
  row('PATCH with an action that is none: 40000', async (w) => {
    const [serial] = await fill(w, 1)
    const { body } = await w.http('PATCH', `/channels/${w.name}/messages/${encodeURIComponent(serial!)}`, {
      action: 0,
      data: 'x',
    })
    expect(body).toMatchObject({ error: { code: 40000 } })
  })
  row('GET presence, by clientId and connectionId', async (w) => {
    const client = await w.client()
    const channel = client.channels.get(w.name)
    for (const name of ['ann', 'bob']) await channel.presence.enterClient(name)
    const { presence } = w.rest().channels.get(w.name)
    expect((await presence.get({ clientId: 'ann' })).items.map(({ clientId }) => clientId)).toEqual(['ann'])
    expect((await presence.get({ connectionId: client.connection.id! })).items).toHaveLength(2)
  })
  row('GET presence is paged', async (w) => {
    const channel = await w.channel()
    for (const name of ['ann', 'bob']) await channel.presence.enterClient(name)
    const page = await w.rest().channels.get(w.name).presence.get({ limit: 1 })
    expect((await page.next())?.items).toHaveLength(1)
  })
  row('GET the channel: id, isActive and occupancy', async (w) => {
    await (await w.channel()).attach()
    const status = await w.rest().channels.get(w.name).status()
    expect(status).toMatchObject({
      channelId: w.name,
      status: { isActive: true, occupancy: { metrics: { connections: 1, subscribers: 1, publishers: 1 } } },
    })
  })
  row('a channel that nobody is attached to is not active', async (w) => {
    expect((await w.http('GET', `/channels/${w.name}`)).body).toMatchObject({ status: { isActive: false } })
  })
  row('POST /messages: one spec gives one result', async (w) => {
    const result = await w.rest().batchPublish({ channels: [w.name, `${w.name}b`], messages: [{ data: 'd' }] } as never)
    expect(result).toMatchObject({
      successCount: 2,
      failureCount: 0,
      results: [{ channel: w.name, messageId: expect.any(String) }, {}],
    })
  })
  row('POST /messages: a list of specs gives a list of results', async (w) => {
    const specs = [
      { channels: [w.name], messages: [{ data: 'd' }] },
      { channels: [':bad'], messages: [{ data: 'd' }] },
    ]
    const results = await w.rest().batchPublish(specs as never)
    expect(results).toMatchObject([{ successCount: 1 }, { failureCount: 1, results: [{ error: { code: 40010 } }] }])
  })
  row('POST /messages: channels without the capability fail alone', async (w) => {
    const token = await w.token({ capability: { [w.name]: ['publish'] } })
    const result = await w.rest({ token }).batchPublish({ channels: [w.name, 'other'], messages: { data: 'd' } } as never)
    expect(result).toMatchObject({ successCount: 1, failureCount: 1, results: [{}, { error: { code: 40160 } }] })
  })
  row('POST /messages with X-Ably-Version 2: a flat list', async (w) => {
    const { body } = await w.http('POST', '/messages', { channels: [w.name], messages: { data: 'd' } }, { 'x-ably-version': '2' })
    expect(body).toMatchObject([{ channel: w.name, messageId: expect.any(String) }])
  })
  row('POST /messages: `messageId` is the id of the first message', async (w) => {
    const { results } = await w.rest().batchPublish({ channels: [w.name], messages: [{ data: 'a' }, { data: 'b' }] } as never)
    const [first] = (await w.rest().channels.get(w.name).history({ direction: 'forwards' })).items
    expect(results).toMatchObject([{ messageId: first?.id }])
    expect(first?.id).toMatch(/:0$/)
  })
  row('with X-Ably-Version 2 a channel that fails makes it 400/40020, with every result in `batchResponse`', async (w) => {
    const version = { 'x-ably-version': '2' }
    const published = await w.http('POST', '/messages', { channels: [w.name, '[invalid', ''], messages: { data: 'd' } }, version)
    const failed = { error: { code: 40010 } }
    expect(published).toMatchObject({
      status: 400,
      body: { error: { code: 40020 }, batchResponse: [{ channel: w.name, messageId: expect.any(String) }, failed, failed] },
    })
    expect(published.headers.get('x-ably-errorcode')).toBe('40020')
    const present = await w.http('GET', `/presence?channels=${w.name},:bad`, undefined, version)
    expect(present).toMatchObject({ status: 400, body: { error: { code: 40020 }, batchResponse: [{ channel: w.name }, failed] } })
  })
  row('GET /presence with X-Ably-Version 2: a flat list', async (w) => {
    await (await w.channel()).presence.enterClient('ann')
    const { body } = await w.http('GET', `/presence?channels=${w.name}`, undefined, { 'x-ably-version': '2' })
    expect(body).toMatchObject([{ channel: w.name, presence: [{ clientId: 'ann' }] }])
  })
  row('a batch of more than 100 channels: 40000', async (w) => {
    const channels = Array.from({ length: 101 }, (_, n) => `${w.name}${n}`)
    expect(await w.http('POST', '/messages', { channels, messages: { data: 'd' } })).toMatchObject({
      status: 400,
      body: { error: { code: 40000 } },
    })
    const twice = [
      { channels: channels.slice(1), messages: { data: 'd' } },
      { channels: channels.slice(1), messages: { data: 'e' } },
    ]
    expect((await w.http('POST', '/messages', twice)).status).toBe(201)
  })
  row('GET /presence of several channels', async (w) => {
    await (await w.channel()).presence.enterClient('ann')
    const result = await w.rest().batchPresence([w.name, `${w.name}b`])
    expect(result).toMatchObject({
      successCount: 2,
      results: [{ channel: w.name, presence: [{ clientId: 'ann' }] }, { presence: [] }],
    })
  })
  row('GET /presence: channels without the capability fail alone', async (w) => {
    const token = await w.token({ capability: { [w.name]: ['subscribe'] } })
    expect(await w.rest({ token }).batchPresence([w.name, 'other'])).toMatchObject({ successCount: 1, failureCount: 1 })
  })
  row('GET /stats: a well-formed page', async (w) => expect((await w.rest().stats({ unit: 'hour' })).items).toEqual([]))
  row('GET /stats with an unknown unit: 40003', async (w) =>
    expect((await w.http('GET', '/stats?unit=year')).body).toMatchObject({ error: { code: 40003 } }),
  )
  for (const [unit, id] of [
    ['minute', '2025-02-03:15:04'],
    ['hour', '2025-02-03:15'],
    ['day', '2025-02-03'],
    ['month', '2025-02'],
  ] as const) {
    row(`GET /stats takes an interval id of a ${unit}, \`${id}\`, as start and end`, async (w) => {
      const page = await w.rest().stats({ unit, start: id, end: id } as never)
      expect(page.items).toEqual([])
    })
  }
  for (const id of ['2025-02-30', '2025-13', '2025-02-03:24', '2025-02-03:15:60', 'yesterday']) {
    row(`GET /stats with \`${id}\`, which is no interval: 40003`, async (w) => {
      expect(await w.http('GET', `/stats?start=${id}`)).toMatchObject({ status: 400, body: { error: { code: 40003 } } })
    })
  }
  row('GET /channels lists the active channels', async (w) => {
    await (await w.channel()).attach()
    const { items } = await w.rest().request('GET', '/channels', 3, { prefix: w.name, by: 'id' }, null as never, {})
    expect(items).toEqual([w.name])
    const details = (await w.http('GET', `/channels?prefix=${w.name}`)).body
    expect(details).toMatchObject([{ channelId: w.name, status: { isActive: true, occupancy: { metrics: { connections: 1 } } } }])
  })
  row('GET /channels is paged by limit', async (w) => {
    const client = await w.client()
    for (const name of ['a', 'b', 'c']) await client.channels.get(`${w.name}${name}`).attach()
    const seen: unknown[] = []
    let page: PaginatedResult<unknown> = await w
      .rest()
      .request('GET', '/channels', 3, { prefix: w.name, by: 'id', limit: '2' }, null as never, {})
    for (;;) {
      seen.push(...page.items)
      const next = await page.next()
      if (next === null) break
      page = next
    }
    expect(seen).toEqual(['a', 'b', 'c'].map((name) => `${w.name}${name}`))
  })
  row('GET /channels takes `channel-metadata` for `*` (40160)', async (w) => {
    const authorization = `Bearer ${await w.token({ capability: { [w.name]: ['channel-metadata'], '*': ['publish'] } })}`
    expect(await w.http('GET', '/channels', undefined, { authorization })).toMatchObject({
      status: 401,
      body: { error: { code: 40160 } },
    })
  })
  row('GET on requestToken: 404', async (w) => expect((await w.http('GET', `/keys/${keyName}/requestToken`)).status).toBe(404))
  row('`rest.request()` gives status, headers and items', async (w) => {
    const response = await w.rest().request('GET', `/channels/${w.name}/messages`, 3, {}, null as never, {})
    expect([response.statusCode, response.success, response.items]).toEqual([200, true, []])
  })
  row('a path that is not percent-encoded correctly: 40000', async (w) =>
    expect((await w.http('GET', '/channels/%E0%A4%A/messages')).body).toMatchObject({ error: { code: 40000 } }),
  )
  row('browsers on this machine may ask (CORS), preflight included', async (w) => {
    const response = await fetch(`${w.server.url}/channels/${w.name}/messages`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:5173' },
    })
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, 'http://localhost:5173'])
  })
  row('GET /health', async (w) => {
    w.onlyLocal('an address of local Ably alone')
    expect((await w.http('GET', '/health')).status).toBe(200)
  })
  notOffered('statistics with contents', 'a server on a laptop keeps none; the pages are empty and well-formed')
  notOffered('Server-Sent Events and MQTT', 'the client uses WebSockets; nothing here speaks the others')
  notOffered('push: /push/* and device registrations', 'a laptop has no push service')
})
