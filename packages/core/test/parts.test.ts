import type { Head } from '@streamfold/core/codec'
import { escapeBody, frameHead, RS } from '@streamfold/core/codec'
import type { ConversationEvent, MessagePart } from '@streamfold/core'
import { emptyConversation, fromJSON, normalise, reduce, selectMessage, toJSON } from '@streamfold/core'
import { describe, expect, it } from 'vitest'

type Written = readonly [Head, string?]

const framed = { role: 'assistant', status: 'streaming', format: 'parts/1' }

function dataOf(first: string, ...frames: readonly Written[]): string {
  return escapeBody(first) + frames.map(([head, body = '']) => frameHead(head) + escapeBody(body)).join('')
}

function event(action: string, data: string, version: number, more: object = {}): ConversationEvent {
  return normalise({
    serial: 's1',
    action: `message.${action}`,
    name: 'response',
    data,
    clientId: 'agent',
    timestamp: 1,
    version: { serial: `v${String(version).padStart(6, '0')}`, timestamp: version },
    extras: { headers: framed },
    ...more,
  })
}

const began: ConversationEvent[] = [
  { type: 'channel', state: 'attaching' },
  { type: 'channel', state: 'attached' },
]

function messageOf(data: string, status = 'streaming') {
  const created = event('create', data, 1, { extras: { headers: { ...framed, status } } })
  return selectMessage([...began, created].reduce(reduce, emptyConversation()), 's1')!
}

function parts(first: string, ...frames: readonly Written[]): readonly MessagePart[] {
  return messageOf(dataOf(first, ...frames)).parts
}

const search: Head = { type: 'tool', id: 'c1', name: 'search' }
const input: Written = [{ type: 'input', id: 'c1' }]

