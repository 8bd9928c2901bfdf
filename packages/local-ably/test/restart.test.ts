import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connected, FORMATS, Received, serve } from './fixture.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-ably-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const immediate = { transportParams: { appendRollupWindow: 0 } }

describe.each(FORMATS)('a server on a file, over %s', (_, useBinaryProtocol) => {
  it('keeps messages, versions and serials across a restart', async () => {
    const data = join(folder, 'ably.db')
    const first = await serve({ data })
    const before = (await connected(first, { useBinaryProtocol, ...immediate })).channels.get('room')
    const { serials } = await before.publish([
      { id: 'p:0', name: 'response', data: '', extras: { headers: { a: '1' } } },
      { id: 'p:1', name: 'bytes', data: Buffer.from([1]) },
    ])
    const words = Array.from({ length: 600 }, (_, n) => `${n} `)
    const results = await Promise.all(words.map((data) => before.appendMessage({ serial: serials[0], data } as never)))
    await before.updateMessage({ serial: serials[1], data: Buffer.from([1, 2]) } as never)
    const history = (await before.history()).items
    await first.close()

    const second = await serve({ data })
    const after = (await connected(second, { useBinaryProtocol, ...immediate })).channels.get('room')
    expect((await after.history()).items).toEqual(history)
    expect(await after.getMessage(String(serials[0]))).toMatchObject({
      data: words.join(''),
      version: { serial: results.at(-1)?.versionSerial },
    })
    expect((await after.getMessageVersions(String(serials[1]))).items.map((item) => item.data)).toEqual([
      Buffer.from([1]),
      Buffer.from([1, 2]),
    ])
    const next = await after.appendMessage({ serial: serials[0], data: '!' } as never)
    expect(String(next.versionSerial) > String(results.at(-1)?.versionSerial)).toBe(true)
    expect((await after.getMessage(String(serials[0]))).data).toBe(`${words.join('')}!`)
  })

  it('continues a channel after a restart: nothing missed, nothing twice', async () => {
    const data = join(folder, 'ably.db')
    const first = await serve({ data })
    const reader = await connected(first, { useBinaryProtocol, disconnectedRetryTimeout: 30, suspendedRetryTimeout: 30 })
    const channel = reader.channels.get('room')
    const received = await Received.on(channel)
    const writer = (await connected(first, immediate)).channels.get('room')
    const { serials } = await writer.publish('response', 'a')
    await received.until(({ data }) => data === 'a')
    first.faults.cut({ connectionId: String(reader.connection.id), refuseFor: 60_000 })
    await writer.appendMessage({ serial: serials[0], data: 'b' } as never)
    await writer.publish('n', 'c')
    await first.close()

    const attached = new Promise((resolve) => channel.once('attached', resolve))
    await serve({ data, port: first.port })
    expect(await attached).toMatchObject({ resumed: true, hasBacklog: true })
    await received.until(({ data }) => data === 'c')
    expect(received.texts).toEqual(['a', 'ab', 'c'])
  })
})

it('stores a publish repeated across a restart once', async () => {
  const data = join(folder, 'ably.db')
  const first = await serve({ data })
  const before = await (await connected(first)).channels.get('room').publish({ id: 'prompt', data: 'x' })
  await first.close()
  const second = await serve({ data })
  const after = await (await connected(second)).channels.get('room').publish({ id: 'prompt', data: 'x' })
  expect(after.serials).toEqual(before.serials)
})

it('keeps a character whose halves came in two appends', async () => {
  const data = join(folder, 'ably.db')
  const server = await serve({ data })
  const channel = (await connected(server, { useBinaryProtocol: false, ...immediate })).channels.get('room')
  const { serials } = await channel.publish('response', 'a')
  for (const half of '👋'.split('')) await channel.appendMessage({ serial: serials[0], data: half } as never)
  await channel.appendMessage({ serial: serials[0], data: '!' } as never)
  await server.close()
  const again = (await connected(await serve({ data }))).channels.get('room')
  expect((await again.getMessage(String(serials[0]))).data).toBe('a👋!')
})
