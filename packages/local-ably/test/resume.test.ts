import type { ChannelStateChange, RealtimeChannel } from 'ably'
import { describe, expect, it } from 'vitest'
import { connected, FORMATS, Received, realtime, serve } from './fixture.ts'

const append = (channel: RealtimeChannel, serial: unknown, data: string): Promise<unknown> =>
  channel.appendMessage({ serial, data } as never)

const next = (channel: RealtimeChannel, event: 'attached' | 'update'): Promise<ChannelStateChange> =>
  new Promise((resolve) => channel.once(event, resolve))

describe.each(FORMATS)('coming back over %s', (_, useBinaryProtocol) => {
  it('resumes with the same connection and replays what was missed, appends as full updates', async () => {
    const server = await serve()
    const writer = (await connected(server, { transportParams: { appendRollupWindow: 0 } })).channels.get('room')
    const reader = await connected(server, { useBinaryProtocol, clientId: 'reader', disconnectedRetryTimeout: 50 })
    const channel = reader.channels.get('room')
    const received = await Received.on(channel)
    const { serials } = await writer.publish('response', 'a')
    await received.until(({ data }) => data === 'a')
    const { id } = reader.connection

    const attached = next(channel, 'attached')
    server.faults.cut({ clientId: 'reader', refuseFor: 60_000 })
    for (const text of ['b', 'c']) await append(writer, serials[0], text)
    await writer.publish('other', 'x')
    await append(writer, serials[0], 'd')
    await writer.updateMessage({ serial: serials[0], data: 'final' } as never)
    server.faults.clear()

    expect(await attached).toMatchObject({ resumed: true, hasBacklog: true })
    expect(reader.connection.id).toBe(id)
    await received.until(({ data }) => data === 'final')
    await append(writer, serials[0], '!')
    await received.until(({ data }) => data === '!')
    expect(received.messages.map(({ action, data }) => [action, data])).toEqual([
      ['message.create', 'a'],
      ['message.create', 'x'],
      ['message.update', 'abcd'],
      ['message.update', 'final'],
      ['message.append', '!'],
    ])
  })

  it('stores a frame sent again after a lost ACK once, and acknowledges it with its first serial', async () => {
    const server = await serve()
    const client = await connected(server, { useBinaryProtocol })
    const channel = client.channels.get('room')
    const received = await Received.on(channel)
    server.faults.dropAck()
    const published = channel.publish('n', 'once')
    const message = await received.until(() => true)
    server.faults.cut()
    expect((await published).serials).toEqual([message.serial])
    expect((await channel.history()).items).toHaveLength(1)
  })

  it('starts without continuity when it has expired', async () => {
    const server = await serve()
    const client = await connected(server, { useBinaryProtocol })
    const channel = client.channels.get('room')
    await channel.attach()
    const { id } = client.connection
    server.faults.expireContinuity({ connectionId: String(id) })
    const attached = next(channel, 'attached')
    server.faults.cut()
    expect(await attached).toMatchObject({ resumed: false, reason: { code: 90003 } })
    expect(client.connection.id).not.toBe(id)
    expect(client.connection.errorReason).toMatchObject({ code: 80008 })
    // Only once: the next interruption resumes.
    const again = next(channel, 'attached')
    server.faults.cut()
    expect(await again).toMatchObject({ resumed: true })
  })

  it("recovers another client's connection with its recovery key", async () => {
    const server = await serve()
    const first = await connected(server, { useBinaryProtocol })
    const channel = first.channels.get('room')
    await Received.on(channel)
    await channel.publish('n', '1')
    const recover = await first.connection.createRecoveryKey()
    server.faults.cut({ connectionId: String(first.connection.id), refuseFor: 0 })
    first.connection.off()
    const second = await connected(server, { useBinaryProtocol, recover: String(recover) })
    expect(second.connection.id).toBe(first.connection.id)
    expect(second.connection.errorReason).toBeNull()
  })
})

it('forgets a connection after its time to live', async () => {
  const server = await serve({ connectionStateTtl: 200 })
  const client = await connected(server, { disconnectedRetryTimeout: 30, suspendedRetryTimeout: 30 })
  const { id } = client.connection
  const back = new Promise((resolve) => client.connection.once('connected', resolve))
  server.faults.cut({ refuseFor: 60_000 })
  await client.connection.whenState('suspended')
  server.faults.clear()
  await back
  expect(client.connection.id).not.toBe(id)
  expect(client.connection.errorReason?.code).toBe(80008)
})

it('answers a malformed key with 80018', async () => {
  const client = realtime(await serve(), { recover: JSON.stringify({ connectionKey: '?', msgSerial: 0, channelSerials: {} }) })
  await client.connection.whenState('connected')
  expect(client.connection.errorReason?.code).toBe(80018)
})

it('does not resume a channel whose backlog is too old', async () => {
  let ahead = 0
  const clock = {
    now: () => Date.now() + ahead,
    after(ms: number, task: () => void) {
      const timer = setTimeout(task, ms)
      return () => clearTimeout(timer)
    },
  }
  const server = await serve({ clock, backlogRetention: 1000 })
  const writer = (await connected(server, { clientId: 'writer' })).channels.get('room')
  const client = await connected(server, { clientId: 'reader', disconnectedRetryTimeout: 50 })
  const channel = client.channels.get('room')
  await channel.attach()
  const attached = next(channel, 'attached')
  server.faults.cut({ clientId: 'reader', refuseFor: 60_000 })
  await writer.publish('n', 'missed')
  ahead = 5000
  server.faults.clear()
  expect(await attached).toMatchObject({ resumed: false, reason: { code: 90003 } })
})

it('loses the continuity of one channel only, where asked', async () => {
  const server = await serve()
  const client = await connected(server)
  const [lost, kept] = [client.channels.get('lost'), client.channels.get('kept')]
  await Promise.all([lost.attach(), kept.attach()])
  server.faults.expireContinuity({ channel: 'lost' })
  const changes = Promise.all([next(lost, 'attached'), next(kept, 'attached')])
  server.faults.cut()
  expect((await changes).map(({ resumed }) => resumed)).toEqual([false, true])
})

it('ends with the text of the server, however often the reader is cut while it grows', async () => {
  const server = await serve()
  const writer = (await connected(server, { clientId: 'writer', transportParams: { appendRollupWindow: 0 } })).channels.get(
    'room',
  )
  const reader = (await connected(server, { clientId: 'reader', disconnectedRetryTimeout: 20 })).channels.get('room')
  let text = ''
  let finish = (): void => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  await reader.subscribe(({ action, data }) => {
    text = action === 'message.append' ? text + String(data) : String(data)
    if (text.endsWith('end')) finish()
  })
  const { serials } = await writer.publish('response', '')
  for (let n = 0; n < 200; n++) {
    await append(writer, serials[0], `${n} `)
    if (n % 40 === 20) server.faults.cut({ clientId: 'reader', refuseFor: n % 80 === 20 ? 5 : 0 })
  }
  await append(writer, serials[0], 'end')
  await finished
  expect(text).toBe((await writer.getMessage(String(serials[0]))).data)
})
