import type { Realtime } from 'ably'
import { expect } from 'vitest'
import type { FaultRequest } from '../../src/index.ts'
import { section } from './section.ts'
import { append, create, immediate, refusal, renewing, type World } from './world.ts'

const post = (w: World, fault: FaultRequest | object): ReturnType<World['http']> => w.http('POST', '/faults', fault)

section('25. Faults (what the service does on a bad day)', ({ row }) => {
  row('cut: the socket drops without a word, the client resumes', async (w) => {
    const client = await w.client()
    const { id } = client.connection
    const dropped = client.connection.whenState('disconnected')
    expect((await post(w, { type: 'cut', connectionId: id })).body).toMatchObject({ connections: 1 })
    await dropped
    await client.connection.whenState('connected')
    expect(client.connection.id).toBe(id)
  })
  row('refuse: nobody who is named comes in for a while', async (w) => {
    // On a busy machine the client may come when the time is over: then once more, for longer.
    for (let ms = 60; ; ms *= 8) {
      await post(w, { type: 'refuse', clientId: w.name, ms })
      const { connection } = w.realtime({ clientId: w.name })
      const state = (name: 'connected' | 'disconnected') => connection.whenState(name).then(() => name)
      const first = await Promise.race([state('connected'), state('disconnected')])
      await state('connected')
      if (first === 'disconnected') return
    }
  })
  row('freeze: bytes are accepted, nothing is answered; taken back, it goes on where it was', async (w) => {
    const channel = await w.channel({ clientId: w.name })
    await channel.publish('n', 'before')
    const thaw = w.server.faults.freeze({ clientId: w.name })
    let answered = false
    const pending = channel.publish('n', 'frozen').then(() => (answered = true))
    await (await w.channel()).history()
    expect(answered).toBe(false)
    thaw()
    await pending
  })
  row('freeze over HTTP ends by itself after `ms`', async (w) => {
    const channel = await w.channel({ clientId: w.name })
    await post(w, { type: 'freeze', clientId: w.name, ms: 30 })
    await channel.publish('n', 'd')
  })
  row('expireContinuity of a channel: its next attach is not resumed', async (w) => {
    const channel = (await w.client()).channels.get(w.name)
    await channel.attach()
    await post(w, { type: 'expireContinuity', channel: w.name })
    const lost = new Promise<{ reason?: { code: number } }>((resolve) => channel.on(['update', 'attached'], resolve as never))
    await post(w, { type: 'cut', channel: w.name })
    expect((await lost).reason?.code).toBe(90003)
  })
  row('delay: everything of a channel comes later, in order', async (w) => {
    const heard = await w.hearing()
    const undo = w.server.faults.delay({ channel: w.name, ms: 30 })
    const channel = await w.channel()
    const start = Date.now()
    for (const text of ['a', 'b']) await channel.publish('n', text)
    await heard.until(({ data }) => data === 'b')
    undo()
    expect(Date.now() - start).toBeGreaterThanOrEqual(28)
    expect(heard.texts).toEqual(['a', 'b'])
  })
  row('duplicate: a message frame comes twice, to one message if asked for', async (w) => {
    const channel = await w.channel(immediate)
    const socket = await w.attached()
    const serial = await create(channel, 'a')
    const undo = w.server.faults.duplicate({ message: serial })
    await create(channel, 'other')
    await append(channel, serial, 'b')
    const count = (text: string): number =>
      socket.frames.filter(({ messages }) => JSON.stringify(messages)?.includes(`"data":"${text}"`)).length
    await socket.until(() => count('b') === 2)
    undo()
    expect(count('other')).toBe(1)
  })
  row('conflate: appends are merged on the way to a subscriber', async (w) => {
    const channel = await w.channel(immediate)
    const heard = await w.hearing()
    const undo = w.server.faults.conflate({ channel: w.name, ms: 20 })
    const serial = await create(channel)
    await Promise.all(['a', 'b', 'c'].map((text) => append(channel, serial, text)))
    await heard.until(({ data }) => data === 'abc')
    undo()
    expect(heard.texts).toEqual(['', 'abc'])
  })
  row('appendAsUpdate: the n-th append comes as an update with the whole text', async (w) => {
    const channel = await w.channel(immediate)
    const heard = await w.hearing()
    const serial = await create(channel, 'a')
    w.server.faults.appendAsUpdate({ message: serial, nth: 2 })
    for (const text of ['b', 'c', 'd']) await append(channel, serial, text)
    await heard.until(({ data }) => data === 'd')
    expect(heard.messages.map(({ action, data }) => [action, data])).toEqual([
      ['message.create', 'a'],
      ['message.append', 'b'],
      ['message.update', 'abc'],
      ['message.append', 'd'],
    ])
  })
  row('loseAppend: a subscriber never gets the n-th append; it is stored, and the next one comes', async (w) => {
    const channel = await w.channel(immediate)
    const heard = await w.hearing()
    const serial = await create(channel, 'a')
    await post(w, { type: 'loseAppend', message: serial, nth: 2 })
    for (const text of ['b', 'c', 'd']) await append(channel, serial, text)
    await heard.until(({ data }) => data === 'd')
    expect(heard.texts).toEqual(['a', 'b', 'd'])
    expect((await channel.getMessage(serial)).data).toBe('abcd')
  })
  row('repeatAppend: a subscriber gets the increment of the n-th append twice; it is stored once', async (w) => {
    const channel = await w.channel(immediate)
    const heard = await w.hearing()
    const serial = await create(channel, 'a')
    w.server.faults.repeatAppend({ message: serial })
    for (const text of ['b', 'c']) await append(channel, serial, text)
    await heard.until(({ data }) => data === 'c')
    expect(heard.texts).toEqual(['a', 'bb', 'c'])
    expect((await channel.getMessage(serial)).data).toBe('abc')
  })
  row('rejectAppend: the n-th append is refused with a code', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel)
    await post(w, { type: 'rejectAppend', channel: w.name, nth: 2, code: 42913 })
    await append(channel, serial, 'a')
    expect(await refusal(append(channel, serial, 'b'))).toEqual([42913, 429])
    await append(channel, serial, 'c')
    expect((await channel.getMessage(serial)).data).toBe('ac')
  })
  row('rejectAppend with fold: the text comes with the next append all the same', async (w) => {
    const channel = await w.channel(immediate)
    const serial = await create(channel)
    await post(w, { type: 'rejectAppend', channel: w.name, fold: true })
    expect(await refusal(append(channel, serial, 'a'))).toEqual([42911, 429])
    await append(channel, serial, 'b')
    expect((await channel.getMessage(serial)).data).toBe('ab')
  })
  row('rejectAppend of one message leaves the others alone', async (w) => {
    const channel = await w.channel(immediate)
    const [one, two] = [await create(channel), await create(channel)]
    await post(w, { type: 'rejectAppend', message: two })
    await append(channel, one, 'a')
    expect(await refusal(append(channel, two, 'a'))).toEqual([42911, 429])
  })
  row('dropAck: the ACK is lost; after the reconnect it comes and nothing is stored twice', async (w) => {
    const client = await w.client()
    const channel = client.channels.get(w.name)
    await channel.attach()
    await post(w, { type: 'dropAck', channel: w.name })
    const sent = channel.publish('n', 'd')
    await client.connection.ping()
    await post(w, { type: 'cut', channel: w.name })
    await sent
    expect((await channel.history()).items).toHaveLength(1)
  })
  row('restart: connections are forgotten (80008), clients come back by themselves', async (w) => {
    const server = await w.serve({})
    const client = await w.client({}, server)
    const { id } = client.connection
    const back = new Promise<{ reason?: { code: number } }>((resolve) => {
      client.connection.once('disconnected', () => client.connection.once('connected', resolve as never))
    })
    expect((await w.http('POST', '/faults', { type: 'restart' }, {}, server)).body).toMatchObject({ connections: 1 })
    expect((await back).reason?.code).toBe(80008)
    expect(client.connection.id).not.toBe(id)
  })
  row('restart in memory: messages are gone, and the client is told that it lost continuity', async (w) => {
    const server = await w.serve({})
    const channel = (await w.client({}, server)).channels.get('room')
    await channel.publish('n', 'd')
    await channel.attach()
    const lost = new Promise<{ resumed: boolean }>((resolve) => channel.on(['update', 'attached'], resolve))
    server.faults.restart()
    expect((await lost).resumed).toBe(false)
    expect((await channel.history()).items).toEqual([])
  })
  row('a malformed fault: 400 and the reason', async (w) => {
    expect(await post(w, { type: 'delay' })).toMatchObject({ status: 400 })
  })
  row('DELETE /faults takes all back', async (w) => {
    const server = await w.serve({ faults: [{ type: 'rejectAppend', times: 100 }] })
    await w.http('DELETE', '/faults', undefined, {}, server)
    const channel = await w.channel({}, server)
    await append(channel, await create(channel), 'a')
  })
  row('over HTTP they take a key that may do everything', async (w) => {
    const token = await w.token({ capability: { [w.name]: ['*'] } })
    expect((await w.http('POST', '/faults', { type: 'cut', clientId: w.name }, { authorization: '' })).status).toBe(401)
    expect((await w.http('DELETE', '/faults', undefined, { authorization: `Bearer ${token}` })).status).toBe(401)
  })
})

