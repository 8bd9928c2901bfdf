import { expect } from 'vitest'
import { section } from './section.ts'
import { append, create, immediate, refusal } from './world.ts'

section('12. Appends (P8, P10 to P16, P18)', ({ row }) => {
  row('the server keeps the whole text', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await Promise.all(['b', 'c', 'd'].map((text) => append(channel, serial, text)))
    expect((await channel.getMessage(serial)).data).toBe('abcd')
  })
  row('bytes append to bytes', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, Buffer.from([1]))
    await append(channel, serial, Buffer.from([2]))
    expect((await channel.getMessage(serial)).data).toEqual(Buffer.from([1, 2]))
  })
  row('text to bytes, bytes to text and anything to an object are refused', async (w) => {
    const channel = await w.channel()
    const text = await create(channel, 'a')
    const object = await create(channel, { a: 1 })
    expect(await refusal(append(channel, text, Buffer.from([1])))).toEqual([40000, 400])
    expect(await refusal(append(channel, object, 'x'))).toEqual([40000, 400])
  })
  row('who was sent the message gets the increment alone, from the first append on', async (w) => {
    const channel = await w.channel(immediate)
    const heard = await w.hearing()
    const serial = await create(channel, 'a')
    await append(channel, serial, 'b')
    expect(await heard.until(({ data }) => data === 'b')).toMatchObject({ action: 'message.append' })
  })
  row('who came later gets an update with the whole text, then increments', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    const heard = await w.hearing()
    for (const text of ['b', 'c']) await append(channel, serial, text)
    await heard.until(({ data }) => data === 'c')
    expect(heard.messages.map(({ action, data }) => [action, data])).toEqual([
      ['message.update', 'ab'],
      ['message.append', 'c'],
    ])
  })
  row('the rule holds per attachment: after detach and attach it is whole again', async (w) => {
    const writer = await w.channel(immediate)
    const reader = await w.channel()
    const heard = await w.hearing(reader)
    const serial = await create(writer, 'a')
    await heard.until(({ data }) => data === 'a')
    await reader.detach()
    await reader.attach()
    await append(writer, serial, 'b')
    expect((await heard.until(({ data }) => data !== 'a')).data).toBe('ab')
  })
  row('an increment never follows a version that was kept back, by echo or by a filter: the whole text does', async (w) => {
    const writer = await w.channel(immediate)
    const silent = await w.channel({ ...immediate, echoMessages: false })
    const derived = (await w.client()).channels.getDerived(w.name, { filter: 'headers.kind == `"shown"`' })
    const [heard, filtered] = [await w.hearing(silent), await w.hearing(derived)]
    const of = (kind: string) => ({ headers: { kind } })
    const { serials } = await writer.publish({ name: 'response', data: 'a', extras: of('shown') })
    await writer.appendMessage({ serial: serials[0]!, data: 'b', extras: of('hidden') } as never)
    await append(silent, serials[0], 'c')
    await writer.appendMessage({ serial: serials[0]!, data: 'd', extras: of('shown') } as never)
    await writer.appendMessage({ serial: serials[0]!, data: 'e', extras: of('shown') } as never)
    await Promise.all([heard, filtered].map((each) => each.until(({ data }) => data === 'e')))
    const told = (messages: typeof heard.messages) => messages.map(({ action, data }) => [action, data])
    expect(told(heard.messages)).toEqual([
      ['message.create', 'a'],
      ['message.append', 'b'],
      ['message.update', 'abcd'],
      ['message.append', 'e'],
    ])
    expect(told(filtered.messages)).toEqual([
      ['message.create', 'a'],
      ['message.update', 'abcd'],
      ['message.append', 'e'],
    ])
  })
  row('`appendMode=full`: always the whole text', async (w) => {
    const writer = await w.channel(immediate)
    const heard = await w.hearing((await w.client()).channels.get(w.name, { params: { appendMode: 'full' } }))
    const serial = await create(writer, 'a')
    for (const text of ['b', 'c']) await append(writer, serial, text)
    await heard.until(({ data }) => data === 'abc')
    expect(heard.messages.map(({ action }) => action)).toEqual(['message.create', 'message.update', 'message.update'])
  })
  row('an increment repeats name, extras, serial, creation time and creator', async (w) => {
    const writer = await w.channel({ ...immediate, clientId: 'ann' })
    const heard = await w.hearing()
    const extras = { headers: { k: 'v' } }
    const { serials } = await writer.publish({ name: 'response', data: 'a', extras })
    await append(writer, serials[0], 'b')
    const message = await heard.until(({ data }) => data === 'b')
    const expected = { name: 'response', extras, serial: serials[0], clientId: 'ann', timestamp: heard.messages[0]?.timestamp }
    expect(message).toMatchObject(expected)
  })
  row('extras supplied with an append replace those before, permanently', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    await channel.appendMessage({ serial, data: 'b', extras: { headers: { status: 'complete' } } } as never)
    await append(channel, serial, 'c')
    expect((await channel.getMessage(serial)).extras).toEqual({ headers: { status: 'complete' } })
  })
  row('each append has a version of its own with metadata', async (w) => {
    const channel = await w.channel(immediate)
    const heard = await w.hearing()
    const serial = await create(channel, 'a')
    await channel.appendMessage({ serial, data: 'b' } as never, { metadata: { part: '1' } })
    const { version } = await heard.until(({ data }) => data === 'b')
    expect(version.metadata).toEqual({ part: '1' })
    expect(String(version.serial) > serial).toBe(true)
  })
  row('metadata is the same in history, rewind, getMessage and the versions, over REST, and as a full update', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    await channel.appendMessage({ serial, data: 'b' } as never, { metadata: { len: '2' } })
    const rest = w.rest().channels.get(w.name)
    await rest.updateMessage({ serial, data: 'abc' } as never, { metadata: { len: '3' } })
    const { versionSerial } = await channel.appendMessage({ serial, data: 'd' } as never, { metadata: { len: '4' } })
    const rewound = (await w.client()).channels.get(w.name, { params: { rewind: '1' } })
    const again = await w.hearing(rewound)
    const full = await again.until(({ data }) => data === 'abcd')
    const newest = [full, await channel.getMessage(serial), (await channel.history()).items[0], (await rest.history()).items[0]]
    for (const message of newest) expect(message?.version).toMatchObject({ serial: versionSerial, metadata: { len: '4' } })
    const versions = (await channel.getMessageVersions(serial)).items.map(({ data, version }) => [data, version?.metadata])
    expect(versions).toContainEqual(['abc', { len: '3' }])
  })
  row('rollup: appends that become one have the metadata of the last, or none', async (w) => {
    const channel = await w.channel({ transportParams: { appendRollupWindow: 500 } })
    const heard = await w.hearing()
    const serial = await create(channel, 'a')
    const appended = ['b', 'c', 'd'].map((data, index) =>
      channel.appendMessage({ serial, data } as never, { metadata: { index: String(index) } }),
    )
    await Promise.all(appended)
    const last = await heard.until(({ data }) => data === 'cd')
    expect(last.version.metadata).toEqual({ index: '2' })
    const counted = channel.appendMessage({ serial, data: 'e' } as never, { metadata: { index: '3' } })
    const more = ['f', 'g'].map((data) => append(channel, serial, data))
    await Promise.all([counted, ...more])
    expect((await channel.getMessage(serial)).version?.metadata).toBeUndefined()
  })
  row('history has it as `message.update` with the version of the last append', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    const { versionSerial } = await append(channel, serial, 'b')
    expect((await channel.history()).items[0]).toMatchObject({ action: 'message.update', version: { serial: versionSerial } })
  })
  row('appends are no versions of their own in getMessageVersions', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    await append(channel, serial, 'b')
    expect((await channel.getMessageVersions(serial)).items).toHaveLength(1)
  })
  row('pipelined appends keep their order', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel)
    const words = Array.from({ length: 200 }, (_, n) => `${n} `)
    await Promise.all(words.map((word) => append(channel, serial, word)))
    expect((await channel.getMessage(serial)).data).toBe(words.join(''))
  })
  row('rollup: the first of a burst at once, those within the window as one', async (w) => {
    const heard = await w.hearing()
    const channel = await w.channel()
    const serial = await create(channel)
    await Promise.all(['a', 'b', 'c'].map((text) => append(channel, serial, text)))
    await heard.until(({ data }) => data === 'bc')
    expect(heard.texts).toEqual(['', 'a', 'bc'])
  })
  row('rollup: each append is acknowledged, with the version it became', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel)
    const results = await Promise.all(['a', 'b', 'c'].map((text) => append(channel, serial, text)))
    expect(new Set(results.map(({ versionSerial }) => versionSerial)).size).toBe(2)
  })
  row('rollup: `appendRollupWindow=0` turns it off', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel)
    const results = await Promise.all(['a', 'b', 'c'].map((text) => append(channel, serial, text)))
    expect(new Set(results.map(({ versionSerial }) => versionSerial)).size).toBe(3)
  })
  row('rollup: at most 500 ms, whatever is asked for', async (w) => {
    const channel = await w.channel({ transportParams: { appendRollupWindow: 60_000 } })
    const serial = await create(channel)
    await Promise.all(['a', 'b'].map((text) => append(channel, serial, text)))
  })
  row('rollup: an update flushes what is pending before it', async (w) => {
    const channel = await w.channel({ transportParams: { appendRollupWindow: 400 } })
    const heard = await w.hearing()
    const serial = await create(channel)
    await Promise.all([
      append(channel, serial, 'a'),
      append(channel, serial, 'b'),
      channel.updateMessage({ serial, data: 'new' } as never),
    ])
    await heard.until(({ data }) => data === 'new')
    expect(heard.texts).toEqual(['', 'a', 'b', 'new'])
  })
  row('appends after an update go on from it', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    await channel.updateMessage({ serial, data: 'new' } as never)
    await append(channel, serial, '!')
    expect((await channel.getMessage(serial)).data).toBe('new!')
  })
  row('more than maxMessageSize in all: 40009, and the text stays', async (w) => {
    const server = await w.serve({ maxMessageSize: 60 })
    const channel = (await w.client(immediate, server)).channels.get('room')
    const serial = await create(channel, 'x'.repeat(40))
    expect(await refusal(append(channel, serial, 'y'.repeat(40)))).toEqual([40009, 413])
    expect((await channel.getMessage(serial)).data).toBe('x'.repeat(40))
  })
  row('to a deleted message: 40400', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'a')
    await channel.deleteMessage({ serial } as never)
    expect(await refusal(append(channel, serial, 'b'))).toEqual([40400, 404])
  })
  row('over REST', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await w
      .rest()
      .channels.get(w.name)
      .appendMessage({ serial, data: 'b' } as never)
    expect((await channel.getMessage(serial)).data).toBe('ab')
  })
  row('a character whose halves come in two appends is whole', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel, 'x')
    for (const part of ['👩', '‍', '👧']) await append(channel, serial, part)
    expect((await channel.getMessage(serial)).data).toBe('x👩‍👧')
  })
})

