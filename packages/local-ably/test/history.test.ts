import type { InboundMessage, PaginatedResult, RealtimeChannel } from 'ably'
import { describe, expect, it } from 'vitest'
import { connected, FORMATS, Received, rest, serve } from './fixture.ts'

async function fill(channel: RealtimeChannel, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) await channel.publish('n', String(n))
}

describe.each(FORMATS)('history over %s', (_, useBinaryProtocol) => {
  it('pages backwards by default and forwards on demand', async () => {
    const server = await serve()
    const channel = (await connected(server, { useBinaryProtocol })).channels.get('a room/with:odd name')
    await fill(channel, 5)
    for (const [direction, expected] of [
      ['backwards', ['5', '4', '3', '2', '1']],
      ['forwards', ['1', '2', '3', '4', '5']],
    ] as const) {
      const seen: unknown[] = []
      const sizes: number[] = []
      const first = await channel.history({ limit: 2, direction })
      let page: PaginatedResult<InboundMessage> | null = first
      while (page) {
        seen.push(...page.items.map(({ data }) => data))
        sizes.push(page.items.length)
        page = page.hasNext() ? await page.next() : null
      }
      expect(seen).toEqual(expected)
      expect(sizes).toEqual([2, 2, 1])
      expect((await first.first()).items.map(({ data }) => data)).toEqual(expected.slice(0, 2))
      expect((await first.current()).items.map(({ data }) => data)).toEqual(expected.slice(0, 2))
    }
  })

  it('keeps a page stable while messages arrive', async () => {
    const channel = (await connected(await serve(), { useBinaryProtocol })).channels.get('room')
    await fill(channel, 4)
    const page = await channel.history({ limit: 2 })
    await channel.publish('n', '5')
    const next = await page.next()
    expect(next?.items.map(({ data }) => data)).toEqual(['2', '1'])
  })

  it('ends at the attach point with untilAttach', async () => {
    const server = await serve()
    const writer = (await connected(server, { useBinaryProtocol })).channels.get('room')
    await fill(writer, 3)
    const reader = (await connected(server, { useBinaryProtocol })).channels.get('room')
    const received = await Received.on(reader)
    await writer.publish('n', '4')
    await received.until(({ data }) => data === '4')
    const page = await reader.history({ untilAttach: true })
    expect(page.items.map(({ data }) => data)).toEqual(['3', '2', '1'])
  })

  it('takes bounds of time', async () => {
    const server = await serve()
    const channel = rest(server, { useBinaryProtocol }).channels.get('room')
    await channel.publish('n', '1')
    const [first] = (await channel.history()).items
    const at = Number(first?.timestamp)
    expect((await channel.history({ start: at + 1 })).items).toEqual([])
    expect((await channel.history({ end: at - 1 })).items).toEqual([])
    expect((await channel.history({ start: at, end: at })).items).toHaveLength(1)
  })

  it('is empty for a channel nobody used', async () => {
    const channel = rest(await serve(), { useBinaryProtocol }).channels.get('nothing')
    expect((await channel.history()).items).toEqual([])
  })

  it('pages the versions of a message', async () => {
    const channel = (await connected(await serve(), { useBinaryProtocol })).channels.get('room')
    const { serials } = await channel.publish('n', '1')
    for (const data of ['2', '3']) await channel.updateMessage({ serial: serials[0], data } as never)
    const page = await channel.getMessageVersions(String(serials[0]), { limit: 2 })
    expect(page.items.map(({ data }) => data)).toEqual(['1', '2'])
    expect((await page.next())?.items.map(({ data }) => data)).toEqual(['3'])
  })
})

describe('rewind', () => {
  it('delivers the last messages in their latest state, oldest first', async () => {
    const server = await serve()
    const writer = (await connected(server)).channels.get('room')
    await fill(writer, 3)
    const { serials } = await writer.publish('n', 'a')
    await writer.appendMessage({ serial: serials[0], data: 'b' } as never)
    const reader = (await connected(server)).channels.get('room', { params: { rewind: '2' } })
    const attached = reader.whenState('attached')
    const received = await Received.on(reader)
    await received.until(({ data }) => data === 'ab')
    expect(await attached).toMatchObject({ hasBacklog: true, resumed: false })
    expect(received.messages.map(({ action, data }) => [action, data])).toEqual([
      ['message.create', '3'],
      ['message.update', 'ab'],
    ])
    await writer.appendMessage({ serial: serials[0], data: 'c' } as never)
    expect(await received.until(({ action }) => action === 'message.append')).toMatchObject({ data: 'c' })
  })

  it('goes back in time, up to a limit', async () => {
    const server = await serve()
    await fill((await connected(server)).channels.get('room'), 3)
    const reader = (await connected(server)).channels.get('room', { params: { rewind: '2m', rewindLimit: '2' } })
    const received = await Received.on(reader)
    await received.until(({ data }) => data === '3')
    expect(received.texts).toEqual(['2', '3'])
  })

  it('works from the channel name, for one channel of two', async () => {
    const server = await serve()
    const client = await connected(server)
    await fill(client.channels.get('room'), 2)
    const received = await Received.on(client.channels.get('[?rewind=1]room'))
    expect(await received.until(() => true)).toMatchObject({ data: '2' })
  })

  it('happens again on a new attach, not on new options', async () => {
    const server = await serve()
    const client = await connected(server)
    const channel = client.channels.get('room')
    await fill(channel, 2)
    const received = await Received.on(channel)
    await channel.setOptions({ params: { rewind: '1' } })
    await client.connection.ping()
    expect(received.texts).toEqual([])
    await channel.detach()
    await channel.attach()
    expect(await received.until(() => true)).toMatchObject({ data: '2' })
  })
})
