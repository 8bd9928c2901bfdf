import { RS } from '@streamfold/core/codec'
import type { Headers } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import type { Stored, Written } from './their-channel.ts'
import { channel, dataOf, headersOf } from './their-channel.ts'

const streaming = headersOf('streaming')
const thought: Written = [{ type: 'reasoning' }, 'Hm']
const step: Written = [{ type: 'step' }]
const call: Written = [{ type: 'tool', id: 'c', name: 'look' }, '{"q":']

const transportOf = ({ message }: Stored) => (message.extras['ai'] as { transport: Headers }).transport
const statusesOf = (log: readonly Stored[], of: string) =>
  log.filter(({ serial }) => serial === of).map((each) => transportOf(each)['status'])
const dataIn = (log: readonly Stored[], of: string) =>
  log.filter(({ serial }) => serial === of).map(({ message }) => message.data)

/** A response without text so far. */
async function begun(refuses?: (n: number) => boolean) {
  const there = channel(refuses)
  const { serial } = await there.writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
  const append = (text: string, headers = streaming) => there.writer.append(serial, { text, headers })
  const update = (text: string, headers = streaming) => there.writer.update(serial, { text, headers })
  return { ...there, serial, append, update }
}

/** The message of a writer that is gone. */
function left(headers: Headers) {
  const there = channel()
  there.headers.set('s0', headers)
  return there
}

describe('the message that begins a response with parts', () => {
  it('gets what concerns it only, and each heartbeat', async () => {
    const { append, log, serial } = await begun()
    await append(dataOf('', [thought]))
    await append(', so')
    expect(dataIn(log, serial)).toEqual(['', ''])
    await append('')
    expect(dataIn(log, serial)).toEqual(['', '', ''])
    await append('!', { ...streaming, title: 'Weather' })
    expect(dataIn(log, serial)).toEqual(['', '', '', ''])
    expect(log.at(-1)?.message.extras['headers']).toEqual({ title: 'Weather' })
  })

  it('says that there are parts, for a writer that takes over', async () => {
    const { append, log } = await begun()
    expect(transportOf(log[0]!)).not.toHaveProperty('parts')
    await append(dataOf('a', [thought]))
    expect(transportOf(log.at(-1)!)).toMatchObject({ parts: 'true' })
  })

  it('is complete when a step begins behind it, although the response goes on', async () => {
    const { append, log, serial } = await begun()
    await append(dataOf('One', []))
    await append(dataOf('', [step]))
    expect(statusesOf(log, serial)).toEqual(['streaming', 'streaming', 'complete'])
  })

  it('has no version that is the one of its response', async () => {
    const { append, update } = await begun()
    expect(await append(dataOf('', [thought]))).toEqual({ version: null })
    expect(await update(dataOf('', [thought]))).toEqual({ version: null })
  })

  it('is published without its frames, which follow as parts', async () => {
    const { writer, log, kinds, read } = channel()
    await writer.create({ id: 'r', text: dataOf('One', [thought]), headers: streaming })
    expect(log[0]?.message.data).toBe('')
    expect(kinds()).toEqual(['text', 'ai-run-start', 'reasoning'])
    expect(read()[0]?.parts).toMatchObject([{ text: 'One' }, { text: 'Hm' }])
    const empty = channel()
    await empty.writer.create({ id: 'r', text: '', headers: streaming })
    expect(empty.log.map(({ message: { name } }) => name)).toEqual(['ai-output', 'ai-run-start'])
  })

  it('has the text that came before the first frame', async () => {
    const plain = { role: 'assistant', status: 'streaming' }
    const { append, update, kinds, read, log, serial } = await begun()
    await append('Hi', plain)
    await append(' you', plain)
    await append(dataOf('', [thought]))
    expect(read()[0]?.text).toBe('Hi you')
    expect(statusesOf(log, serial).at(-1)).toBe('streaming')
    await update(dataOf('Hi you', [thought]))
    expect(kinds()).not.toContain('ai-step-start')
    expect(read()[0]).toMatchObject({ text: 'Hi you', parts: [{ text: 'Hi you' }, { text: 'Hm' }] })
  })
})