section('13. Serials (P1, P2)', ({ row }) => {
  const form = /^\d{14}-\d{3}@\w+:\d{3}$/
  row('a message serial is `channelSerial:index`', async (w) => expect(await create(await w.channel())).toMatch(form))
  row('a version serial has the same form', async (w) => {
    const channel = await w.channel(immediate)
    expect((await append(channel, await create(channel), 'x')).versionSerial).toMatch(form)
  })
  row('serials compare as strings in the order of the messages', async (w) => {
    const channel = await w.channel()
    const serials = await Promise.all(Array.from({ length: 20 }, () => create(channel)))
    expect(serials.toSorted()).toEqual(serials)
  })
  row('the series is that of the channel', async (w) => {
    const channel = await w.channel()
    const [a, b] = [await create(channel), await create(channel)]
    expect(a.split(/[@:]/)[1]).toBe(b.split(/[@:]/)[1])
  })
  row('more than a thousand in a millisecond still go up', async (w) => {
    const server = await w.serve({ clock: { now: () => 1_700_000_000_000, after: () => () => {} } })
    const { body } = await w.http(
      'POST',
      '/channels/room/messages',
      Array.from({ length: 900 }, () => ({ data: 'd' })),
      {},
      server,
    )
    const { serials } = body as unknown as { serials: string[] }
    const later = await w.http('POST', '/channels/room/messages', { data: 'd' }, {}, server)
    expect((later.body as unknown as { serials: string[] }).serials[0]! > serials.at(-1)!).toBe(true)
  })
  row('serials are found again when they come percent-encoded in a path', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    expect((await w.http('GET', `/channels/${w.name}/messages/${encodeURIComponent(serial)}`)).body).toMatchObject({ serial })
  })
})
