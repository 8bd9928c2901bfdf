import type { Head } from '@streamfold/core/codec'
import { frameHead } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import { createFakeClock, simulateChannel } from '@streamfold/testkit'

describe('a simulated channel', () => {
  it('streams, drops, loses continuity, reloads: five lines', () => {
    const channel = simulateChannel()
    const reader = channel.join()
    const response = channel.respond('Hello')
    reader.drop()
    response.append(', world')
    expect(reader.messages()).toMatchObject([{ text: 'Hello' }])
    reader.reconnect({ resumed: false })
    expect(reader.messages()).toMatchObject([{ text: 'Hello, world', status: 'streaming' }])
    response.append('!').end()
    reader.reload()
    expect(reader.messages()).toMatchObject([{ text: 'Hello, world!', status: 'complete' }])
  })

  it('shows the gap while history is unread, and mends it', () => {
    const channel = simulateChannel()
    const reader = channel.join({ hydrate: false })
    const response = channel.respond('a')
    reader.drop()
    response.append('b')
    reader.reconnect({ resumed: false })
    expect(reader.messages()).toMatchObject([{ text: 'a', continuity: 'gapped' }])
    reader.catchUp()
    response.append('c')
    expect(reader.messages()).toMatchObject([{ text: 'abc', continuity: 'contiguous' }])
  })

  it('delivers what waited in any style the platform may choose', () => {
    for (const style of [{}, { conflate: true }, { full: true }, { repeat: 2 }, { conflate: true, full: true, repeat: 3 }]) {
      const channel = simulateChannel()
      const reader = channel.join()
      const response = channel.respond('a')
      reader.hold()
      response.append('b').append('c').append('d')
      reader.release(style)
      expect(reader.messages()).toMatchObject([{ text: 'abcd', continuity: 'contiguous' }])
    }
  })

  it('knows of time: silence is abandoned, and a prompt is reconciled', () => {
    const channel = simulateChannel()
    const reader = channel.join()
    reader.dispatch({ type: 'prompt-sent', key: 'mine', text: 'hi', at: channel.clock.now() })
    const prompt = channel.prompt('hi', { id: 'mine' })
    channel.respond('…', { replyTo: prompt })
    channel.advance(100)
    channel.advance(70_000)
    expect(reader.messages()).toMatchObject([
      { key: 'mine', id: prompt },
      { status: 'abandoned', replyTo: prompt },
    ])
  })

  it('has people who answer calls, edit and withdraw', () => {
    const channel = simulateChannel()
    const reader = channel.join()
    const prompt = channel.prompt('Invite bob', { clientId: 'ann' })
    const heads: readonly Head[] = [
      { type: 'tool', id: 'c1', name: 'invite' },
      { type: 'input', id: 'c1', input: {} },
      { type: 'ask', id: 'c1', approval: 'a1', of: ['ann', 'bob'] },
    ]
    const headers = { status: 'waiting', format: 'parts/1' }
    const { serial: target } = channel.respond(heads.map(frameHead).join(''), { replyTo: prompt, headers })
    const first = channel.answer({ target, call: 'c1', clientId: 'bob' })
    expect(channel.answer({ target, call: 'c1', kind: 'deny', clientId: 'bob' })).toBe(first)
    channel.answer({ target, call: 'c1', kind: 'deny', clientId: 'ann' })
    const call = reader.messages()[1]?.parts[0]
    expect(call).toMatchObject({ state: 'approval-responded', approval: { approved: true, by: 'bob', late: [{ by: 'ann' }] } })
    const queued = channel.prompt('And ann', { clientId: 'ann' })
    channel.edit(queued, 'And carl')
    channel.edit(queued, 'Not me', 'bob')
    expect(reader.messages().at(-1)?.text).toBe('And carl')
    channel.withdraw(queued)
    expect(reader.messages().at(-1)?.status).toBe('deleted')
  })

  it('has a write side with the faults of a wire', async () => {
    const channel = simulateChannel()
    const reader = channel.join()
    const writer = channel.writer({ fault: ({ n }) => ([undefined, undefined, 'reject-folded', 'lose-ack'] as const)[n] })
    const headers = { role: 'assistant', status: 'streaming' }
    const { serial } = await writer.create({ text: '', headers, id: 'r' })
    expect(await writer.create({ text: '', headers, id: 'r' }).catch((error: unknown) => error)).toMatchObject({ code: 42911 })
    await expect(writer.append(serial, { text: 'b', headers })).rejects.toMatchObject({ code: 80003 })
    await writer.append(serial, { text: 'c', headers })
    expect(reader.messages()).toMatchObject([{ text: 'bc' }])
    await writer.update(serial, { text: 'abc', headers })
    expect(channel.history()).toEqual([{ id: serial, text: 'abc' }])
  })
})

it('a fake clock runs what falls due, in order, also what that plans', () => {
  const clock = createFakeClock(0)
  const seen: string[] = []
  clock.after(20, () => seen.push(`b${clock.now()}`))
  clock.after(10, () => void (seen.push(`a${clock.now()}`), clock.after(5, () => seen.push(`c${clock.now()}`))))
  const off = clock.after(12, () => seen.push('never'))
  off()
  clock.advance(15)
  expect([seen, clock.now()]).toEqual([['a10', 'c15'], 15])
  clock.advance(100)
  expect(seen).toEqual(['a10', 'c15', 'b20'])
})