describe('the end of a response with parts', () => {
  it('cuts off what is open if it fails', async () => {
    const { append, log } = await begun()
    await append(dataOf('', [call, [{ type: 'reasoning', id: 'x' }, 'Hm']]))
    await append('', headersOf('failed'))
    expect([statusesOf(log, 's0003').at(-1), statusesOf(log, 's0004').at(-1)]).toEqual(['cancelled', 'cancelled'])
  })

  it('has not come where no status is given, or another message goes on', async () => {
    const { append, writer, log, serial } = await begun()
    await append(dataOf('', [call]), { role: 'assistant', format: 'parts/1' })
    expect([statusesOf(log, 's0003').at(-1), statusesOf(log, serial).at(-1)]).toEqual(['streaming', 'streaming'])
    await writer.create({ id: 'r-2', text: '', headers: { ...streaming, continues: serial } })
    await append(dataOf('', [[{ type: 'text', id: 't' }, 'more']]))
    expect(log.filter((each) => transportOf(each)['status'] === 'complete')).toEqual([])
  })
})

describe('an update of a response with parts', () => {
  it('waits for the answers to what was sent before it, and repairs what was refused', async () => {
    const { append, update, read } = await begun((n) => n === 6)
    const data = dataOf('', [thought])
    await append(data)
    const results = await Promise.allSettled([append(', so'), update(`${data}, so`)])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(read()[0]?.parts).toMatchObject([{ text: 'Hm, so' }])
  })

  it('comes before the appends after it', async () => {
    const { append, update, read } = await begun()
    const data = dataOf('', [thought])
    await Promise.all([append(data), update(data), append(', so')])
    expect(read()[0]?.parts).toMatchObject([{ text: 'Hm, so' }])
  })

  it('to plain text shows its text as it is', async () => {
    const { append, update, read } = await begun()
    const text = `a${RS}{"type":"step"}\n`
    await append(dataOf('', [thought]))
    await update(text, { role: 'assistant', status: 'streaming' })
    expect(read()[0]?.text).toBe(text)
  })
})

it('an append is rejected if one of its parts was refused', async () => {
  const { append } = await begun((n) => n === 3)
  await expect(append(dataOf('', [thought]))).rejects.toThrow('refused 3')
})

describe('a writer that takes over', () => {
  it('begins another attempt where the writer before it had written parts', async () => {
    const { writer, kinds } = left({ 'run-id': 'r', 'stream-id': 'text-1', parts: 'true' })
    await writer.update('s0', { text: 'new', headers: { role: 'assistant', status: 'streaming' } })
    expect(kinds()).toContain('ai-step-start')
  })

  it('begins none where there was only text', async () => {
    for (const before of ['', 'x']) {
      const { writer, kinds } = left({ 'run-id': 'r', 'stream-id': 'text-1' })
      if (before !== '') await writer.append('s0', { text: before, headers: { role: 'assistant', status: 'streaming' } })
      await writer.update('s0', { text: dataOf('new', [thought]), headers: streaming })
      expect(kinds()).toContain('reasoning')
      expect(kinds()).not.toContain('ai-step-start')
    }
  })

  it('claims the response by its message alone, as that is when all is written', async () => {
    const rs = `${RS}{"type":"step"}\n`
    const plain = { role: 'assistant', status: 'streaming' }
    const framed = { text: dataOf('new', [thought]), headers: streaming }
    for (const [before, parts, draft, data, has] of [
      ['', undefined, framed, 'new', 'true'],
      ['', undefined, { text: rs, headers: plain }, rs, undefined],
      ['', 'true', { text: rs, headers: plain }, rs, 'true'],
      [dataOf('', [thought]), undefined, { text: rs, headers: plain }, rs, 'true'],
    ] as const) {
      const { writer, log } = left({ 'run-id': 'r', 'stream-id': 'text-1', ...(parts && { parts }) })
      if (before !== '') await writer.append('s0', { text: before, headers: streaming })
      const sent = log.length
      expect(await writer.update('s0', { ...draft, mayContinue: async () => false })).toEqual({ version: null })
      expect(log.slice(sent).map(({ action, message }) => [action, message.data])).toEqual([['message.update', data]])
      expect(transportOf(log.at(-1)!)['parts']).toBe(has)
    }
  })

  it('reads the message again after another author has it', async () => {
    const { writer, headers, log } = left({ 'run-id': 'r', 'stream-id': 'text-1' })
    const draft = { text: 'new', headers: { role: 'assistant', status: 'streaming' } }
    await writer.update('s0', { ...draft, mayContinue: async () => false })
    headers.set('s0', { 'run-id': 'other', 'stream-id': 'text-1' })
    await writer.update('s0', draft)
    expect(log.map((each) => transportOf(each)['run-id'])).toEqual(['r', 'other', 'other'])
  })
})