describe('parts of a message', () => {
  it('are the text alone for plain text', () => {
    expect(parts('hello')).toEqual([{ type: 'text', text: 'hello', state: 'streaming' }])
    expect(parts('')).toEqual([])
    expect(messageOf('hello', 'complete').parts).toEqual([{ type: 'text', text: 'hello', state: 'done' }])
  })

  it('have a blank line in the text where something lies between two of them, also with an empty text', () => {
    const textOf = (...frames: readonly Written[]) => messageOf(dataOf('a', ...frames)).text
    expect(textOf([{ type: 'text', id: 't' }, 'b'])).toBe('ab')
    expect(textOf([{ type: 'step' }], [{ type: 'text', id: 't' }], [{ type: 'text', id: 'u' }, 'b'])).toBe('a\n\nb')
    expect(textOf([{ type: 'text', id: 't', apart: true }], [{ type: 'more', id: 't', kind: 'text' }, 'b'])).toBe('a\n\nb')
  })

  it('have that blank line also where a text is divided behind the blanks that it begins with', () => {
    const textOf = (...frames: readonly Written[]) => messageOf(dataOf('a', [{ type: 'step' }], ...frames)).text
    expect(textOf([{ type: 'text', id: 't' }, ' b'])).toBe('a\n\n b')
    expect(textOf([{ type: 'text', id: 't' }, ' '], [{ type: 'text', id: 'u' }, 'b'])).toBe('a\n\n b')
    expect(textOf([{ type: 'text', id: 't' }, ' \n'], [{ type: 'text', id: 'u' }, ' '], [{ type: 'text', id: 'v' }, 'b'])).toBe(
      'a\n\n \n b',
    )
    expect(textOf([{ type: 'text', id: 't' }, ' '], [{ type: 'step' }], [{ type: 'text', id: 'u' }, 'b'])).toBe('a \n\nb')
  })

  it('have no more blank lines than one, wherever the line feeds are', () => {
    const textOf = (before: string, after: string) =>
      messageOf(dataOf(before, [{ type: 'step' }], [{ type: 'text' }, after])).text
    for (const [before, after] of [
      ['a', '\n\nbcd'],
      ['a\n', '\nbcd'],
      ['a\n\n', 'bcd'],
    ] as const)
      expect(textOf(before, after)).toBe('a\n\nbcd')
  })

  it('are text only if the format is another one', () => {
    const data = dataOf('a', [search])
    const created = event('create', data, 1, { extras: { headers: { ...framed, format: 'parts/2' } } })
    expect(selectMessage([created].reduce(reduce, emptyConversation()), 's1')!.text).toBe(data)
  })

  it('are reasoning, with how long it took', () => {
    const thinking: Written = [{ type: 'reasoning', provider: { anthropic: { a: 1 } } }, 'hm']
    expect(parts('', thinking)).toEqual([
      { type: 'reasoning', text: 'hm', state: 'streaming', providerMetadata: { anthropic: { a: 1 } } },
    ])
    const signed: Written = [{ type: 'end', ms: 1_200, provider: { anthropic: { signature: 'x' } } }]
    expect(parts('', thinking, signed, [{ type: 'text' }, 'so'])).toEqual([
      { type: 'reasoning', text: 'hm', state: 'done', durationMs: 1_200, providerMetadata: { anthropic: { signature: 'x' } } },
      { type: 'text', text: 'so', state: 'streaming' },
    ])
  })

  it('are a call of a tool, from its streamed input to its output', () => {
    const states = (...frames: readonly Written[]) => {
      const [part] = parts('', ...frames)
      return part && 'toolCallId' in part && [part.type, part.state, part.input, part.output, part.running ?? false]
    }
    const called: Written = [search, '{"q":"a"}']
    expect(states([search, '{"q":"a'])).toEqual(['tool-search', 'input-streaming', { q: 'a' }, undefined, false])
    expect(states(called, input)).toEqual(['tool-search', 'input-available', { q: 'a' }, undefined, false])
    const run: Written = [{ type: 'run', id: 'c1', epoch: 'e' }]
    expect(states(called, input, run)).toEqual(['tool-search', 'input-available', { q: 'a' }, undefined, true])
    const output: Written = [{ type: 'output', id: 'c1' }, '[1]']
    expect(states(called, input, run, output)).toEqual(['tool-search', 'input-available', { q: 'a' }, undefined, true])
    expect(states(called, input, run, output, [{ type: 'end' }])).toEqual([
      'tool-search',
      'output-available',
      { q: 'a' },
      [1],
      false,
    ])
  })

  it('show an input that differs from the streamed text, and one that is invalid', () => {
    expect(parts('', [search, '{}'], [{ type: 'input', id: 'c1', input: { q: 1 } }])[0]).toMatchObject({ input: { q: 1 } })
    const invalid: Written = [{ type: 'input', id: 'c1', error: 'no q' }]
    expect(parts('', [search, '{}'], invalid)[0]).toMatchObject({ state: 'output-error', errorText: 'no q' })
  })

  it('show a preliminary output, which a later one replaces', () => {
    const first: Written = [{ type: 'output', id: 'c1', preliminary: true }, '1']
    const [part] = parts('', [search, '{}'], input, first, [{ type: 'end' }])
    expect(part).toMatchObject({ state: 'output-available', output: 1, preliminary: true })
    const [next] = parts('', [search, '{}'], input, first, [{ type: 'output', id: 'c1' }, '2'], [{ type: 'end' }])
    expect(next).toMatchObject({ state: 'output-available', output: 2 })
    expect(next).not.toHaveProperty('preliminary')
    // Half of the next output does not hide the one before.
    const [half] = parts('', [search, '{}'], input, first, [{ type: 'output', id: 'c1' }, '2'])
    expect(half).toMatchObject({ state: 'output-available', output: 1, preliminary: true })
    const [failing] = parts('', [search, '{}'], input, first, [{ type: 'fault', id: 'c1' }, 'no'], [{ type: 'end' }])
    expect(failing).toMatchObject({ state: 'output-error', errorText: 'no', output: undefined })
    expect(failing).not.toHaveProperty('preliminary')
  })

  it('show why a call failed, and that a person refused it', () => {
    const fault = (denied: boolean): Written => [{ type: 'fault', id: 'c1', ...(denied && { denied }) }, 'why']
    expect(parts('', [search], fault(false), [{ type: 'end' }])[0]).toMatchObject({ state: 'output-error', errorText: 'why' })
    expect(parts('', [search], fault(true), [{ type: 'end' }])[0]).toMatchObject({ state: 'output-denied' })
  })

  it('show an approval that is requested, and who decided', () => {
    const ask: Written = [{ type: 'ask', id: 'c1', approval: 'a1', of: ['ann'], until: 5, reason: 'money' }]
    expect(parts('', [search, '{}'], input, ask)[0]).toMatchObject({
      state: 'approval-requested',
      approval: { id: 'a1', of: ['ann'], until: 5, requestReason: 'money' },
    })
    const decided: Written = [{ type: 'decided', id: 'c1', approved: false, answer: 's9', by: 'ann', reason: 'no' }]
    expect(parts('', [search, '{}'], input, ask, decided)[0]).toMatchObject({
      state: 'approval-responded',
      approval: { id: 'a1', approved: false, answer: 's9', by: 'ann', reason: 'no' },
    })
  })

  it('interleave where calls run in parallel', () => {
    const other: Head = { type: 'tool', id: 'c2', name: 'sum' }
    const [one, two] = parts(
      '',
      [search, '{"q":'],
      [other, '[1'],
      [{ type: 'more', id: 'c1' }, '"a"}'],
      [{ type: 'more', id: 'c2' }, ',2]'],
      input,
    )
    expect(one).toMatchObject({ type: 'tool-search', state: 'input-available', input: { q: 'a' } })
    expect(two).toMatchObject({ type: 'tool-sum', state: 'input-streaming', input: [1, 2] })
  })

  it('of a dynamic tool have its name beside', () => {
    const head: Head = { type: 'tool', id: 'c1', name: 'x', dynamic: true, title: 'X', providerExecuted: true }
    expect(parts('', [head])[0]).toMatchObject({ type: 'dynamic-tool', toolName: 'x', title: 'X', providerExecuted: true })
  })

  it('are sources, citations and files; text goes on behind them', () => {
    const source: Written = [{ type: 'source', id: 'u', url: 'https://a.test', title: 'A' }]
    const cite: Written = [{ type: 'cite', source: 'u', quote: 'q', start: 0, end: 2 }]
    expect(parts('so', source, cite, [{ type: 'more' }, ' it is'])).toEqual([
      { type: 'text', text: 'so it is', state: 'streaming', citations: [{ sourceId: 'u', quote: 'q', start: 0, end: 2 }] },
      { type: 'source-url', sourceId: 'u', url: 'https://a.test', title: 'A' },
    ])
    expect(
      parts(
        '',
        [{ type: 'source', id: 'd', mediaType: 'text/plain', title: 'D', filename: 'd.txt' }],
        [{ type: 'file', mediaType: 'image/png', url: 'https://a.test/i.png' }],
        [{ type: 'file', mediaType: 'image/png', url: 'https://a.test/j.png', reasoning: true }],
      ),
    ).toEqual([
      { type: 'source-document', sourceId: 'd', mediaType: 'text/plain', title: 'D', filename: 'd.txt' },
      { type: 'file', mediaType: 'image/png', url: 'https://a.test/i.png' },
      { type: 'reasoning-file', mediaType: 'image/png', url: 'https://a.test/j.png' },
    ])
  })

  it('of data are replaced in place by the same name and id', () => {
    const progress = (n: number): Written[] => [[{ type: 'data', name: 'progress', id: 'p' }, String(n)], [{ type: 'end' }]]
    expect(parts('a', ...progress(1), [{ type: 'text' }, 'b'], ...progress(2))).toEqual([
      { type: 'text', text: 'a', state: 'done' },
      { type: 'data-progress', id: 'p', data: 2, state: 'done' },
      { type: 'text', text: 'b', state: 'done' },
    ])
    const replaced: Written[] = [
      [{ type: 'data', name: 'a', id: 'p' }, '{}'],
      [{ type: 'end' }],
      [{ type: 'data', name: 'a', id: 'p' }, 'null'],
    ]
    expect(parts('', ...replaced, [{ type: 'end' }])).toEqual([{ type: 'data-a', id: 'p', data: null, state: 'done' }])
    expect(parts('', [{ type: 'data', name: 'chart' }, '{"x":[1,2'])).toEqual([
      { type: 'data-chart', data: { x: [1, 2] }, state: 'streaming' },
    ])
  })

  it('of data that are being replaced show the earlier value until the new one is complete', () => {
    const replaced: Written[] = [[{ type: 'data', name: 'chart', id: 'c' }, '[1,2]'], [{ type: 'end' }]]
    for (const body of ['', '[1', '[1,2,3]'])
      expect(parts('', ...replaced, [{ type: 'data', name: 'chart', id: 'c' }, body])[0]).toMatchObject({
        data: [1, 2],
        state: 'streaming',
      })
    const next: Written[] = [...replaced, [{ type: 'data', name: 'chart', id: 'c' }, '[1,2,3]'], [{ type: 'end' }]]
    expect(parts('', ...next)[0]).toMatchObject({ data: [1, 2, 3], state: 'done' })
    // Cut off, and ended.
    const cut = dataOf('', ...replaced, [{ type: 'data', name: 'chart', id: 'c' }, '[1,2,'])
    expect(messageOf(cut, 'failed').parts[0]).toMatchObject({ data: [1, 2], state: 'done' })
  })

  it('of data keep what arrived while another part interrupts them, and go on after it', () => {
    const chart: Written[] = [
      [{ type: 'data', name: 'chart', id: 'c' }, '{"x":[1,2'],
      [search, '{}'],
    ]
    expect(parts('', ...chart)[0]).toMatchObject({ type: 'data-chart', data: { x: [1, 2] } })
    const going: Written[] = [...chart, [{ type: 'more', id: 'c', kind: 'data' }, ',3']]
    expect(parts('', ...going)[0]).toMatchObject({ data: { x: [1, 2, 3] }, state: 'streaming' })
    const more: Written[] = [...going, [{ type: 'more', id: 'c', kind: 'data' }, ']}'], [{ type: 'end', id: 'c' }]]
    expect(parts('', ...more)[0]).toMatchObject({ data: { x: [1, 2, 3] }, state: 'done' })
  })

  it('are steps, custom content and prompts taken in', () => {
    expect(
      parts(
        '',
        [{ type: 'step' }],
        [{ type: 'custom', kind: 'a.b' }, '{"c":1}'],
        [{ type: 'end' }],
        [{ type: 'steer', serial: 's7' }],
      ),
    ).toEqual([{ type: 'step-start' }, { type: 'custom', kind: 'a.b', data: { c: 1 } }, { type: 'steering-message', id: 's7' }])
  })

  it('leave metadata to the message', () => {
    const meta = (value: object): Written[] => [[{ type: 'meta' }, JSON.stringify(value)], [{ type: 'end' }]]
    const message = messageOf(dataOf('a', ...meta({ model: 'm' }), ...meta({ tokens: 3 })))
    expect(message.metadata).toEqual({ model: 'm', tokens: 3 })
    expect(message.parts).toEqual([{ type: 'text', text: 'a', state: 'streaming' }])
  })

  it('leave metadata that are not complete to the end of the message', () => {
    const data = dataOf('a', [{ type: 'meta' }, '{"model":"m"}'])
    expect(messageOf(data).metadata).toBeUndefined()
    expect(messageOf(data, 'complete').metadata).toEqual({ model: 'm' })
  })

  it('keep the place of a text that begins behind later parts', () => {
    const source: Written = [{ type: 'source', id: 'u', url: 'https://a.test' }]
    expect(parts('', [{ type: 'text' }])).toEqual([])
    expect(parts('', [{ type: 'text' }], source).map(({ type }) => type)).toEqual(['text', 'source-url'])
    expect(parts('', [{ type: 'text' }], source, [{ type: 'more' }, 'a'])[0]).toMatchObject({ type: 'text', text: 'a' })
  })

  it('go on where they were, behind metadata', () => {
    const meta: Written[] = [[{ type: 'meta' }, '{"a":1}'], [{ type: 'end' }]]
    expect(parts('a', ...meta, [{ type: 'more' }, 'b'])).toEqual([{ type: 'text', text: 'ab', state: 'streaming' }])
    expect(parts('a', ...meta, [{ type: 'step' }])).toEqual([{ type: 'text', text: 'a', state: 'done' }, { type: 'step-start' }])
  })

  it('of text without an id go on, although another part was opened behind it', () => {
    const more: Written = [{ type: 'more', kind: 'text' }, 'b']
    expect(parts('a', [{ type: 'text', id: 't' }, 'x'], more)).toMatchObject([{ text: 'ab' }, { id: 't', text: 'x' }])
    // Its end, while another part is open.
    const provider = { google: { thoughtSignature: 's' } }
    const tool: Written[] = [[{ type: 'tool', id: 'c', name: 'n' }, '{"a":']]
    const end: Written = [{ type: 'end', kind: 'text', provider }]
    const rest: Written[] = [[{ type: 'more', id: 'c', kind: 'tool' }, '1}'], [{ type: 'input', id: 'c' }]]
    expect(parts('a', ...tool, more, ...rest, end)).toMatchObject([
      { type: 'text', text: 'ab', state: 'done', providerMetadata: provider },
      { type: 'tool-n', input: { a: 1 } },
    ])
    expect(parts('a', ...tool, end, ...rest)).toMatchObject([
      { text: 'a', state: 'done', providerMetadata: provider },
      { input: { a: 1 } },
    ])
  })

  it('the end of a part names its kind, because data may have the same id', () => {
    const thought: Written = [{ type: 'reasoning', id: 'x' }, 'hm']
    const data: Written[] = [[{ type: 'data', name: 'd', id: 'x' }, '1'], [{ type: 'end' }]]
    expect(parts('', thought, ...data, [{ type: 'end', id: 'x', kind: 'reasoning', ms: 5 }])).toMatchObject([
      { type: 'reasoning', text: 'hm', state: 'done', durationMs: 5 },
      { type: 'data-d', data: 1 },
    ])
  })

  it.each<[string, Record<string, unknown>]>([
    ['a call without an id', { type: 'tool', name: 'x' }],
    ['a call without a name', { type: 'tool', id: 'c2' }],
    ['a second call with the same id', { type: 'tool', id: 'c1', name: 'other' }],
    ['data without a name', { type: 'data', id: 'd' }],
    ['custom content without a kind', { type: 'custom', id: 'd' }],
    ['a file without a type', { type: 'file', url: 'https://a.test' }],
    ['a file without an address', { type: 'file', mediaType: 'image/png' }],
    ['a source without an id', { type: 'source', url: 'https://a.test' }],
    ['a document without a title', { type: 'source', id: 'd', mediaType: 'text/plain' }],
    ['a document without a type', { type: 'source', id: 'd', title: 'D' }],
    ['a prompt that was taken in, without its serial', { type: 'steer' }],
    ['a request without an id', { type: 'ask', id: 'c1' }],
    ['a request about an unknown call', { type: 'ask', id: 'c9', approval: 'a' }],
    ['a decision that says nothing', { type: 'decided', id: 'c1', approved: 'yes' }],
    ['a citation of no source', { type: 'cite', quote: 'a' }],
    ['a citation in an unknown text', { type: 'cite', source: 'u', of: 'c1' }],
    ['the end of an unknown part', { type: 'end', id: 'c9' }],
    ['the start of an unknown call', { type: 'run', id: 'c9' }],
  ])('are those before where a head is not complete: %s', (_, head) => {
    const before: Written[] = [[search, '{}'], input]
    expect(parts('a', ...before, [head as Head, '1'])).toEqual(parts('a', ...before))
  })

  it('have what their provider says of them, a title, and where to look', () => {
    const provider = { acme: { k: 'v' } }
    const url = 'https://a.test'
    expect(
      parts(
        '',
        [{ type: 'text', id: 't', provider }, 'a'],
        [{ type: 'file', mediaType: 'image/png', url, filename: 'f.png', alt: 'a ship', provider }],
        [{ type: 'source', id: 'u', url, provider }],
        [{ type: 'source', id: 'd', mediaType: 'text/plain', title: 'D', provider }],
        [{ type: 'custom', kind: 'k', provider }, '1'],
      ),
    ).toEqual([
      { type: 'text', id: 't', text: 'a', state: 'streaming', providerMetadata: provider },
      { type: 'file', mediaType: 'image/png', url, filename: 'f.png', alt: 'a ship', providerMetadata: provider },
      { type: 'source-url', sourceId: 'u', url, providerMetadata: provider },
      { type: 'source-document', sourceId: 'd', mediaType: 'text/plain', title: 'D', providerMetadata: provider },
      { type: 'custom', kind: 'k', data: 1, providerMetadata: provider },
    ])
    const called = { ...search, title: 'Search', metadata: { m: 1 }, provider: { acme: { of: 'call' } } } as Head
    const closed = { type: 'input', id: 'c1', provider: { acme: { of: 'input' } } } as Head
    const result = { type: 'output', id: 'c1', provider } as Head
    const [calling] = parts('', [called, '{}'])
    expect(calling).toMatchObject({ title: 'Search', toolMetadata: { m: 1 }, callProviderMetadata: { acme: { of: 'call' } } })
    expect(calling).not.toHaveProperty('resultProviderMetadata')
    expect(parts('', [called, '{}'], [closed], [result, '1'], [{ type: 'end' }])[0]).toMatchObject({
      callProviderMetadata: { acme: { of: 'input' } },
      resultProviderMetadata: provider,
    })
    const seen: Written = [{ type: 'see', id: 'c1', serial: 's9' }]
    expect(parts('', [search, '{}'], input, seen)[0]).toMatchObject({ see: 's9' })
    expect(parts('', [search, '{}'], input)[0]).not.toHaveProperty('see')
    const unsure = { type: 'fault', id: 'c1', uncertain: true } as Head
    expect(parts('', [search, '{}'], [unsure, 'lost'], [{ type: 'end' }])[0]).toMatchObject({ uncertain: true })
    expect(parts('', [search, '{}'], [unsure, 'lost'])[0]).not.toHaveProperty('uncertain')
  })

  it('cite in the text that they name, or in the last one', () => {
    const named = (id: string, body: string): Written => [{ type: 'text', id }, body]
    const cite = (more: object): Written => [{ type: 'cite', source: 'u', ...more } as Head]
    const cited = (...frames: readonly Written[]) =>
      parts('', named('t', 'a'), named('u', 'b'), ...frames).map((part) => ('citations' in part ? part.citations?.length : 0))
    expect([cited(cite({})), cited(cite({ of: 't' })), cited(cite({ of: 't' }), cite({ of: 't' }))]).toEqual([
      [0, 1],
      [1, 0],
      [2, 0],
    ])
    expect(parts('', [{ type: 'reasoning' }, 'hm'], cite({}))).toEqual(parts('', [{ type: 'reasoning' }, 'hm']))
  })

  it('leave out what is unknown, with its body', () => {
    const unknown = { type: 'hologram', id: 'h' } as unknown as Head // A later version of the format.
    expect(parts('a', [unknown, 'zzz'], [{ type: 'more' }, 'b'])).toEqual([{ type: 'text', text: 'ab', state: 'streaming' }])
    expect(parts('', [{ type: 'output', id: 'nobody' }, '1'], [{ type: 'more', id: 'nobody' }, 'x'])).toEqual([])
    expect(messageOf(`a${RS}no json\nb`).text).toBe('a')
  })

  it('of a user are text, files and data only', () => {
    const data = dataOf('a', [search], [{ type: 'file', mediaType: 'image/png', url: 'https://a.test' }])
    const prompt = event('create', data, 1, { name: 'prompt', clientId: 'ann', extras: { headers: { format: 'parts/1' } } })
    const { role, parts } = selectMessage(reduce(emptyConversation(), prompt), 's1')!
    expect([role, parts.map(({ type }) => type)]).toEqual(['user', ['text', 'file']])
  })

  it('of a continuation that is read alone show its text, and nothing of the rest', () => {
    expect(parts('', [{ type: 'more', kind: 'text' }, 'b'])).toEqual([{ type: 'text', text: 'b', state: 'streaming' }])
    expect(parts('', [{ type: 'more', kind: 'reasoning' }, 'b'], [{ type: 'text' }, 'c'])).toEqual([
      { type: 'text', text: 'c', state: 'streaming' },
    ])
  })

  it('of a response that continues in another message go on there', () => {
    const next = event('create', dataOf('', [{ type: 'more', kind: 'tool', id: 'c1' }, '"a"}'], input), 2, {
      serial: 's2',
      extras: { headers: { ...framed, continues: 's1' } },
    })
    const state = [event('create', dataOf('', [search, '{"q":']), 1), next].reduce(reduce, emptyConversation())
    expect(selectMessage(state, 's1')!.parts).toMatchObject([
      { type: 'tool-search', state: 'input-available', input: { q: 'a' } },
    ])
    expect(selectMessage(state, 's2')).toBe(selectMessage(state, 's1'))
  })

  it('are the same object while nothing of them changes', () => {
    let state = reduce(
      [...began].reduce(reduce, emptyConversation()),
      event('create', dataOf('a', [search, '{}'], input, [{ type: 'text' }]), 1),
    )
    const before = selectMessage(state, 's1')!
    state = reduce(state, event('append', 'b', 2))
    const after = selectMessage(state, 's1')!
    expect(after.parts.slice(0, 2)).toHaveLength(2)
    after.parts.slice(0, 2).forEach((part, at) => expect(part).toBe(before.parts[at]))
    const repaired = reduce(state, event('update', dataOf('a', [search, '{}'], input, [{ type: 'text' }, 'bc']), 3))
    selectMessage(repaired, 's1')!
      .parts.slice(0, 2)
      .forEach((part, at) => expect(part).toBe(before.parts[at]))
  })

  it('survive JSON', () => {
    const state = reduce(emptyConversation(), event('create', dataOf('a', [search, '{}'], input), 1))
    const json: unknown = JSON.parse(JSON.stringify(toJSON(state)))
    expect(JSON.stringify(json)).not.toContain('lineage')
    expect(selectMessage(fromJSON(json), 's1')!.parts).toEqual(selectMessage(state, 's1')!.parts)
  })
})

