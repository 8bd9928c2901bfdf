import { describe, expect, it } from 'vitest'
import type { Written } from './their-channel.ts'
import { channel, dataOf, expectedParts, headersOf, plain, write } from './their-channel.ts'
import { called, data, end, hm, input, look, text, traceOf } from './their-documents.ts'

it('the messages of parts name their run, their step and themselves', async () => {
  const { log } = await write(dataOf('Hi', [hm, ...called]))
  const transport = { 'run-id': 'r', 'invocation-id': 'r', 'run-client-id': '', 'input-client-id': '' }
  const part = {
    ...transport,
    role: 'assistant',
    'codec-message-id': 'r',
    'step-id': 'parts-text-1',
    'step-start-serial': 's0001',
  }
  const parts = log.filter(({ message }) => JSON.stringify(message).includes('step-id'))
  expect(parts.map(({ action, serial, message }) => [action, serial, message])).toEqual([
    [
      'message.create',
      's0003',
      {
        id: 'r-part-2-nonce',
        name: 'ai-output',
        data: '',
        extras: {
          ai: {
            transport: { ...part, stream: 'true', status: 'streaming', 'stream-id': 'part-1' },
            codec: { kind: 'reasoning', id: 'part-1' },
          },
        },
      },
    ],
    ...['Hm', ''].map((data) => [
      'message.append',
      's0003',
      {
        name: 'ai-output',
        data,
        extras: {
          ai: {
            transport: { ...part, stream: 'true', status: data === '' ? 'complete' : 'streaming', 'stream-id': 'part-1' },
            codec: { kind: 'reasoning', id: 'part-1' },
          },
        },
      },
    ]),
    [
      'message.create',
      's0004',
      {
        id: 'r-part-3-nonce',
        name: 'ai-output',
        data: { q: 1 },
        extras: {
          ai: { transport: { ...part, stream: 'false' }, codec: { kind: 'tool-input', toolCallId: 'c', toolName: 'look' } },
        },
      },
    ],
  ])
})

it('the messages of data and of results name what they are about', async () => {
  const { log } = await write(
    dataOf('', [
      [{ type: 'data', name: 'a', id: 'd' }, '{}'],
      end,
      ...data('b', '{}'),
      ...called,
      [{ type: 'fault', id: 'c' }, 'no'],
      end,
    ]),
  )
  const codecs = log.flatMap(({ message }) => {
    const { codec } = message.extras['ai'] as { readonly codec?: { readonly kind: string } }
    return codec && codec.kind !== 'text' ? [codec] : []
  })
  expect(codecs).toEqual([
    { kind: 'data-a', id: 'd' },
    { kind: 'data-b' },
    { kind: 'tool-input', toolCallId: 'c', toolName: 'look' },
    { kind: 'tool-output-error', toolCallId: 'c' },
  ])
})

describe('a response that goes on in another message', () => {
  const streaming = headersOf('streaming')
  const two = async (first: string, frames: readonly Written[], next: string, rest: readonly Written[]) => {
    const { writer, read, log } = channel()
    const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
    await writer.append(serial, { text: dataOf(first, frames), headers: streaming })
    const other = await writer.create({ id: 'r-2', text: '', headers: { ...streaming, continues: serial } })
    await writer.append(serial, { text: '', headers: headersOf('complete') })
    await writer.append(other.serial, { text: dataOf(next, rest), headers: { ...headersOf('complete'), continues: serial } })
    return { parts: read()[0]?.parts, status: read()[0]?.status, lines: traceOf(log) }
  }

  it.each<[string, string, readonly Written[], string, readonly Written[], readonly object[]]>([
    [
      'a result that is not complete is written with the rest of it',
      '',
      [...called, [{ type: 'output', id: 'c' }, '[1']],
      '',
      [[{ type: 'more', id: 'c', kind: 'output' }, ',2]'], end],
      [{ toolCallId: 'c', state: 'output-available', output: [1, 2] }],
    ],
    [
      'an input that is not complete goes on in its own message',
      '',
      [look('{"q":')],
      '',
      [[{ type: 'more', id: 'c', kind: 'tool' }, '1}'], input, [{ type: 'output', id: 'c' }, '2'], end],
      [{ toolCallId: 'c', state: 'output-available', input: { q: 1 }, output: 2 }],
    ],
    ['a text goes on', 'Hi', [], 'Ho', [], [{ text: 'HiHo', state: 'done' }]],
    [
      'reasoning is complete in the first message',
      '',
      [hm],
      '',
      [text('So')],
      [
        { type: 'reasoning', text: 'Hm', state: 'done' },
        { type: 'text', text: 'So', state: 'done' },
      ],
    ],
    [
      'data are complete in one of them',
      '',
      [[{ type: 'data', name: 'a' }, '{"a":']],
      '',
      [[{ type: 'more', kind: 'data' }, '1}'], end],
      [{ type: 'data-a', data: { a: 1 } }],
    ],
    [
      'a step behind what is shown begins one',
      'Hi',
      [],
      '',
      [[{ type: 'step' }], text('Ho')],
      [{ text: 'Hi' }, { type: 'step-start' }, { text: 'Ho' }],
    ],
  ])('%s', async (_, first, frames, next, rest, expected) => {
    const { parts, status } = await two(first, frames, next, rest)
    expect(status).toBe('complete')
    expect(parts).toMatchObject(expected)
  })

  it('has for a call whose input does not end one message, which is cut off with the response', async () => {
    const { lines } = await two('', [look('{"q":'), [{ type: 'step' }]], '', [text('So')])
    expect(lines.filter((line) => line.includes('tool-input'))).toEqual([
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":" {"toolName":"look"}',
      '+ tool-input cancelled {"toolName":"look"}',
    ])
  })
})

