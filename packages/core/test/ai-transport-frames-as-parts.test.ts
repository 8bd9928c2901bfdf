import type { Headers } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import type { Stored, Written } from './their-channel.ts'
import { channel, dataOf, expectedParts, headersOf, plain, write } from './their-channel.ts'

const streaming = headersOf('streaming')
const provider = { vendor: { key: 'value' } }
const text = (body: string, id?: string): Written => [{ type: 'text', ...(id !== undefined && { id }) }, body]
const data: Written = [{ type: 'data', name: 'note' }, '1']
const custom: Written = [{ type: 'custom', kind: 'vendor.thing' }, '1']
const thought: Written = [{ type: 'reasoning' }, 'Hm']
const call: Written = [{ type: 'tool', id: 'c', name: 'look' }, '{"q":']
const input: Written = [{ type: 'input', id: 'c' }]
const output: Written = [{ type: 'output', id: 'c' }, '[1']
const moreText: Written = [{ type: 'more', kind: 'text' }, 'b']
const more = (body: string, kind = 'tool'): Written => [{ type: 'more', id: 'c', kind }, body]
const end: Written = [{ type: 'end' }]

const transportOf = ({ message }: Stored) => (message.extras['ai'] as { transport: Headers }).transport
const statusesOf = (log: readonly Stored[], of: string) =>
  log.filter(({ serial }) => serial === of).map((each) => transportOf(each)['status'])

/** A response without text so far. */
async function begun(refuses?: (n: number) => boolean) {
  const there = channel(refuses)
  const { serial } = await there.writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
  const append = (frames: readonly Written[], headers = streaming, first = '') =>
    there.writer.append(serial, { text: dataOf(first, frames), headers })
  const update = (frames: readonly Written[], first = '') =>
    there.writer.update(serial, { text: dataOf(first, frames), headers: streaming })
  return { ...there, serial, append, update }
}

/** A response that goes on in a second message. */
async function goingOn(...frames: readonly Written[]) {
  const first = await begun()
  await first.append(frames)
  const headers = { ...streaming, continues: first.serial }
  const next = await first.writer.create({ id: 'r-2', text: '', headers })
  await first.append([], headersOf('complete'))
  return {
    ...first,
    next: next.serial,
    appendNext: (...rest: readonly Written[]) => first.writer.append(next.serial, { text: dataOf('', rest), headers }),
    updateNext: (...rest: readonly Written[]) => first.writer.update(next.serial, { text: dataOf('', rest), headers }),
  }
}

describe('frames, written as messages of AI Transport, are read back', () => {
  it.each<[string, readonly Written[]]>([
    ['the end of a text behind data', [text('a', 't'), data, [{ type: 'end', id: 't', provider }]]],
    ['the end of the text without an id behind data', [text('a'), data, [{ type: 'end', kind: 'text', provider }]]],
    ['a second end', [text('a'), custom, end, [{ type: 'end', provider }]]],
    ['what follows a head without a body', [text('a'), [{ type: 'source', id: 'u', url: 'https://a.test' }, 'zzz']]],
    ['a result of a call whose input did not end', [[call[0], '{"q":1}'], output, more(']', 'output'), end]],
    ['more of a text that never began', [thought, moreText]],
  ])('%s', async (_, frames) => {
    const { read } = await write(dataOf('', frames))
    expect(plain(read()[0]!.parts)).toEqual(plain(expectedParts(dataOf('', frames))))
  })
})

describe('the messages of parts', () => {
  it('are in the order of the frames, also of a call that has a result before its input has ended', async () => {
    const { kinds } = await write(dataOf('', [[call[0], '{"q":1}'], output, end]))
    expect(kinds()).toEqual(['text', 'ai-run-start', 'tool-input', 'tool-output-available', 'ai-run-end'])
  })

  it('of a call have its id as that of their stream', async () => {
    const { append, log } = await begun()
    await append([call])
    expect(transportOf(log[2]!)).toMatchObject({ 'stream-id': 'c' })
  })

  it('begin without text, and nothing is added before there is some', async () => {
    const { append, log } = await begun()
    await append([[{ type: 'reasoning' }], [{ type: 'tool', id: 'c', name: 'look' }]])
    expect(log.map(({ action, message: { data } }) => [action, data])).toEqual([
      ['message.create', ''],
      ['message.create', undefined],
      ['message.create', ''],
      ['message.append', ''], // The end of the reasoning.
      ['message.create', ''],
      ['message.append', ''], // Of the first message, with other headers.
    ])
  })

  it('of reasoning end when text comes', async () => {
    const { append, log } = await begun()
    await append([thought, moreText])
    expect(statusesOf(log, 's0003').at(-1)).toBe('complete')
  })

  it.each<[string, string, readonly Written[], string]>([
    ['nothing', '', [], 'frames'],
    ['a text', 'One', [], 'start-step'],
    ['reasoning', '', [[{ type: 'reasoning' }]], 'start-step'],
  ])('of a step are those of their clients, unless the step is the first: behind %s', async (_, first, before, kind) => {
    const { append, kinds } = await begun()
    await append([...before, [{ type: 'step' }]], streaming, first)
    expect(kinds().at(-1)).toBe(kind)
  })

  it('get nothing behind their end', async () => {
    const { append, update, log } = await begun()
    await append([call])
    await append([], headersOf('failed'))
    await update([[call[0], '{"q":1}']])
    expect(log.map(({ message }) => message.data)).not.toContain('1}')
  })
})

