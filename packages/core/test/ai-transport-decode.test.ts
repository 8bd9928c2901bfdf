import { aiTransport, defineAiTransport } from '@streamfold/core/ai-transport'
import type { Head } from '@streamfold/core/codec'
import { frameHead, readFrames } from '@streamfold/core/codec'
import { normalise } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import { answer, asked, begun, ended, run, say, theirs } from './theirs.ts'

type Strings = Readonly<Record<string, string>>

const whole = (kind: string, data: unknown, codec: Strings = {}, transport: Strings = {}) =>
  theirs('ai-output', 's2', { ...run, stream: 'false', ...transport }, { data, codec: { kind, ...codec } })
const framesOf = (raw: unknown) => {
  const event = say(raw)
  if (!('text' in event)) return event
  const { settled, last } = readFrames(event.text)
  return [...settled, last].map(({ head, body }) => (body === '' ? [head] : [head, body]))
}
const json = JSON.stringify
const provider = { vendor: { a: 1 } }
const providerMetadata = json(provider)
const call = { toolCallId: 'c', toolName: 'look' }

describe('a message of a run becomes frames', () => {
  it.each<[string, unknown, Strings, readonly (readonly [Head, string?])[]]>([
    ['text', 'Hi', { head: json({ type: 'text' }) }, [[{ type: 'text' }, 'Hi'], [{ type: 'end' }]]],
    [
      'text',
      'Hi',
      { head: json({ type: 'text', id: 't', apart: true, provider, other: 1 }), providerMetadata: json({ vendor: { b: 2 } }) },
      [[{ type: 'text', apart: true, id: 't', provider }, 'Hi'], [{ type: 'end', id: 't', provider: { vendor: { b: 2 } } }]],
    ],
    [
      'text',
      'Hi',
      { head: json({ type: 'text', id: 7, apart: 'true', provider: 'x' }) },
      [[{ type: 'text' }, 'Hi'], [{ type: 'end' }]],
    ],
    [
      'text',
      'Hi',
      { head: json({ type: 'more', kind: 'text', id: 't' }), providerMetadata },
      [[{ type: 'more', kind: 'text' }, 'Hi'], [{ type: 'end', provider }]],
    ],
    ['frames', `${frameHead({ type: 'step' })}`, {}, [[{ type: 'step' }]]],
    ['reasoning', 'Hm', {}, [[{ type: 'reasoning' }, 'Hm'], [{ type: 'end' }]]],
    [
      'reasoning',
      'Hm',
      { providerMetadata, ms: '1200' },
      [[{ type: 'reasoning', provider }, 'Hm'], [{ type: 'end', ms: 1_200, provider }]],
    ],
    ...['', '12x', 'x12', '1.5', '-1', '1234567890123'].map(
      (ms): [string, unknown, Strings, readonly (readonly [Head, string?])[]] => [
        'reasoning',
        'Hm',
        { ms },
        [[{ type: 'reasoning' }, 'Hm'], [{ type: 'end' }]],
      ],
    ),
    ...['{', '[1]', '"a"', ''].map((broken): [string, unknown, Strings, readonly (readonly [Head, string?])[]] => [
      'reasoning',
      'Hm',
      { providerMetadata: broken },
      [[{ type: 'reasoning' }, 'Hm'], [{ type: 'end' }]],
    ]),
    ['tool-input', { q: 1 }, call, [[{ type: 'tool', id: 'c', name: 'look' }, '{"q":1}'], [{ type: 'input', id: 'c' }]]],
    [
      'tool-input',
      undefined,
      { ...call, dynamic: 'true', providerExecuted: 'true', title: 'Look', providerMetadata },
      [
        [{ type: 'tool', id: 'c', name: 'look', dynamic: true, providerExecuted: true, title: 'Look', provider }],
        [{ type: 'input', id: 'c', provider }],
      ],
    ],
    [
      'tool-input',
      'text',
      { dynamic: 'false', providerExecuted: 'false' },
      [[{ type: 'tool', id: '', name: '', providerExecuted: false }, '"text"'], [{ type: 'input', id: '' }]],
    ],
    [
      'tool-input-error',
      { errorText: 'no', input: [1] },
      call,
      [[{ type: 'tool', id: 'c', name: 'look' }, '[1]'], [{ type: 'input', id: 'c', input: [1], error: 'no' }]],
    ],
    ['tool-input-error', 'no', call, [[{ type: 'tool', id: 'c', name: 'look' }], [{ type: 'input', id: 'c', error: 'no' }]]],
    [
      'tool-input-error',
      7,
      call,
      [[{ type: 'tool', id: 'c', name: 'look' }], [{ type: 'input', id: 'c', error: 'the input is not valid' }]],
    ],
    ['tool-output-available', { output: 1 }, call, [[{ type: 'output', id: 'c' }, '1'], [{ type: 'end' }]]],
    [
      'tool-output-available',
      'text',
      { ...call, preliminary: 'true', providerMetadata },
      [[{ type: 'output', id: 'c', preliminary: true, provider }, '"text"'], [{ type: 'end' }]],
    ],
    ['tool-output-error', { errorText: 'no' }, call, [[{ type: 'fault', id: 'c' }, 'no'], [{ type: 'end' }]]],
    ['tool-output-error', 'no', { ...call, providerMetadata }, [[{ type: 'fault', id: 'c', provider }, 'no'], [{ type: 'end' }]]],
    ['tool-output-error', 7, call, [[{ type: 'fault', id: 'c' }], [{ type: 'end' }]]],
    [
      'tool-output-denied',
      '',
      call,
      [[{ type: 'decided', id: 'c', approved: false }], [{ type: 'fault', id: 'c', denied: true }], [{ type: 'end' }]],
    ],
    ['tool-approval-request', '', { ...call, approvalId: 'a' }, [[{ type: 'ask', id: 'c', approval: 'a' }]]],
    ['tool-approval-request', '', {}, [[{ type: 'ask', id: '', approval: '' }]]],
    [
      'source-url',
      'https://a.example/',
      { sourceId: 'u', title: 'A', providerMetadata },
      [[{ type: 'source', id: 'u', url: 'https://a.example/', title: 'A', provider }]],
    ],
    ['source-url', 7, { sourceId: 'u' }, [[{ type: 'source', id: 'u', url: '' }]]],
    [
      'source-document',
      '',
      { sourceId: 'u', mediaType: 'text/plain', title: 'A', filename: 'a.txt', providerMetadata },
      [[{ type: 'source', id: 'u', mediaType: 'text/plain', title: 'A', filename: 'a.txt', provider }]],
    ],
    [
      'source-document',
      '',
      { sourceId: 'u', filename: 'a.txt' },
      [[{ type: 'source', id: 'u', mediaType: '', title: 'a.txt', filename: 'a.txt' }]],
    ],
    ['source-document', '', { sourceId: 'u' }, [[{ type: 'source', id: 'u', mediaType: '', title: 'document' }]]],
    [
      'file',
      'https://a.example/',
      { mediaType: 'image/png', filename: 'a.png', alt: 'an a', providerMetadata },
      [[{ type: 'file', mediaType: 'image/png', url: 'https://a.example/', filename: 'a.png', alt: 'an a', provider }]],
    ],
    [
      'reasoning-file',
      'https://a.example/',
      { mediaType: 'image/png' },
      [[{ type: 'file', mediaType: 'image/png', url: 'https://a.example/', reasoning: true }]],
    ],
    ['start-step', 'ignored', {}, [[{ type: 'step' }]]],
    ...['start', 'finish', 'message-metadata'].map((kind): [string, unknown, Strings, readonly (readonly [Head, string?])[]] => [
      kind,
      '',
      { messageMetadata: '{"m":1}' },
      [[{ type: 'meta' }, '{"m":1}'], [{ type: 'end' }]],
    ]),
    ['data-chart', [1], {}, [[{ type: 'data', name: 'chart' }, '[1]'], [{ type: 'end' }]]],
    ['data-chart', undefined, { id: 'd', transient: 'false' }, [[{ type: 'data', name: 'chart', id: 'd' }], [{ type: 'end' }]]],
    ['data-a\nb', 1, {}, [[{ type: 'data', name: 'a\nb' }, '1'], [{ type: 'end' }]]],
  ])('%s %j %j', (kind, data, codec, expected) => {
    expect(framesOf(whole(kind, data, codec))).toEqual(expected)
  })

  it.each<[string, unknown, Strings]>([
    ['text', 'Hi', { head: json({ type: 'more', kind: 'tool' }) }],
    ['text', 'Hi', { head: json({ type: 'tool' }) }],
    ['text', 'Hi', { head: '{' }],
    ['frames', 'no frames', {}],
    ['frames', 7, {}],
    ['start', '', {}],
    ['message-metadata', '', { messageMetadata: '' }],
    ['data-', 1, {}],
    ['xdata-chart', 1, {}],
    ['data-chart', 1, { transient: 'true' }],
  ])('or is ignored: %s %j %j', (kind, data, codec) => {
    expect(say(whole(kind, data, codec))).toEqual({ type: 'ignored', reason: `${kind} is not a part`, activityOf: 'run' })
  })

  it('has the role and the status of the part, whatever the application or the transport says', () => {
    const extras = (raw: Record<string, unknown>, headers: object) => ({
      ...raw,
      extras: { ...(raw['extras'] as object), headers },
    })
    const own = { role: 'user', format: 'parts/2', status: 'failed', tenant: 'a', count: 7 }
    expect(say(extras(whole('reasoning', 'Hm'), own))).toMatchObject({
      role: 'assistant',
      phase: 'complete',
      headers: { role: 'assistant', format: 'parts/1', status: 'complete', tenant: 'a', 'run-id': 'run' },
    })
    const text = say(extras(whole('text', 'Hi'), { ...own, role: 7 }))
    expect(text).toMatchObject({ headers: { role: 'assistant', status: 'complete', tenant: 'a' } })
    for (const name of ['format', 'count']) expect(text).not.toHaveProperty(`headers.${name}`)
    expect(say(whole('reasoning', 'Hm', { finishReason: 'stop' }))).not.toHaveProperty('headers.finish')
    expect(say(whole('finish', '', { finishReason: 'stop', messageMetadata: '{}' }))).toMatchObject({
      headers: { finish: 'stop', status: 'complete' },
    })
    expect(say(begun())).toMatchObject({ headers: { role: 'assistant' } })
    expect(say(ended('complete'))).not.toHaveProperty('headers.error')
  })

  it('is no agent’s because its role is no text', () => {
    const read = (raw: object) => normalise({ ...raw, clientId: 'eve' }, { codec: aiTransport })
    const transport = { 'codec-message-id': 'm' }
    const text = theirs('ai-output', 's2', transport, { data: 'Hi', codec: { kind: 'text' } })
    const { ai } = text['extras'] as { readonly ai: { readonly transport: Strings } }
    expect(read(text)).toMatchObject({ role: 'user', text: 'Hi' })
    for (const role of [7, null, {}]) {
      expect(read({ ...text, extras: { ai, headers: { role } } })).toMatchObject({ role: 'user' })
      expect(read({ ...text, extras: { ai: { ...ai, transport: { ...transport, role } } } })).toMatchObject({ role: 'user' })
    }
  })

  it('has its place in the run', () => {
    const transport = { 'step-id': 'step', 'step-start-serial': 's1', 'codec-message-id': 'm', 'input-client-id': 'ann' }
    const placement = { group: 'run', step: 'step', promptAuthor: 'ann', name: 'm', byParent: true, mark: false, attempt: 's1' }
    for (const raw of [whole('reasoning', 'Hm', {}, transport), whole('text', 'Hi', {}, transport)])
      expect(say(raw)).toMatchObject({ fields: { placement } })
    expect(say(whole('finish', '', { finishReason: 'stop' }, transport))).toMatchObject({
      text: '',
      phase: 'streaming',
      headers: { role: 'assistant', status: 'streaming', finish: 'stop' },
      fields: { placement: { ...placement, mark: true } },
    })
    const none = { ...transport, 'input-client-id': '' }
    expect(say(whole('text', 'Hi', {}, none))).toMatchObject({ fields: { placement: { promptAuthor: undefined } } })
    expect(say(theirs('ai-step-start', 's7', run))).toMatchObject({ fields: { placement: { attempt: 's7' } } })
    expect(say(begun())).toMatchObject({ fields: { placement: { attempt: undefined } } })
    const lost = theirs('ai-output', 's2', { stream: 'false' }, { codec: { kind: 'finish', finishReason: 'stop' } })
    expect(say(lost)).toEqual({ type: 'ignored', reason: 'finish is not a part' })
  })

  const streamed = (kind: string, action: string, status: string | undefined, more: object = {}) => {
    const raw = answer(action, action === 'create' ? 's2' : 'v1', 'x', { codec: { kind, ...call } })
    const { ai } = raw['extras'] as { readonly ai: { readonly transport: Strings; readonly codec: Strings } }
    return { ...raw, extras: { ai: { ...ai, transport: { ...ai.transport, status } }, ...more } }
  }

  it('has an end when it is complete, and an input only then', () => {
    const last = (...given: Parameters<typeof streamed>) => {
      const frames = framesOf(streamed(...given)) as [Head | undefined, string?][]
      return frames.at(-1)?.[0]?.type
    }
    expect(['streaming', 'complete', 'cancelled', undefined].map((status) => last('reasoning', 'create', status))).toEqual([
      'reasoning',
      'end',
      'end',
      'end',
    ])
    expect(['streaming', 'complete', 'cancelled', undefined].map((status) => last('tool-input', 'create', status))).toEqual([
      'tool',
      'input',
      'tool',
      'input',
    ])
    expect(framesOf(streamed('tool-input', 'append', 'complete'))).toEqual([[undefined, 'x'], [{ type: 'input', id: 'c' }]])
  })

  it('has headers, unless an append repeats those of its message', () => {
    for (const kind of ['reasoning', 'text']) {
      expect(say(streamed(kind, 'append', 'streaming'))).toMatchObject({ type: 'appended', headers: undefined })
      expect(say(streamed(kind, 'append', 'complete'))).toMatchObject({ headers: { status: 'complete' }, phase: 'complete' })
      expect(say(streamed(kind, 'append', undefined))).toMatchObject({ headers: { status: 'complete' }, phase: 'complete' })
      expect(say(streamed(kind, 'create', 'streaming'))).toMatchObject({ headers: { status: 'streaming' } })
      expect(say(streamed(kind, 'append', 'streaming', { headers: { tenant: 'a' } }))).toMatchObject({
        headers: { status: 'streaming', tenant: 'a' },
      })
    }
  })
})