describe('a response that is written again', () => {
  const again = async (before: readonly Written[], after: readonly Written[], first = 'Hi', next = first) => {
    const { writer, read, log } = channel()
    const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
    await writer.append(serial, { text: dataOf(first, before), headers: headersOf('streaming') })
    const written = log.length
    await writer.update(serial, { text: dataOf(next, after), headers: headersOf('complete') })
    const names = log.slice(written).map(({ action, message }) => {
      const { codec } = message.extras['ai'] as { readonly codec?: { readonly kind: string } }
      return `${action.slice('message.'.length)} ${codec?.kind ?? message.name}`
    })
    return { names, parts: plain(read()[0]?.parts ?? []), expected: plain(expectedParts(dataOf(next, after))) }
  }
  const note: readonly Written[] = [[{ type: 'data', name: 'note' }, '{}'], end]

  it('has no other attempt where only more is written', async () => {
    for (const before of [[], [hm], called, note])
      for (const more of [[], [text('So')], [...note, text('So')]]) {
        const { names, parts, expected } = await again(before, [...before, ...more])
        expect([before, more, parts]).toEqual([before, more, expected])
        expect(names).not.toContain('create ai-step-start')
        expect(names).toContain('update text')
        expect(names.at(-1)).toBe('create ai-run-end')
      }
  })

  it('has another attempt where something else was written, of which all is written', async () => {
    for (const [before, after, first, next] of [
      [[hm], [text('So')], 'Hi', 'Hi'],
      [[hm, text('So')], [hm], 'Hi', 'Hi'],
      [called, [look('{"q":2}'), input], 'Hi', 'Hi'],
      [note, note, 'Hi', 'Ho'],
      [[hm, ...note], [[{ type: 'reasoning' }, 'Hm, or'], ...note], 'Hi', 'Hi'],
      [[look('{"q":'), [{ type: 'step' }]], [text('So')], 'Hi', 'Hi'],
    ] as const) {
      const { names, parts, expected } = await again(before, after, first, next)
      expect([before, parts]).toEqual([before, expected])
      expect(names).toContain('create ai-step-start')
    }
  })

  it('names its run and its step in the attempt', async () => {
    const { writer, log } = channel()
    const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
    await writer.append(serial, { text: dataOf('', [hm]), headers: headersOf('streaming') })
    await writer.update(serial, { text: dataOf('', [text('So')]), headers: headersOf('complete') })
    const start = log.find(({ message }) => message.name === 'ai-step-start')
    expect(start?.message.extras).toEqual({
      ai: {
        transport: { 'run-id': 'r', 'invocation-id': 'r', 'run-client-id': '', 'input-client-id': '', 'step-id': 'parts-text-1' },
      },
    })
    const of = log.flatMap(({ message }) => {
      const { transport } = message.extras['ai'] as { readonly transport: Readonly<Record<string, string>> }
      return transport['step-start-serial'] ?? []
    })
    expect([...new Set(of)]).toEqual([serial, start?.serial])
  })
})
