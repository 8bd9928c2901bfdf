import { RS } from '@streamfold/core/codec'
import type { Headers } from '@streamfold/core'
import { aiTransportAgent } from '@streamfold/core/ai-transport'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stored, Written } from './their-channel.ts'
import { channel, dataOf, expectedParts, headersOf, plain, write } from './their-channel.ts'

/** Messages to which something was added behind their end: their clients drop it. */
function addedBehindTheEnd(log: readonly Stored[]): readonly Stored[] {
  const ended = new Set<string>()
  return log.filter(({ action, serial, message }) => {
    const { status } = (message.extras['ai'] as { transport: Headers }).transport
    const isLate = action === 'message.append' && message.data !== '' && ended.has(serial)
    if (status === 'complete' || status === 'cancelled') ended.add(serial)
    return isLate
  })
}

const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', RS, '\n', '{', '😀'), minLength: 1, maxLength: 8 })
const value = fc.oneof(text, fc.integer(), fc.constant(null), fc.record({ a: text }))
const provider = fc.option(fc.constant({ vendor: { key: 'value' } }), { nil: undefined })

/** What an agent may do one after the other. */
const acts: fc.Arbitrary<(n: number) => Written[]> = fc.oneof(
  fc.tuple(text, provider).map(([body, of]) => (n: number): Written[] => [
    [{ type: 'text', ...(of && { id: `t${n}`, provider: of }) }, body],
  ]),
  text.map((body) => (): Written[] => [[{ type: 'text' }, body], [{ type: 'end', provider: { vendor: { key: 'value' } } }]]),
  fc.tuple(text, provider).map(([body, of]) => (): Written[] => [
    [{ type: 'reasoning' }, body],
    [{ type: 'end', ms: 7, ...(of && { provider: of }) }],
  ]),
  fc
    .tuple(fc.json(), fc.constantFrom('output', 'fault', 'denied', 'error', 'nothing'), value, fc.boolean())
    .map(([input, result, output, dynamic]) => (n: number): Written[] => {
      const id = `c${n}`
      const call: Written[] = [[{ type: 'tool', id, name: 'look', ...(dynamic && { dynamic, title: 'Look' }) }, input]]
      if (result === 'error') return [...call, [{ type: 'input', id, error: 'bad', input: 1 }]]
      call.push([{ type: 'input', id }])
      if (result === 'output') call.push([{ type: 'output', id }, JSON.stringify(output)], [{ type: 'end' }])
      if (result === 'fault') call.push([{ type: 'fault', id }, 'offline'], [{ type: 'end' }])
      if (result === 'denied')
        call.push(
          [{ type: 'ask', id, approval: 'a', of: ['ann'], until: 9 }],
          [{ type: 'decided', id, approved: false, by: 'ann' }],
          [{ type: 'fault', id, denied: true }, ''],
          [{ type: 'end' }],
        )
      return call
    }),
  // Two inputs at once.
  fc.constant((n: number): Written[] => [
    [{ type: 'tool', id: `x${n}`, name: 'one' }, '{"a":'],
    [{ type: 'tool', id: `y${n}`, name: 'two' }, '{"b":'],
    [{ type: 'more', id: `x${n}`, kind: 'tool' }, '1}'],
    [{ type: 'input', id: `x${n}` }],
    [{ type: 'more', id: `y${n}`, kind: 'tool' }, '2}'],
    [{ type: 'input', id: `y${n}` }],
  ]),
  // More of the last text without an id, behind another part and behind a part of that.
  fc.tuple(text, provider).map(([body, of]) => (n: number): Written[] => [
    [{ type: 'tool', id: `z${n}`, name: 'one' }, '{"a":'],
    [{ type: 'more', kind: 'text' }, body],
    [{ type: 'more', id: `z${n}`, kind: 'tool' }, '1}'],
    [{ type: 'input', id: `z${n}` }],
    [{ type: 'end', kind: 'text', ...(of && { provider: of }) }],
  ]),
  fc.constant((): Written[] => [[{ type: 'step' }]]),
  fc.constant((): Written[] => [[{ type: 'steer', serial: 'p' }]]),
  fc.constant((n: number): Written[] => [[{ type: 'source', id: `u${n}`, url: 'https://example.com', title: 'T' }]]),
  fc.constant((n: number): Written[] => [[{ type: 'source', id: `d${n}`, mediaType: 'a/b', title: 'T', filename: 'f' }]]),
  fc
    .boolean()
    .map((reasoning) => (): Written[] => [
      [{ type: 'file', mediaType: 'a/b', url: 'https://example.com/f', filename: 'f', ...(reasoning && { reasoning }) }],
    ]),
  value.map((of) => (): Written[] => [[{ type: 'data', name: 'note' }, JSON.stringify(of)], [{ type: 'end' }]]),
  value.map((of) => (): Written[] => [[{ type: 'data', name: 'chart', id: 'same' }, JSON.stringify(of)], [{ type: 'end' }]]),
  value.map((of) => (): Written[] => [[{ type: 'custom', kind: 'vendor.thing' }, JSON.stringify(of)], [{ type: 'end' }]]),
)

const runs = fc.tuple(fc.option(text, { nil: '' }), fc.array(acts, { maxLength: 6 })).map(([first, all]) =>
  dataOf(
    first,
    all.flatMap((act, n) => act(n)),
  ),
)

describe('parts, written as a run of AI Transport', () => {
  it('are read back as the parts of the response, however its data comes', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.array(fc.nat(), { maxLength: 8 }), async (data, cuts) => {
        const { read, log } = await write(data, cuts)
        expect(addedBehindTheEnd(log)).toEqual([])
        const [message] = read()
        expect(message).toMatchObject({ status: 'complete', continuity: 'contiguous' })
        expect(plain(message!.parts)).toEqual(plain(expectedParts(data)))
      }),
      { numRuns: 500 },
    )
  })

  it('are repaired by an update, whatever was refused', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.integer({ min: 3, max: 12 }), async (data, nth) => {
        const there = channel((n) => n === nth)
        const { writer, read } = there
        const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
        const half = Math.floor(data.length / 2)
        const all = [data.slice(0, half), data.slice(half)].map((each) =>
          writer.append(serial, { text: each, headers: headersOf('streaming') }),
        )
        await Promise.allSettled([...all, writer.append(serial, { text: '', headers: headersOf('complete') })])
        const repair = () => writer.update(serial, { text: data, headers: headersOf('complete') })
        // Only one operation is refused.
        await repair().catch(repair)
        expect(plain(read()[0]!.parts)).toEqual(plain(expectedParts(data)))
        expect(read()[0]).toMatchObject({ status: 'complete' })
      }),
      { numRuns: 300 },
    )
  })

  it('are one message each; a call whose input is known at once is one too', async () => {
    const frames: Written[] = [
      [{ type: 'step' }],
      [{ type: 'reasoning' }, 'Hm'],
      [{ type: 'end', ms: 5 }],
      [{ type: 'tool', id: 'c', name: 'look' }, '{"q":1}'],
      [{ type: 'input', id: 'c' }],
      [{ type: 'output', id: 'c' }, '[1]'],
      [{ type: 'end' }],
      [{ type: 'text' }, 'Found'],
    ]
    const data = dataOf('', frames)
    const whole = await write(data)
    expect(whole.kinds()).toEqual([
      'text',
      'ai-run-start',
      'frames',
      'reasoning',
      'tool-input',
      'tool-output-available',
      'text',
      'ai-run-end',
    ])
    expect(whole.log.filter(({ message }) => JSON.stringify(message).includes('"tool-input"'))).toHaveLength(1)
    const cut = await write(data, [data.indexOf('"q"')])
    expect(cut.kinds()).toEqual(whole.kinds())
    expect(plain(cut.read()[0]!.parts)).toEqual(plain(whole.read()[0]!.parts))
    // Citations have no message of their own there.
    const cited = await write(
      dataOf('It is so', [[{ type: 'source', id: 'u', url: 'x' }], [{ type: 'cite', source: 'u', quote: 'so' }]]),
    )
    expect(cited.read()[0]?.parts[0]).toMatchObject({ text: 'It is so', citations: [{ sourceId: 'u', quote: 'so' }] })
  })

  it('with another input than the one that streamed have that in the end', async () => {
    const frames: Written[] = [
      [{ type: 'tool', id: 'c', name: 'look' }, '{"q":1}'],
      [{ type: 'input', id: 'c', input: { q: 2 } }],
    ]
    const data = dataOf('', frames)
    for (const cuts of [[], [data.length - 40]]) {
      const { read } = await write(data, cuts)
      expect(read()[0]?.parts).toMatchObject([{ input: { q: 2 } }])
    }
    const empty = await write(dataOf('', [[{ type: 'tool', id: 'c', name: 'look' }], [{ type: 'input', id: 'c', input: null }]]))
    expect(empty.read()[0]?.parts).toMatchObject([{ input: null }])
  })

  it('are cut off with the run', async () => {
    const { writer, read } = channel()
    const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
    await writer.append(serial, {
      text: dataOf('', [[{ type: 'tool', id: 'c', name: 'look' }, '{"q":']]),
      headers: headersOf('streaming'),
    })
    await writer.append(serial, { text: '', headers: { ...headersOf('failed'), error: 'overloaded' } })
    expect(read()[0]).toMatchObject({
      status: 'failed',
      error: 'overloaded',
      parts: [{ state: 'interrupted', inputText: '{"q":' }],
    })
  })

  it('written again take the place of the old ones, also of those that another writer has left', async () => {
    const first = await write(dataOf('', [[{ type: 'reasoning' }, 'old'], [{ type: 'end' }], [{ type: 'text' }, 'old too']]))
    const again = async (writer: typeof first.writer) => {
      await writer.update(first.serial, { text: '', headers: { role: 'assistant', status: 'streaming' } })
      await writer.append(first.serial, { text: 'new', headers: { role: 'assistant', status: 'streaming' } })
      await writer.append(first.serial, { text: dataOf('', [[{ type: 'step' }]]), headers: headersOf('complete') })
    }
    await again(first.writer)
    expect(first.read()[0]).toMatchObject({
      text: 'new',
      status: 'complete',
      parts: [{ type: 'text', text: 'new' }, { type: 'step-start' }],
    })
    first.headers.set(first.serial, first.read()[0]!.headers as Headers)
    const other = aiTransportAgent.respond!(first.wire)
    await again(other as typeof first.writer)
    expect(first.read()[0]).toMatchObject({ text: 'new', status: 'complete' })
    expect(first.read()[0]?.parts.map(({ type }) => type)).toEqual(['text', 'step-start'])
    // To end what another has left leaves its parts.
    const left = aiTransportAgent.respond!(first.wire)
    await left.append(first.serial, { text: '', headers: { ...headersOf('failed'), error: 'gone' } })
    expect(first.read()[0]?.parts.map(({ type }) => type)).toEqual(['text', 'step-start'])
  })

  it('go on in another message when the first is full', async () => {
    const { writer, read } = channel()
    const streaming = headersOf('streaming')
    const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
    const head: Written[] = [[{ type: 'reasoning' }, 'Hm'], [{ type: 'end' }], [{ type: 'tool', id: 'c', name: 'look' }, '{"q":']]
    await writer.append(serial, { text: dataOf('One', head), headers: streaming })
    const next = await writer.create({ id: 'r-2', text: '', headers: { ...streaming, continues: serial } })
    await writer.append(serial, { text: '', headers: headersOf('complete') })
    const rest: Written[] = [
      [{ type: 'more', id: 'c', kind: 'tool' }, '1}'],
      [{ type: 'input', id: 'c' }],
      [{ type: 'output', id: 'c' }, '2'],
      [{ type: 'end' }],
      [{ type: 'text' }, 'Two'],
    ]
    await writer.append(next.serial, { text: dataOf('', rest), headers: { ...headersOf('complete'), continues: serial } })
    expect(read()).toHaveLength(1)
    expect(read()[0]).toMatchObject({ text: 'One\n\nTwo', status: 'complete' })
    expect(read()[0]?.parts).toMatchObject([
      { type: 'text' },
      { type: 'reasoning' },
      { type: 'tool-look', state: 'output-available', input: { q: 1 }, output: 2 },
      { type: 'text', text: 'Two' },
    ])
  })
})