describe('what goes on, and what is complete', () => {
  const state = (part: MessagePart | undefined) => part && 'state' in part && part.state
  const states = (first: string, ...frames: readonly Written[]) => parts(first, ...frames).map(state)
  const text = (id: string, body: string): Written => [{ type: 'text', id }, body]
  const data = (body: string, more: object = {}): Written => [{ type: 'data', name: 'd', id: 'd', ...more }, body]
  const more = (head: object, body: string): Written => [{ type: 'more', ...head } as Head, body]
  const end = (head: object = {}): Written => [{ type: 'end', ...head }]
  const output: Written = [{ type: 'output', id: 'c1' }, '[1']
  const called: readonly Written[] = [[search, '{}'], input]

  it('a text that has an id stays open when another part starts; one without is complete', () => {
    expect(states('', text('t', 'a'), [search])).toEqual(['streaming', 'input-streaming'])
    expect(states('a', [search])).toEqual(['done', 'input-streaming'])
    expect(states('a', [{ type: 'steer', serial: 's9' }])[0]).toBe('done')
    expect(states('a', [{ type: 'meta' }, '{"a":1}'], [{ type: 'step' }])[0]).toBe('done')
    expect(states('', text('t', ''))).toEqual(['streaming'])
  })

  it('JSON is complete when text or metadata follows it', () => {
    for (const json of [data('[1]'), [{ type: 'custom', kind: 'k' }, '[1]'] as Written])
      for (const after of [[{ type: 'meta' }, '{}'] as Written, more({ kind: 'text' }, 'b')])
        expect(parts('a', json, after)[1]).toMatchObject({ data: [1] })
    expect([states('', data('[1]'))[0], states('', data('[1]'), [{ type: 'meta' }, '{}'])[0]]).toEqual(['streaming', 'done'])
    expect(states('a', data('[1]'), more({ kind: 'text' }, 'b'))[1]).toBe('done')
    expect(states('a', data('[1]'), end(), [{ type: 'meta' }, '{}'], end())[1]).toBe('done')
    expect(states('a', ...called, [{ type: 'output', id: 'c1' }, '1'], more({ kind: 'text' }, 'b'))[1]).toBe('output-available')
    expect(states('', ...called, [{ type: 'output', id: 'c1' }, '1'], more({ id: 'c1', kind: 'input' }, ''))[0]).toBe(
      'output-available',
    )
  })

  it('a result goes on until its end, under each of its names', () => {
    for (const head of [{}, { id: 'c1' }, { id: 'c1', kind: 'output' }]) {
      const half: readonly Written[] = [...called, output, more(head, ',2')]
      expect(parts('', ...half)[0]).toMatchObject({ state: 'input-available', output: undefined })
      expect(parts('', ...half, more(head, ']'), end(head))[0]).toMatchObject({ state: 'output-available', output: [1, 2] })
    }
    const fault: readonly Written[] = [...called, [{ type: 'fault', id: 'c1' }, 'no ']]
    const named = { id: 'c1', kind: 'fault' }
    expect(parts('', ...fault, more(named, 'way'), end(named))[0]).toMatchObject({ state: 'output-error', errorText: 'no way' })
    // The end of the input is not that of the result.
    expect(parts('', ...called, output, end({ id: 'c1', kind: 'tool' }), more({}, ',2]'), end())[0]).toMatchObject({
      output: [1, 2],
    })
    // A result that has not begun does not go on.
    expect(parts('', ...called, more({ id: 'c1', kind: 'output' }, '1'), end({ id: 'c1', kind: 'output' }))).toEqual(
      parts('', ...called),
    )
  })

  it('a result goes on in the message that continues the response', () => {
    for (const [kind, first, rest, shown] of [
      ['output', '[1', ',2]', { state: 'output-available', output: [1, 2] }],
      ['fault', 'no ', 'way', { state: 'output-error', errorText: 'no way' }],
    ] as const) {
      const begun = dataOf('', ...called, [{ type: kind, id: 'c1' }, first])
      const going = dataOf('', more({ id: 'c1', kind }, rest), end({ id: 'c1', kind }))
      const next = event('create', going, 2, { serial: 's2', extras: { headers: { ...framed, continues: 's1' } } })
      const one = [event('create', begun, 1), next].reduce(reduce, emptyConversation())
      expect(selectMessage(one, 's1')!.parts).toMatchObject([shown])
    }
  })

  it('an input goes on by the kind of the call or of its input, also behind what is complete', () => {
    for (const head of [{ id: 'c1' }, { id: 'c1', kind: 'tool' }, { id: 'c1', kind: 'input' }])
      expect(parts('', [search, '{"q":'], data('1'), end(), more(head, '2}'), input)[0]).toMatchObject({ input: { q: 2 } })
    // Data may have the same id.
    const same = data('[1', { id: 'c1' })
    expect(parts('', [search, '{"q":'], same, more({ id: 'c1', kind: 'input' }, '2}'), input)).toMatchObject([
      { input: { q: 2 } },
      { data: [1] },
    ])
    const thought: Written = [{ type: 'reasoning', id: 'c1' }, 'hm']
    expect(parts('', thought, [search, '{}'], more({ id: 'c1', kind: 'reasoning' }, ', so'))).toMatchObject([
      { text: 'hm, so' },
      { input: {} },
    ])
    expect(parts('', text('c1', 'a'), [search, '{}'], [{ type: 'cite', source: 'u', of: 'c1' }])[0]).toMatchObject({
      citations: [{ sourceId: 'u' }],
    })
    expect(parts('', [search, '{"q":'], same, more({ id: 'c1', kind: 'data' }, ',2]'), input)[1]).toMatchObject({ data: [1, 2] })
  })

  it('the end of one part leaves another one open, and nothing goes on behind its own end', () => {
    const two = [text('t', 'a'), [{ type: 'reasoning', id: 'r' }, 'hm'] as Written]
    expect(parts('', ...two, end({ id: 't' }), more({}, ', so'))).toMatchObject([
      { text: 'a', state: 'done' },
      { text: 'hm, so', state: 'streaming' },
    ])
    expect(parts('', text('t', 'a'), end(), more({}, 'b'))).toMatchObject([{ text: 'a', state: 'done' }])
    expect(parts('', more({ id: 'z', kind: 'text' }, 'b'))).toEqual([])
    // It is open again once there is more of it.
    expect(states('', text('t', 'a'), end(), more({ id: 't' }, ''))).toEqual(['done'])
    expect(states('', text('t', 'a'), end(), more({ id: 't' }, 'b'))).toEqual(['streaming'])
    expect(states('', data('1'), end(), more({ id: 'd', kind: 'data' }, ''))).toEqual(['streaming'])
  })

  it('text without an id is that behind which other parts were opened', () => {
    expect(parts('a', [{ type: 'reasoning' }, 'hm'], more({ kind: 'text' }, 'b'))).toMatchObject([{ text: 'ab' }, { text: 'hm' }])
    const cite: Written = [{ type: 'cite', source: 'u' }]
    expect(parts('a', [{ type: 'reasoning' }, 'hm'], cite)[0]).toMatchObject({ citations: [{ sourceId: 'u' }] })
    expect(parts('', [{ type: 'step' }], data('1'), cite)).toEqual(parts('', [{ type: 'step' }], data('1')))
  })

  it('sources do not divide a text, and files do', () => {
    const between = (...frames: readonly Written[]) => messageOf(dataOf('a', ...frames, text('t', 'b'))).text
    expect(between([{ type: 'source', id: 'u', url: 'https://a.test' }])).toBe('ab')
    expect(between([{ type: 'source', id: 'd', mediaType: 'text/plain', title: 'D' }])).toBe('ab')
    expect(between([{ type: 'file', mediaType: 'image/png', url: 'https://a.test' }])).toBe('a\n\nb')
  })

  it('data are replaced by data of the same name and id, and by nothing else', () => {
    const kinds = (...frames: readonly Written[]) => parts('', ...frames).map(({ type }) => type)
    expect(kinds(data('1'), data('2'))).toEqual(['data-d'])
    expect(kinds(data('1'), data('2', { name: 'e' }))).toEqual(['data-d', 'data-e'])
    expect(kinds(data('1'), data('2', { id: 'e' }))).toEqual(['data-d', 'data-d'])
    expect(kinds([{ type: 'tool', id: 'd', name: 'd' }, '{}'], data('2'))).toEqual(['tool-d', 'data-d'])
    const custom: Written = [{ type: 'custom', kind: 'd', id: 'd' } as Head, '1']
    expect(kinds(custom, custom)).toEqual(['custom', 'custom'])
    expect(kinds(custom, data('2'))).toEqual(['custom', 'data-d'])
  })

  it('what has another type than it should is left out', () => {
    const odd = (head: object): Written => [head as Head]
    expect(parts('', odd({ type: 'file', mediaType: 'image/png', url: 'https://a.test', filename: 7, alt: '' }))).toEqual([
      { type: 'file', mediaType: 'image/png', url: 'https://a.test' },
    ])
    const ask = odd({ type: 'ask', id: 'c1', approval: 'a', of: ['ann', 7], until: 'noon', reason: 7 })
    expect(parts('', ...called, ask)[0]).toHaveProperty('approval', { id: 'a', of: ['ann'] })
    expect(parts('', ...called, odd({ type: 'decided', id: 'c1', approved: true, at: 'noon', reason: 7 }))[0]).toHaveProperty(
      'approval',
      { id: '', approved: true },
    )
    const thought: Written = [{ type: 'reasoning' }, 'hm']
    expect(parts('', thought, odd({ type: 'end', ms: '7' }))[0]).not.toHaveProperty('durationMs')
    const provider = { acme: { k: 'v' } }
    const custom: Written = [{ type: 'custom', kind: 'k' }, '1']
    expect(parts('', custom, end({ provider }))[0]).not.toHaveProperty('providerMetadata')
  })

  it('a user may name sources, and end a part', () => {
    const provider = { acme: { k: 'v' } }
    const frames = dataOf('a', end({ kind: 'text', provider }), [{ type: 'source', id: 'u', url: 'https://a.test' }])
    const asked = event('create', frames, 1, { name: 'prompt', clientId: 'ann', extras: { headers: { format: 'parts/1' } } })
    expect(selectMessage(reduce(emptyConversation(), asked), 's1')!.parts).toEqual([
      { type: 'text', text: 'a', state: 'done', providerMetadata: provider },
      { type: 'source-url', sourceId: 'u', url: 'https://a.test' },
    ])
  })

  it('a text is complete where its response waits', () => {
    const stateIn = (status: string, format?: string) =>
      state(
        selectMessage(
          reduce(
            emptyConversation(),
            event('create', 'a', 1, { extras: { headers: { role: 'assistant', status, ...(format && { format }) } } }),
          ),
          's1',
        )!.parts[0],
      )
    for (const format of [undefined, 'parts/1'])
      expect(['streaming', 'waiting', 'complete'].map((status) => stateIn(status, format))).toEqual(['streaming', 'done', 'done'])
  })
})