describe('a response that goes on in another message', () => {
  it('ends there a result, an input or nothing at all', async () => {
    const result = await goingOn([call[0], '{}'], input, [output[0], '[1]'])
    await result.appendNext(end)
    expect(result.read()[0]?.parts).toMatchObject([{ state: 'output-available', output: [1] }])
    const called = await goingOn([call[0], '{"q":1}'])
    await called.appendNext(input)
    expect(called.read()[0]?.parts).toMatchObject([{ state: 'input-available', input: { q: 1 } }])
    const metadata = await goingOn(thought)
    await metadata.appendNext([{ type: 'meta' }, '{"a":1}'], end)
    expect(metadata.read()[0]?.metadata).toEqual({ a: 1 })
    const nothing = await goingOn(thought)
    await nothing.writer.create({ id: 'r-3', text: '', headers: { ...streaming, continues: nothing.next } })
    await expect(nothing.writer.append(nothing.next, { text: '', headers: headersOf('complete') })).resolves.toEqual({
      version: null,
    })
  })

  it('has more of its text in that message, and complete texts in the one before', async () => {
    const { appendNext, kinds, log, serial } = await goingOn([{ type: 'reasoning', id: 'x' }, 'Hm'])
    expect([statusesOf(log, serial).at(-1), statusesOf(log, 's0003').at(-1)]).toEqual(['complete', 'complete'])
    await appendNext(moreText)
    expect(kinds()).toEqual(['text', 'ai-run-start', 'reasoning', 'text'])
  })

  it('has the input of an open call as it was where another attempt at that message begins', async () => {
    const whole = [{ type: 'tool', id: 'd', name: 'look' }, '{}'] as const
    const there = await begun()
    await there.append([whole, [{ type: 'input', id: 'd' }], [{ type: 'tool', id: 'e', name: 'look' }, '{']])
    await there.append([[{ type: 'more', id: 'e', kind: 'tool' }, '}'], [{ type: 'input', id: 'e' }], call])
    const headers = { ...streaming, continues: there.serial }
    const { serial } = await there.writer.create({ id: 'r-2', text: '', headers })
    await there.append([], headersOf('complete'))
    await there.writer.append(serial, { text: dataOf('', [more('1')]), headers })
    await there.writer.update(serial, { text: dataOf('', [more('2}'), input]), headers })
    expect(there.read()[0]?.parts).toMatchObject([{ input: {} }, { input: {} }, { state: 'input-available', input: { q: 2 } }])
    expect(there.log.filter(({ action }) => action === 'message.update')).toHaveLength(2)
  })
})

describe('another attempt', () => {
  const attempts = (log: readonly Stored[]) => log.filter(({ message: { name } }) => name === 'ai-step-start').length

  it('begins once, with a text that goes on', async () => {
    const { append, update, log, serial } = await begun()
    await append([thought, [{ type: 'step' }]])
    expect(statusesOf(log, serial).at(-1)).toBe('complete')
    await update([thought], 'other')
    await update([thought], 'other')
    expect(attempts(log)).toBe(1)
    expect(statusesOf(log, serial).at(-1)).toBe('streaming')
  })

  it('is tried again if the service refused it', async () => {
    const { append, update, log, read } = await begun((n) => n === 6)
    await append([thought])
    await expect(update([], 'other')).rejects.toThrow('refused 6')
    await update([], 'other')
    expect(attempts(log)).toBe(1)
    expect(read()[0]?.parts).toMatchObject([{ text: 'other' }])
  })

  it('repairs no message of the one before, and a repair is made once', async () => {
    const updated = (log: readonly Stored[]) =>
      log.filter(({ action, serial }) => action === 'message.update' && serial === 's0003').length
    for (const [next, expected] of [
      [[[{ type: 'reasoning' }, 'Hm, so']], 1],
      [[[{ type: 'reasoning' }, 'Oh']], 0],
    ] as const) {
      const { append, update, writer, serial, log } = await begun((n) => n === 6)
      await append([thought])
      await expect(writer.append(serial, { text: ', so', headers: streaming })).rejects.toThrow('refused 6')
      await update(next)
      await update(next)
      expect(updated(log)).toBe(expected)
    }
  })
})