describe('an input of a user', () => {
  const input = (codec: Strings | undefined, transport: Strings = {}, data: unknown = '') =>
    say(theirs('ai-input', 's2', { role: 'user', ...transport }, { data, ...(codec && { codec }) }))
  const ignored = (reason: string) => ({ type: 'ignored', reason })

  it('that is no prompt is ignored', () => {
    expect(input(undefined)).toEqual(ignored('nothing known is not a prompt'))
    expect(input({ kind: 'odd', partType: 'text' })).toEqual(ignored('odd is not a prompt'))
    expect(input({ kind: 'odd' })).toEqual(ignored('odd is not a prompt'))
    expect(input({ kind: 'user-message' })).toEqual(ignored('user-message is not a prompt'))
    expect(input({ kind: 'user-message', partType: 'tool-input' })).toEqual(ignored('tool-input is not a part of a prompt'))
    expect(say(theirs('ai-cancel', 's2', {}))).toEqual(ignored('cancel without a target'))
    expect(say({ ...begun(), name: undefined })).toEqual({
      ...ignored('a message without a name is not a part'),
      activityOf: 'run',
    })
  })

  it('that answers names a call of a run', () => {
    const codec = { kind: 'tool-result', toolCallId: 'c' }
    expect(input(codec)).toEqual(ignored('tool-result names no call of a run'))
    expect(input({ kind: 'tool-result' }, { 'run-id': 'run' })).toEqual(ignored('tool-result names no call of a run'))
    expect(input(codec, { 'run-id': 'run', 'event-id': 'e' })).toMatchObject({ target: 'run', call: 'c', messageId: 'e' })
    expect(input(codec, { 'run-id': 'run' })).toMatchObject({ type: 'answer', messageId: undefined })
    const deny = { kind: 'tool-approval-response', toolCallId: 'c', reason: '' }
    expect(input(deny, { 'run-id': 'run' })).toMatchObject({ kind: 'deny', text: '{}' })
  })

  it('that is a prompt is one also of an agent, and has no format of its own', () => {
    const codec = { kind: 'user-message', partType: 'text' }
    const raw = theirs('ai-input', 's2', {}, { data: 'x', codec })
    const { ai } = raw['extras'] as { readonly ai: object }
    expect(
      say({ ...raw, clientId: 'bot', extras: { ai, headers: { format: 'parts/1', again: 's0', edits: 's0' } } }),
    ).toMatchObject({
      text: 'x',
      headers: { role: 'user' },
      fields: { format: undefined, again: undefined, edits: undefined },
    })
  })
})

