import type { Annotation, InboundMessage, RealtimeChannel } from 'ably'
import { expect } from 'vitest'
import { section } from './section.ts'
import { append, create, immediate, refusal, type World } from './world.ts'

const annotator = async (w: World, clientId = 'ann'): Promise<RealtimeChannel> =>
  (await w.client({ clientId })).channels.get(w.name)

/** The summary of the type after this many summaries of the message have been delivered. */
async function summaryAfter(
  w: World,
  act: (channel: RealtimeChannel, serial: string) => Promise<unknown>,
  count = 1,
): Promise<unknown> {
  const summaries: InboundMessage[] = []
  let wake = (): void => {}
  await (
    await w.channel()
  ).subscribe((message) => {
    if (message.action !== 'message.summary') return
    summaries.push(message)
    wake()
  })
  const channel = await annotator(w)
  const serial = await create(channel, 'target')
  await act(channel, serial)
  while (summaries.length < count) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  expect(summaries.at(-1)?.serial).toBe(serial)
  return summaries.at(-1)?.annotations?.summary
}

section('15. Annotations (P85)', ({ row }) => {
  row('total.v1 counts', async (w) => {
    const summary = await summaryAfter(
      w,
      async (channel, serial) => {
        for (let n = 0; n < 2; n++) await channel.annotations.publish(serial, { type: 'likes:total.v1' })
      },
      2,
    )
    expect(summary).toEqual({ 'likes:total.v1': { total: 2 } })
  })
  row('flag.v1 counts each client once', async (w) => {
    const summary = await summaryAfter(
      w,
      async (channel, serial) => {
        for (let n = 0; n < 2; n++) await channel.annotations.publish(serial, { type: 'read:flag.v1' })
      },
      2,
    )
    expect(summary).toEqual({ 'read:flag.v1': { total: 1, clientIds: ['ann'], clipped: false } })
  })
  row('distinct.v1 counts each client once per name', async (w) => {
    const type = 'reaction:distinct.v1'
    const summary = await summaryAfter(
      w,
      async (channel, serial) => {
        for (const name of ['👍', '👍', '🎉']) await channel.annotations.publish(serial, { type, name })
      },
      3,
    )
    const one = { total: 1, clientIds: ['ann'], clipped: false }
    expect(summary).toEqual({ [type]: { '👍': one, '🎉': one } })
  })
  row('unique.v1 moves a client from one name to the next', async (w) => {
    const type = 'vote:unique.v1'
    const summary = await summaryAfter(
      w,
      async (channel, serial) => {
        for (const name of ['a', 'b']) await channel.annotations.publish(serial, { type, name })
      },
      2,
    )
    expect(summary).toEqual({ [type]: { b: { total: 1, clientIds: ['ann'], clipped: false } } })
  })
  row('multiple.v1 adds up counts', async (w) => {
    const type = 'claps:multiple.v1'
    const summary = await summaryAfter(
      w,
      async (channel, serial) => {
        await channel.annotations.publish(serial, { type, name: 'clap', count: 3 })
        await channel.annotations.publish(serial, { type, name: 'clap' })
      },
      2,
    )
    const clap = { total: 4, clientIds: { ann: 4 }, totalUnidentified: 0, totalClientIds: 1, clipped: false }
    expect(summary).toEqual({ [type]: { clap } })
  })
  row('multiple.v1 counts the unidentified in one number', async (w) => {
    const type = 'claps:multiple.v1'
    const summary = await summaryAfter(w, async (_, serial) => {
      const nobody = (await w.client({ token: await w.token() })).channels.get(w.name)
      await nobody.annotations.publish(serial, { type, name: 'clap', count: 2 })
    })
    expect(summary).toMatchObject({ [type]: { clap: { total: 2, totalUnidentified: 2, totalClientIds: 0 } } })
  })
  row('a delete takes the client’s annotation back', async (w) => {
    const type = 'reaction:distinct.v1'
    const summary = await summaryAfter(
      w,
      async (channel, serial) => {
        await channel.annotations.publish(serial, { type, name: '👍' })
        await channel.annotations.delete(serial, { type, name: '👍' })
      },
      2,
    )
    expect(summary).toEqual({ [type]: {} })
  })
  row('summaries of several clients and types stand beside each other', async (w) => {
    const summary = await summaryAfter(
      w,
      async (channel, serial) => {
        await channel.annotations.publish(serial, { type: 'read:flag.v1' })
        await (await annotator(w, 'bob')).annotations.publish(serial, { type: 'read:flag.v1' })
        await channel.annotations.publish(serial, { type: 'likes:total.v1' })
      },
      3,
    )
    expect(summary).toMatchObject({ 'read:flag.v1': { total: 2, clientIds: ['ann', 'bob'] }, 'likes:total.v1': { total: 1 } })
  })
  row('the summary is in history and in getMessage()', async (w) => {
    const channel = await annotator(w)
    const serial = await create(channel)
    await channel.annotations.publish(serial, { type: 'likes:total.v1' })
    const summary = { 'likes:total.v1': { total: 1 } }
    expect((await channel.getMessage(serial)).annotations?.summary).toEqual(summary)
    expect((await channel.history()).items[0]?.annotations?.summary).toEqual(summary)
  })
  row('the summary outlives an append and an update', async (w) => {
    const channel = (await w.client({ ...immediate, clientId: 'ann' })).channels.get(w.name)
    const serial = await create(channel, 'a')
    await channel.annotations.publish(serial, { type: 'likes:total.v1' })
    await append(channel, serial, 'b')
    await channel.updateMessage({ serial, data: 'c' } as never)
    expect((await channel.getMessage(serial)).annotations?.summary).toEqual({ 'likes:total.v1': { total: 1 } })
  })
  row('raw annotations reach those with annotation_subscribe', async (w) => {
    const reader = (await w.client()).channels.get(w.name, { modes: ['SUBSCRIBE', 'ANNOTATION_SUBSCRIBE'] })
    const heard = new Promise<Annotation>((resolve) => void reader.annotations.subscribe(resolve))
    await reader.attach()
    const channel = await annotator(w)
    const serial = await create(channel)
    await channel.annotations.publish(serial, { type: 'reaction:distinct.v1', name: '👍', data: { a: 1 } })
    const annotation = await heard
    const expected = { action: 'annotation.create', messageSerial: serial, name: '👍', clientId: 'ann', data: { a: 1 } }
    expect(annotation).toMatchObject(expected)
    expect(annotation.serial > serial).toBe(true)
  })
  row('raw annotations do not reach the others', async (w) => {
    const socket = await w.attached()
    const channel = await annotator(w)
    await channel.annotations.publish(await create(channel), { type: 'likes:total.v1' })
    socket.send({ action: 0, id: 'end' })
    await socket.frame(({ id }) => id === 'end')
    expect(socket.frames.some(({ action }) => action === 21)).toBe(false)
  })
  row('over REST: publish and get, oldest first', async (w) => {
    const serial = await create(await w.channel())
    const channel = w.rest({ clientId: 'ann' }).channels.get(w.name)
    for (const name of ['a', 'b']) await channel.annotations.publish(serial, { type: 'reaction:distinct.v1', name })
    expect((await channel.annotations.get(serial, {})).items.map(({ name }) => name)).toEqual(['a', 'b'])
  })
  row('over REST: paged by limit', async (w) => {
    const serial = await create(await w.channel())
    const channel = w.rest({ clientId: 'ann' }).channels.get(w.name)
    for (const name of ['a', 'b']) await channel.annotations.publish(serial, { type: 'reaction:distinct.v1', name })
    const first = await channel.annotations.get(serial, { limit: 1 })
    expect((await first.next())?.items.map(({ name }) => name)).toEqual(['b'])
  })
  row('without the capability annotation-publish: 40160', async (w) => {
    const serial = await create(await w.channel())
    const channel = (await w.as({ '*': ['publish', 'subscribe'] }, 'ann')).channels.get(w.name)
    expect(await refusal(channel.annotations.publish(serial, { type: 'likes:total.v1' }))).toEqual([40160, 401])
  })
  row('attached without the mode: 40165', async (w) => {
    const channel = (await w.client({ clientId: 'ann' })).channels.get(w.name, { modes: ['PUBLISH'] })
    await channel.attach()
    const serial = await create(channel)
    expect(await refusal(channel.annotations.publish(serial, { type: 'likes:total.v1' }))).toEqual([40165, 401])
  })
  row('mutableMessages off: 93002', async (w) => {
    const server = await w.serve({ rules: { plain: { mutableMessages: false } } })
    const channel = (await w.client({ clientId: 'ann' }, server)).channels.get('plain:x')
    const serial = await create(channel)
    expect(await refusal(channel.annotations.publish(serial, { type: 'likes:total.v1' }))).toEqual([93002, 400])
  })
  row('anonymous where clients are counted: 40161', async (w) => {
    const serial = await create(await w.channel())
    const channel = (await w.client({ token: await w.token() })).channels.get(w.name)
    expect(await refusal(channel.annotations.publish(serial, { type: 'read:flag.v1' }))).toEqual([40161, 401])
  })
  row('an unknown message: 40400', async (w) => {
    const channel = await annotator(w)
    expect(await refusal(channel.annotations.publish('unknown', { type: 'likes:total.v1' }))).toEqual([40400, 404])
  })
  row('no type: 40000', async (w) => {
    const channel = await annotator(w)
    const serial = await create(channel)
    expect(await refusal(channel.annotations.publish(serial, { type: '' }))).toEqual([40000, 400])
  })
  row('a type without a summary method is accepted, delivered and listed', async (w) => {
    const type = 'com.example.reactions'
    const reader = (await w.client()).channels.get(w.name, { modes: ['SUBSCRIBE', 'ANNOTATION_SUBSCRIBE'] })
    const heard = new Promise<Annotation>((resolve) => void reader.annotations.subscribe(resolve))
    await reader.attach()
    const channel = await annotator(w)
    const serial = await create(channel)
    await channel.annotations.publish(serial, { type, name: '👍', data: { a: 1 } })
    const expected = { action: 'annotation.create', type, name: '👍', clientId: 'ann', data: { a: 1 } }
    expect(await heard).toMatchObject(expected)
    expect((await channel.annotations.get(serial, null)).items).toMatchObject([expected])
  })
  row('a type without a summary method can be deleted, and changes no summary', async (w) => {
    const type = 'com.example.reactions'
    const channel = await annotator(w)
    const heard = await w.hearing()
    const serial = await create(channel)
    await channel.annotations.publish(serial, { type })
    await channel.annotations.delete(serial, { type })
    await channel.publish('end', 'end')
    await heard.until(({ name }) => name === 'end')
    expect(heard.messages.map(({ action }) => action)).toEqual(['message.create', 'message.create'])
    expect((await channel.getMessage(serial)).annotations?.summary).toEqual({})
    expect((await channel.annotations.get(serial, null)).items.map(({ action }) => action)).toEqual([
      'annotation.create',
      'annotation.delete',
    ])
  })
  row('a type without a summary method needs no client id', async (w) => {
    const serial = await create(await w.channel())
    const channel = (await w.client({ token: await w.token() })).channels.get(w.name)
    await channel.annotations.publish(serial, { type: 'com.example.reactions' })
    const { items } = await channel.annotations.get(serial, null)
    expect(items[0]).toMatchObject({ type: 'com.example.reactions' })
    expect(items[0]?.clientId ?? null).toBeNull()
  })
  row('more data than maxMessageSize for an annotation: 40009/413', async (w) => {
    const serial = encodeURIComponent(await create(await w.channel()))
    const annotation = { action: 0, type: 'likes:total.v1', data: 'x'.repeat(65_537) }
    expect(await w.http('POST', `/channels/${w.name}/messages/${serial}/annotations`, [annotation])).toMatchObject({
      status: 413,
      body: { error: { code: 40009 } },
    })
  })
  row('a name is required for distinct, unique and multiple', async (w) => {
    const channel = await annotator(w)
    const serial = await create(channel)
    for (const method of ['distinct', 'unique', 'multiple']) {
      expect(await refusal(channel.annotations.publish(serial, { type: `x:${method}.v1` }))).toEqual([40000, 400])
    }
  })
  row('missed summaries are replayed on resume', async (w) => {
    const client = await w.client()
    const heard = await w.hearing(client.channels.get(w.name))
    const channel = await annotator(w)
    const serial = await create(channel)
    w.server.faults.cut({ connectionId: String(client.connection.id), refuseFor: 20 })
    await channel.annotations.publish(serial, { type: 'likes:total.v1' })
    await heard.until(({ action }) => action === 'message.summary')
  })
})
