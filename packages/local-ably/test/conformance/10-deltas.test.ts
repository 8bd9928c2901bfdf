import * as vcdiff from '@ably/vcdiff-decoder'
import type { ClientOptions, InboundMessage, RealtimeChannel } from 'ably'
import { expect } from 'vitest'
import type { Received } from '../fixture.ts'
import { section } from './section.ts'
import { append, create, immediate, type World } from './world.ts'

/** Each differs a little from the one before. */
const states = [
  { foo: 'bar', count: 1, status: 'active' },
  { foo: 'bar', count: 2, status: 'active' },
  { foo: 'bar', count: 2, status: 'inactive' },
  { foo: 'bar', count: 3, status: 'inactive' },
  { foo: 'bar', count: 3, status: 'active' },
]

/** The plugin of the client, which counts; `fails` makes that decoding fail. */
const decoder = (fails = 0): { decoded: number; options: ClientOptions } => {
  const counter = { decoded: 0, options: {} as ClientOptions }
  const decode = (delta: Uint8Array, base: Uint8Array): Uint8Array => {
    if (++counter.decoded === fails) throw new Error('made to fail')
    return vcdiff.decode(delta, base)
  }
  counter.options = { plugins: { vcdiff: { decode } } }
  return counter
}

const deltas = { params: { delta: 'vcdiff' } } as const

async function reading(w: World, options: ClientOptions): Promise<{ channel: RealtimeChannel; heard: Received }> {
  const channel = (await w.client(options)).channels.get(w.name, deltas)
  return { channel, heard: await w.hearing(channel) }
}

/** What a subscriber gets of these payloads, one publish each. */
async function delivered(w: World, payloads: readonly unknown[], fails = 0): Promise<{ decoded: number; data: unknown[] }> {
  const counter = decoder(fails)
  const { heard } = await reading(w, counter.options)
  const writer = await w.channel()
  for (const data of payloads) await writer.publish('n', data)
  await writer.publish('end', 'end')
  await heard.until(({ name }) => name === 'end')
  return { decoded: counter.decoded, data: heard.messages.filter(({ name }) => name === 'n').map(({ data }) => data) }
}