it('a text of a product’s own codec may have a head that says nothing here', () => {
  const codec = defineAiTransport()
  const raw = whole('output_text', 'Hi', { head: '{}' })
  expect(normalise(raw, { agent: 'bot', codec })).toMatchObject({ text: 'Hi', role: 'assistant' })
})

describe('an answer of AI Transport is written', () => {
  const response = (headers: Strings) => ({ headers }) as never
  const draft = { id: 'e', target: 's2', call: 'c', saw: '', name: undefined, clientId: undefined }
  const write = (more: object, headers: Strings = {}) =>
    aiTransport.answer!({ ...draft, response: response(headers), kind: 'approve', text: '', ...more })

  it.each([
    ['approve', '', { kind: 'tool-approval-response', approved: 'true' }, ''],
    ['approve', '{"reason":"ok"}', { kind: 'tool-approval-response', approved: 'true', reason: 'ok' }, ''],
    ['deny', '{"reason":"no"}', { kind: 'tool-approval-response', approved: 'false', reason: 'no' }, ''],
    ['deny', '{"reason":""}', { kind: 'tool-approval-response', approved: 'false' }, ''],
    ['deny', '[]', { kind: 'tool-approval-response', approved: 'false' }, ''],
    ['output', '{"a":[1]}', { kind: 'tool-result' }, { output: { a: [1] } }],
    ['output', 'null', { kind: 'tool-result' }, { output: null }],
    ['fault', '{"error":"no"}', { kind: 'tool-result-error' }, { message: 'no' }],
    ['fault', '{}', { kind: 'tool-result-error' }, { message: '' }],
  ])('%s %s', (kind, text, codec, data) => {
    expect(write({ kind, text })).toStrictEqual({
      id: 'e',
      name: 'ai-input',
      data,
      extras: { ai: { transport: { role: 'user', 'event-id': 'e', stream: 'false' }, codec: { toolCallId: 'c', ...codec } } },
    })
  })

  it('into the run of the response, behind the message that has the call', () => {
    const transportOf = (more: object, headers: Strings) =>
      (write(more, headers).extras['ai'] as { readonly transport: Strings }).transport
    const common = { role: 'user', 'event-id': 'e', stream: 'false' }
    expect(transportOf({ clientId: 'ann' }, { 'run-id': 'run', 'codec-message-id': 'last' })).toStrictEqual({
      ...common,
      'run-id': 'run',
      'codec-message-id': 'last',
      parent: 'last',
      'run-client-id': 'ann',
    })
    expect(transportOf({ name: 'first' }, { 'codec-message-id': 'last' })).toStrictEqual({
      ...common,
      'codec-message-id': 'first',
      parent: 'first',
    })
  })

  it('and read as it was meant', () => {
    for (const [kind, text] of [
      ['approve', '{}'],
      ['deny', '{"reason":"no"}'],
      ['output', '{"a":1}'],
      ['fault', '{"error":"no"}'],
    ]) {
      const message = write({ kind, text }, { 'run-id': 'run' })
      expect(say({ ...message, serial: 's9', action: 'message.create', clientId: 'ann' })).toMatchObject({
        target: 'run',
        kind,
        text,
      })
    }
  })
})

it('a prompt that an agent’s codec names otherwise has neither files nor answers', () => {
  expect(defineAiTransport({ prompt: 'words' })).not.toHaveProperty('promptWithFiles')
  expect(defineAiTransport({ prompt: 'words' })).not.toHaveProperty('answer')
  expect(aiTransport).toMatchObject({
    presence: false,
    promptWithFiles: expect.any(Function) as unknown,
    answer: expect.any(Function) as unknown,
  })
})

it('a prompt is read in the text types of both codecs', () => {
  const codec = defineAiTransport({ prompt: 'words' })
  for (const partType of ['text', 'input_text', 'words']) {
    const extras = { ai: { transport: {}, codec: { kind: 'user-message', partType } } }
    expect(normalise(asked('s0', 'x', { extras }), { agent: 'bot', codec })).toMatchObject({ text: 'x' })
  }
  for (const partType of ['text', 'input_text'])
    expect(say(asked('s0', 'x', { extras: { ai: { transport: {}, codec: { kind: 'user-message', partType } } } }))).toMatchObject(
      { text: 'x' },
    )
  for (const kind of ['text', 'output_text', 'refusal'])
    expect(say(whole(kind, 'x'))).toMatchObject({ text: 'x', role: 'assistant' })
})