describe('a part has no field of which nothing is known', () => {
  const end: Written = [{ type: 'end' }]
  const keys = (...frames: readonly Written[]) => Object.keys(parts('', ...frames)[0]!)

  it('a text, reasoning and data', () => {
    expect(keys([{ type: 'text' }, 'a'])).toEqual(['type', 'text', 'state'])
    expect(keys([{ type: 'reasoning' }, 'a'])).toEqual(['type', 'text', 'state'])
    expect(keys([{ type: 'text', id: 't' }, 'a'])).toEqual(['type', 'id', 'text', 'state'])
    expect(keys([{ type: 'data', name: 'd' }, '1'])).toEqual(['type', 'data', 'state'])
    expect(keys([{ type: 'data', name: 'd', id: 'i' }, '1'])).toEqual(['type', 'id', 'data', 'state'])
  })

  it('a call', () => {
    const bare = ['type', 'toolCallId', 'state', 'input', 'inputText', 'output']
    const called: readonly Written[] = [[search, '{}'], input]
    const fault = (more: object): Written => [{ type: 'fault', id: 'c1', ...more }, 'no']
    expect(keys(...called)).toEqual(bare)
    expect(keys(...called, [{ type: 'output', id: 'c1' }, '1'], end)).toEqual(bare)
    expect(keys(...called, fault({}), end)).toEqual([...bare, 'errorText'])
    expect(keys(...called, fault({ uncertain: true }), end)).toEqual([...bare, 'errorText', 'uncertain'])
    expect(keys(...called, fault({ uncertain: 1 }), end)).toEqual([...bare, 'errorText'])
    // A person refused it: that is no error.
    expect(keys(...called, fault({ denied: true }), end)).toEqual(bare)
    expect(keys([{ ...search, providerExecuted: false }, '{}'], input)).toEqual([...bare, 'providerExecuted'])
    expect(keys([{ ...search, providerExecuted: 'true' as never }, '{}'], input)).toEqual(bare)
    expect(keys(...called, [{ type: 'ask', id: 'c1', approval: 'a' }])).toEqual([...bare, 'approval'])
    expect(keys(...called, [{ type: 'ask', id: 'c1', approval: 'a', wants: 'output' }])).toEqual([...bare, 'wanted'])
  })

  it('a call is executed also after its approval, until it has a result', () => {
    const running = (...frames: readonly Written[]) => parts('', [search, '{}'], input, ...frames)[0]
    const asked: Written = [{ type: 'ask', id: 'c1', approval: 'a' }]
    const run: Written = [{ type: 'run', id: 'c1', epoch: 'e' }]
    expect(running(asked, run)).not.toHaveProperty('running')
    const approved = running(asked, [{ type: 'decided', id: 'c1', approved: true }], run)
    expect(approved).toMatchObject({ state: 'approval-responded', running: true })
    expect(running(run, [{ type: 'fault', id: 'c1' }, 'no'], end)).not.toHaveProperty('running')
  })
})