section('30. Deltas (P79)', ({ row, notOffered }) => {
  row('objects: the first comes whole, those after it as deltas', async (w) => {
    expect(await delivered(w, states)).toEqual({ decoded: states.length - 1, data: states })
  })
  row('text as deltas, of any script', async (w) => {
    const texts = ['so far 🎉 the text is this', 'so far 🎉 the text is this and more', 'so far 🎊 the text is this and more']
    expect(await delivered(w, texts)).toEqual({ decoded: 2, data: texts })
  })
  row('bytes as deltas', async (w) => {
    const bytes = [1, 2, 3].map((changed) => Buffer.alloc(5000, 7).fill(changed, 100, 110))
    expect(await delivered(w, bytes)).toEqual({ decoded: 2, data: bytes })
  })
  row('what has nothing in common comes whole', async (w) => {
    const texts = ['abcdefgh', '12345678']
    expect(await delivered(w, texts)).toEqual({ decoded: 0, data: texts })
  })
  row('on the wire: encoding, and `extras.delta` names the message it is from', async (w) => {
    const socket = await w.attached({ params: { delta: 'vcdiff' } })
    const writer = await w.channel()
    for (const data of states.slice(0, 2)) await writer.publish({ data, extras: { headers: { a: '1' } } })
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 15).length === 2)
    const [first, second] = socket.frames
      .filter(({ action }) => action === 15)
      .flatMap(({ messages }) => messages as InboundMessage[])
    expect(first).toMatchObject({ encoding: 'json', extras: { headers: { a: '1' } } })
    expect(second).toMatchObject({
      encoding: w.binary ? 'json/utf-8/vcdiff' : 'json/utf-8/vcdiff/base64',
      extras: { headers: { a: '1' }, delta: { from: first?.id, format: 'vcdiff' } },
    })
  })
  row('a batch as deltas', async (w) => {
    const counter = decoder()
    const { heard } = await reading(w, counter.options)
    await (await w.channel()).publish(states.map((data) => ({ data })))
    await heard.until(({ data }) => data.status === 'active' && data.count === 3)
    expect(heard.texts).toEqual(states)
    expect(counter.decoded).toBe(states.length - 1)
  })
  row('only who asked for them gets them', async (w) => {
    const socket = await w.attached()
    expect((await delivered(w, states)).decoded).toBeGreaterThan(0)
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 15).length > states.length)
    expect(JSON.stringify(socket.frames)).not.toContain('vcdiff')
  })
  row('a message without data is no base', async (w) => {
    const counter = decoder()
    const { heard } = await reading(w, counter.options)
    const writer = await w.channel()
    for (const data of [states[0], undefined, states[1], states[2]]) await writer.publish('n', data)
    await heard.until(({ data }) => data?.status === 'inactive')
    expect(heard.texts.map((data) => data ?? null)).toEqual([states[0], null, states[1], states[2]])
  })
  row('appends and updates on the same channel leave the text right', async (w) => {
    const counter = decoder()
    const { heard } = await reading(w, counter.options)
    const writer = await w.channel(immediate)
    const serial = await create(writer, 'the text of the response so far')
    for (const word of [' and', ' then', ' some']) await append(writer, serial, word)
    await writer.updateMessage({ serial, data: 'the text of the response so far and then all of it' } as never)
    const last = await heard.until(({ data }) => String(data).endsWith('all of it'))
    expect(heard.texts.slice(0, 4)).toEqual(['the text of the response so far', ' and', ' then', ' some'])
    expect(last.action).toBe('message.update')
  })
  row('the client’s own encryption is left alone', async (w) => {
    const cipher = { key: Buffer.alloc(32, 7) }
    const counter = decoder()
    const heard = await w.hearing((await w.client(counter.options)).channels.get(w.name, { ...deltas, cipher }))
    const writer = (await w.client()).channels.get(w.name, { cipher })
    for (const data of states) await writer.publish('n', data)
    await heard.until(({ data }) => data.status === 'active' && data.count === 3)
    expect(heard.texts).toEqual(states)
  })
  row('a delta that cannot be decoded: the client attaches again and gets it whole', async (w) => {
    expect((await delivered(w, states, 2)).data).toEqual(states)
  })
  row('a delta of a message the client does not have: it attaches again and misses nothing', async (w) => {
    const counter = decoder()
    const { channel, heard } = await reading(w, counter.options)
    const writer = await w.channel()
    for (const [index, data] of states.entries()) {
      await writer.publish('n', data)
      await heard.until(() => heard.messages.length > index)
      if (index === 2) Object.assign((channel as never as { _lastPayload: object })._lastPayload, { messageId: null })
    }
    expect(heard.texts).toEqual(states)
  })
  row('after a reconnection the first comes whole', async (w) => {
    const counter = decoder()
    const { channel, heard } = await reading(w, counter.options)
    const client = channel as never as { client: { connection: { id: string } } }
    const writer = await w.channel()
    await writer.publish('n', states[0])
    await heard.until(() => true)
    w.server.faults.cut({ connectionId: client.client.connection.id })
    for (const data of states.slice(1)) await writer.publish('n', data)
    await heard.until(({ data }) => data.status === 'active' && data.count === 3)
    expect(heard.texts).toEqual(states)
  })
  row('without the plugin the channel fails (40019)', async (w) => {
    const { channel } = await reading(w, {})
    const failed = channel.whenState('failed')
    const writer = await w.channel()
    for (const data of states.slice(0, 2)) await writer.publish('n', data)
    expect((await failed)?.reason?.code).toBe(40019)
  })
  notOffered('deltas of filtered channels', 'the service has none either: such channels get every message whole')
})