/** A reader that gathers a response as clients do: increments behind what is known, updates in its place. */
const gather = (w: World, options: object): Promise<{ text(): string; done: Promise<void>; client: Realtime }> =>
  (async () => {
    const client = await w.client(options)
    let text = ''
    let finish = (): void => {}
    const done = new Promise<void>((resolve) => {
      finish = resolve
    })
    await client.channels.get(w.name).subscribe((message) => {
      if (message.action === 'message.append') text += message.data
      else text = message.data
      if (text.endsWith('END')) finish()
    })
    return { text: () => text, done, client }
  })()

section('26. What a client lives through', ({ row, slow }) => {
  row('recover across processes: another client goes on with connection, channels and what was missed', async (w) => {
    const first = await w.client()
    await first.channels.get(w.name).attach()
    const recoveryKey = String(await first.connection.createRecoveryKey())
    const { id } = first.connection
    w.server.faults.cut({ connectionId: String(id), refuseFor: 1 })
    await (await w.channel()).publish('n', 'missed')
    const second = await w.client({ recover: recoveryKey })
    const channel = second.channels.get(w.name)
    const heard = await w.hearing(channel)
    expect((await heard.until(() => true)).data).toBe('missed')
    expect(second.connection.id).toBe(id)
  })
  row('token renewal in the middle of a stream loses no message', async (w) => {
    const client = await w.client(renewing(() => w.token()))
    const heard = await w.hearing(client.channels.get(w.name))
    const writer = await w.channel()
    const words = Array.from({ length: 60 }, (_, n) => String(n))
    for (const [index, word] of words.entries()) {
      if (index % 15 === 7) void client.auth.authorize()
      await writer.publish('n', word)
    }
    await heard.until(({ data }) => data === '59')
    expect(heard.texts).toEqual(words)
  })
  row('a token that expires in the middle of a stream loses no message', async (w) => {
    let issued = 0
    const client = await w.client(renewing(() => w.token({ ttl: ++issued === 1 ? 400 : 60_000 })))
    const heard = await w.hearing(client.channels.get(w.name))
    const renewed = new Promise((resolve) => client.connection.once('disconnected', resolve))
    const writer = await w.channel()
    let sent = 0
    const state = { over: false }
    const watching = renewed.then(() => (state.over = true))
    while (!state.over) await writer.publish('n', String(sent++))
    await watching
    for (let n = 0; n < 5; n++) await writer.publish('n', String(sent++))
    await heard.until(({ data }) => data === String(sent - 1))
    expect(heard.texts).toEqual(Array.from({ length: sent }, (_, n) => String(n)))
  })
  row('100 channels on one connection', async (w) => {
    const client = await w.client()
    const channels = Array.from({ length: 100 }, (_, n) => client.channels.get(`${w.name}:${n}`))
    const heard = await Promise.all(channels.map((channel) => w.hearing(channel)))
    await Promise.all(channels.map((channel, n) => channel.publish('n', String(n))))
    await Promise.all(heard.map((each) => each.until(() => true)))
    expect(heard.map(({ texts }) => texts)).toEqual(channels.map((_, n) => [String(n)]))
  })
  slow('10 reconnections in a row during a stream: the text is exact', async (w) => {
    const reader = await gather(w, {})
    const writer = (await w.client(immediate)).channels.get(w.name)
    const serial = await create(writer, '')
    let text = ''
    for (let round = 0; round < 10; round++) {
      const back = reconnected(w, reader.client)
      const state = { back: false }
      const watching = back.then(() => (state.back = true))
      // The stream goes on while the reader is away.
      for (let n = 0; n < 10 || !state.back; n++) {
        const word = `${round}.${n} `
        await append(writer, serial, word)
        text += word
        if (n > 10) await writer.history({ limit: 1 })
      }
      await watching
    }
    await append(writer, serial, 'END')
    await reader.done
    expect(reader.text()).toBe(`${text}END`)
  })
  slow('10 reconnections in a row of the writer: nothing lost, nothing twice', async (w) => {
    const reader = await gather(w, {})
    const client = await w.client(immediate)
    const writer = client.channels.get(w.name)
    const serial = await create(writer, '')
    const words = Array.from({ length: 200 }, (_, n) => `${n} `)
    const sent: Promise<unknown>[] = []
    for (const [index, word] of words.entries()) {
      sent.push(append(writer, serial, word))
      if (index % 20 === 10) await reconnected(w, client)
    }
    await Promise.all([...sent, append(writer, serial, 'END')])
    await reader.done
    expect(reader.text()).toBe(`${words.join('')}END`)
    expect((await writer.getMessage(serial)).data).toBe(reader.text())
  })
})

/** Cuts a connection; resolves when the client is back on it. */
async function reconnected(w: World, client: Realtime): Promise<void> {
  const { id } = client.connection
  const dropped = client.connection.whenState('disconnected')
  expect(w.server.faults.cut({ connectionId: String(id) })).toBe(1)
  await dropped
  await client.connection.whenState('connected')
  expect(client.connection.id).toBe(id)
}