describe('at the end of its response', () => {
  const end: Written = [{ type: 'end' }]
  const before = (...frames: readonly Written[]) => {
    const start = [...began, event('create', dataOf('', ...frames), 1)].reduce(reduce, emptyConversation())
    const after = reduce(start, event('append', '', 2, { extras: { headers: { ...framed, status: 'complete' } } }))
    return [selectMessage(start, 's1')!.parts[0], selectMessage(after, 's1')!.parts[0]]
  }
  const output = (more: object = {}): Written => [{ type: 'output', id: 'c1', ...more }, '1']

  it.each<[string, readonly Written[]]>([
    ['a text', [[{ type: 'text', id: 't' }, 'a'], [{ type: 'end', id: 't' }]]],
    ['reasoning', [[{ type: 'reasoning' }, 'a'], end]],
    ['data', [[{ type: 'data', name: 'd' }, '1'], end]],
    ['a call with an output', [[search, '{}'], input, output(), end]],
    ['a call with an error', [[search, '{}'], input, [{ type: 'fault', id: 'c1' }, 'no'], end]],
  ])('what is complete stays the same object: %s', (_, frames) => {
    const [one, other] = before(...frames)
    expect(other).toBe(one)
  })

  it.each<[string, readonly Written[], string]>([
    ['a text', [[{ type: 'text', id: 't' }, 'a']], 'done'],
    ['data', [[{ type: 'data', name: 'd' }, '1']], 'done'],
    ['a call', [[search, '{}'], input], 'interrupted'],
    ['a call with an output that is not complete', [[search, '{}'], input, output()], 'interrupted'],
    ['a call with a preliminary output', [[search, '{}'], input, output({ preliminary: true }), end], 'interrupted'],
  ])('what is open does not stay so: %s', (_, frames, state) => {
    const [, after] = before(...frames)
    expect(after).toHaveProperty('state', state)
  })
})
