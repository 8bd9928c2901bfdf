import type { Head } from '@streamfold/core/codec'
import { describe, expect, test } from 'vitest'
import type { FileContents, ReadFile } from '../src/index.ts'
import { anthropicMessages, chatMessages, modelMessages, openAIInput, openAIMessages } from '../src/index.ts'
import { assistant, conversationOf, user } from './conversation-of.ts'
import type { Written } from './conversation-of.ts'

const tool = (id: string, name: string, input: string): readonly Written[] => [
  [{ type: 'tool', id, name }, input],
  { type: 'input', id },
]
const output = (id: string, value: unknown): readonly [Head, string] => [{ type: 'output', id }, JSON.stringify(value)]
const signed: Head = { type: 'reasoning', provider: { anthropic: { signature: 'sig' } } }

/** Reasons, calls two tools at once, answers with a source. */
const run = conversationOf([
  user('weather in Paris and Rome?'),
  assistant(
    { type: 'step' },
    [signed, 'two cities'],
    { type: 'end' },
    ...tool('c1', 'weather', '{"city":"Paris"}'),
    ...tool('c2', 'weather', '{"city":"Rome"}'),
    output('c2', { degrees: 20 }),
    output('c1', 'rain'),
    { type: 'step' },
    { type: 'source', id: 'u', url: 'https://weather.test' },
    [{ type: 'text' }, 'Paris: rain, Rome: 20'],
    [{ type: 'data', name: 'chart' }, '[1]'],
  ),
  user('and tomorrow?'),
])

describe('a run with reasoning and parallel calls', () => {
  test('for the AI SDK: one assistant message with both calls, their results in the order of the calls, then the text', () => {
    expect(modelMessages(run)).toEqual([
      { role: 'user', content: 'weather in Paris and Rome?' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'two cities', providerOptions: { anthropic: { signature: 'sig' } } },
          { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: { city: 'Paris' } },
          { type: 'tool-call', toolCallId: 'c2', toolName: 'weather', input: { city: 'Rome' } },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', toolCallId: 'c1', toolName: 'weather', output: { type: 'text', value: 'rain' } },
          { type: 'tool-result', toolCallId: 'c2', toolName: 'weather', output: { type: 'json', value: { degrees: 20 } } },
        ],
      },
      { role: 'assistant', content: 'Paris: rain, Rome: 20' },
      { role: 'user', content: 'and tomorrow?' },
    ])
  })

  test('for chat completions: without the reasoning', () => {
    expect(openAIMessages(run)).toEqual([
      { role: 'user', content: 'weather in Paris and Rome?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { type: 'function', id: 'c1', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
          { type: 'function', id: 'c2', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'rain' },
      { role: 'tool', tool_call_id: 'c2', content: '{"degrees":20}' },
      { role: 'assistant', content: 'Paris: rain, Rome: 20' },
      { role: 'user', content: 'and tomorrow?' },
    ])
  })

  test('for Responses: calls, then their outputs; another provider’s reasoning is left out', () => {
    expect(openAIInput(run).slice(1, 6)).toEqual([
      { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"city":"Paris"}' },
      { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '{"city":"Rome"}' },
      { type: 'function_call_output', call_id: 'c1', output: 'rain' },
      { type: 'function_call_output', call_id: 'c2', output: '{"degrees":20}' },
      { role: 'assistant', content: 'Paris: rain, Rome: 20' },
    ])
  })

  test('for Anthropic: the thinking with its signature, and both results in one message', () => {
    expect(anthropicMessages(run).slice(1, 4)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'two cities', signature: 'sig' },
          { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Paris' } },
          { type: 'tool_use', id: 'c2', name: 'weather', input: { city: 'Rome' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: 'rain' },
          { type: 'tool_result', tool_use_id: 'c2', content: '{"degrees":20}' },
        ],
      },
      { role: 'assistant', content: 'Paris: rain, Rome: 20' },
    ])
  })

  test('for a model without tools: the texts', () => {
    expect(chatMessages(run).map(({ content }) => content)).toEqual([
      'weather in Paris and Rome?',
      'Paris: rain, Rome: 20',
      'and tomorrow?',
    ])
  })
})

/** What the model is given as the result of the only call. */
function resultOf(written: readonly Written[], status = 'complete'): unknown {
  const messages = modelMessages(conversationOf([user('a'), { ...assistant(...written), status }, user('b')]))
  const results = messages.flatMap((message) => (message.role === 'tool' ? message.content : []))
  expect(results).toHaveLength(1)
  const [result] = results
  return result?.type === 'tool-result' ? result.output : undefined
}

describe('a call', () => {
  const called = tool('c', 'send', '{"to":"ada"}')

  test.each<[string, readonly Written[], string, unknown]>([
    ['without a result, of a response that has ended', called, 'complete', /interrupted.*may have run/],
    ['whose agent died', called, 'failed', /interrupted.*may have run/],
    ['whose input was cut off', [[{ type: 'tool', id: 'c', name: 'send' }, '{"to":"ad']], 'cancelled', /interrupted/],
    ['of a response that goes on', called, 'streaming', /no result yet/],
    ['with a first result only', [...called, [{ type: 'output', id: 'c', preliminary: true }, '1']], 'complete', /interrupted/],
    ['that waits for an answer', [...called, { type: 'ask', id: 'c', approval: 'a' }], 'streaming', /no result yet/],
    ['that failed', [...called, [{ type: 'fault', id: 'c' }, 'no network'], { type: 'end' }], 'complete', /^no network$/],
    [
      'with an input that is not valid',
      [[{ type: 'tool', id: 'c', name: 'send' }, '{'], { type: 'input', id: 'c', error: 'bad' }],
      'complete',
      /^bad$/,
    ],
  ])('%s is closed with an error', (_, written, status, text) => {
    expect(resultOf(written, status)).toEqual({ type: 'error-text', value: expect.stringMatching(text as RegExp) })
  })

  test.each<[string, readonly Written[], string]>([
    ['', [{ type: 'fault', id: 'c', denied: true }, { type: 'end' }], 'The user did not allow this call.'],
    [
      ' with a reason',
      [
        { type: 'ask', id: 'c', approval: 'a' },
        { type: 'decided', id: 'c', approved: false, reason: 'not now' },
        { type: 'fault', id: 'c', denied: true },
        { type: 'end' },
      ],
      'not now',
    ],
  ])('that a person refused%s is denied', (_, written, reason) => {
    expect(resultOf([...called, ...written])).toEqual({ type: 'execution-denied', reason })
  })

  test('whose output cannot be read says that it has run', () => {
    const text = 'The tool has run. Its result is not available here.'
    expect(resultOf([...called, [{ type: 'output', id: 'c' }, '{broken'], { type: 'end' }])).toEqual({
      type: 'text',
      value: text,
    })
  })

  test('with an id that another call has gets one of its own, with its result', () => {
    const answer = (value: string) => assistant(...tool('call_1', 'get', '{}'), output('call_1', value), [{ type: 'text' }, 'ok'])
    const messages = anthropicMessages(conversationOf([user('a'), answer('first'), user('b'), answer('second'), user('c')]))
    const blocks = messages.flatMap(({ content }): readonly unknown[] => (typeof content === 'string' ? [] : content))
    for (const id of ['call_1', 'call_1_2']) expect(blocks).toContainEqual({ type: 'tool_use', id, name: 'get', input: {} })
    expect(blocks).toContainEqual({ type: 'tool_result', tool_use_id: 'call_1_2', content: 'second' })
  })

  test('has a name, an id and an input that providers accept', () => {
    const id = 'x'.repeat(50)
    const [, said] = openAIMessages(conversationOf([user('a'), assistant(...tool(id, 'server.tool/ä', '["a"]')), user('b')]))
    expect(said).toMatchObject({
      tool_calls: [{ id: `${'x'.repeat(32)}_2`, function: { name: 'server_tool__', arguments: '{"input":["a"]}' } }],
    })
  })

  test('that the provider has run is left out, and the answer remains', () => {
    const search: readonly Written[] = [
      [{ type: 'tool', id: 'w', name: 'web_search', providerExecuted: true }, '{"query":"x"}'],
      { type: 'input', id: 'w' },
      output('w', [{ type: 'web_search_result', url: 'https://a.test', title: 'A', encryptedContent: 'e', pageAge: null }]),
      [{ type: 'text' }, 'found'],
    ]
    const messages = conversationOf([user('a'), assistant(...search), user('b')])
    expect(modelMessages(messages)[1]).toEqual({ role: 'assistant', content: 'found' })
    expect(openAIInput(messages)[1]).toEqual({ role: 'assistant', content: 'found' })
    expect(modelMessages(messages, { providerTools: true })[1]?.content).toMatchObject([
      { type: 'tool-call', providerExecuted: true, toolCallId: 'w' },
      { type: 'tool-result', toolCallId: 'w' },
      { type: 'text', text: 'found' },
    ])
    expect(anthropicMessages(messages, { providerTools: true })[1]?.content).toEqual([
      { type: 'server_tool_use', id: 'w', name: 'web_search', input: { query: 'x' } },
      {
        type: 'web_search_tool_result',
        tool_use_id: 'w',
        content: [{ type: 'web_search_result', url: 'https://a.test', title: 'A', encrypted_content: 'e' }],
      },
      { type: 'text', text: 'found' },
    ])
  })
})

describe('text behind a call', () => {
  test('is of the next step, if the agent does not say where its steps begin', () => {
    const messages = conversationOf([
      user('a'),
      assistant('Let me look. ', ...tool('c', 'get', '{}'), output('c', 1), [{ type: 'text' }, 'It is 1.']),
    ])
    expect(openAIMessages(messages).map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'user: a',
      'assistant: Let me look. ',
      'tool: 1',
      'assistant: It is 1.',
    ])
  })

  test('stays before the results, if the model wrote it between two calls of one step', () => {
    const written = [
      { type: 'step' } as const,
      ...tool('c', 'get', '{}'),
      [{ type: 'text' }, 'and'] as const,
      ...tool('d', 'get', '{}'),
    ]
    const roles = modelMessages(conversationOf([user('a'), assistant(...written)])).map(({ role }) => role)
    expect(roles).toEqual(['user', 'assistant', 'tool'])
  })
})

describe('reasoning', () => {
  const answered = (...written: readonly Written[]) => conversationOf([user('a'), assistant(...written), user('b')])
  const text: Written = [{ type: 'text' }, 'ok']

  test('is left out without a signature, and if it was cut off', () => {
    expect(anthropicMessages(answered([{ type: 'reasoning' }, 'hm'], text))[1]?.content).toBe('ok')
    expect(modelMessages(answered([{ type: 'reasoning' }, 'hm'], text))[1]?.content).toBe('ok')
    expect(anthropicMessages(answered([signed, 'hm']))).toEqual([{ role: 'user', content: 'a\n\nb' }])
  })

  test.each<[string, Head, string]>([
    ['AI SDK', { type: 'reasoning', provider: { anthropic: { redactedData: 'opaque' } } }, ''],
    ['package of Anthropic', { type: 'custom', kind: 'anthropic.redacted_thinking' }, '"opaque"'],
  ])('that Anthropic redacted goes back as it came, read from the %s', (_, redacted, body) => {
    expect(anthropicMessages(answered([redacted, body], text))[1]?.content).toEqual([
      { type: 'redacted_thinking', data: 'opaque' },
      { type: 'text', text: 'ok' },
    ])
    expect(modelMessages(answered([redacted, body], text))[1]?.content).toEqual([
      { type: 'reasoning', text: '', providerOptions: { anthropic: { redactedData: 'opaque' } } },
      { type: 'text', text: 'ok' },
    ])
  })

  test('of OpenAI goes back encrypted, its summaries as one item, and by its id only if this is allowed', () => {
    const item = (summary: string, reasoningEncryptedContent: string | null): Written => [
      { type: 'reasoning', provider: { openai: { itemId: 'rs_1', reasoningEncryptedContent } } },
      summary,
    ]
    // The AI SDK gives the encrypted whole with each summary, OpenAI's own stream with the last.
    expect(openAIInput(answered(item('one', null), item('two', 'e'), text))).toEqual(
      openAIInput(answered(item('one', 'e'), item('two', 'e'), text)),
    )
    const encrypted = answered(item('one', 'e'), item('two', 'e'), text)
    expect(openAIInput(encrypted)[1]).toEqual({
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'one\n\ntwo' }],
      encrypted_content: 'e',
    })
    expect(modelMessages(encrypted)[1]?.content).toEqual([
      { type: 'reasoning', text: 'one\n\ntwo', providerOptions: { openai: { reasoningEncryptedContent: 'e' } } },
      { type: 'text', text: 'ok' },
    ])
    const stored = answered(item('one', null), text)
    expect(openAIInput(stored)[1]).toEqual({ role: 'assistant', content: 'ok' })
    expect(openAIInput(stored, { itemIds: true })[1]).toEqual({ type: 'item_reference', id: 'rs_1' })
    expect(modelMessages(stored, { itemIds: true })[1]?.content).toMatchObject([
      { providerOptions: { openai: { itemId: 'rs_1' } } },
      {},
    ])
  })
})

describe('a user’s file', () => {
  const image: Head = { type: 'file', mediaType: 'image/png', url: 'https://a.test/i.png' }
  const pdf: Head = { type: 'file', mediaType: 'application/pdf', url: 'data:application/pdf;base64,JVBERg==', filename: 'a.pdf' }
  const messages = conversationOf([user([{ type: 'text' }, 'what is it?'], image, pdf)])

  test('is in the provider’s format', () => {
    expect(modelMessages(messages)[0]?.content).toEqual([
      { type: 'text', text: 'what is it?' },
      { type: 'file', mediaType: 'image/png', data: { type: 'url', url: new URL('https://a.test/i.png') } },
      { type: 'file', mediaType: 'application/pdf', filename: 'a.pdf', data: { type: 'data', data: 'JVBERg==' } },
    ])
    expect(openAIMessages(messages)[0]?.content).toEqual([
      { type: 'text', text: 'what is it?' },
      { type: 'image_url', image_url: { url: 'https://a.test/i.png' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' } },
    ])
    expect(openAIInput(messages)[0]).toMatchObject({
      content: [
        { type: 'input_text' },
        { type: 'input_image', image_url: 'https://a.test/i.png' },
        { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' },
      ],
    })
    expect(anthropicMessages(messages)[0]?.content).toEqual([
      { type: 'text', text: 'what is it?' },
      { type: 'image', source: { type: 'url', url: 'https://a.test/i.png' } },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' }, title: 'a.pdf' },
    ])
  })

  test('has its type also where that is in capitals, or has parameters', () => {
    const contents = 'data:Application/PDF;version=1.7;base64,JVBERg=='
    const files: readonly Head[] = [
      { ...image, mediaType: 'Image/PNG; q=1' },
      { type: 'file', mediaType: 'application/pdf;version=1.7', url: contents, filename: 'a.pdf' },
    ]
    const messages = conversationOf([user([{ type: 'text' }, 'what is it?'], ...files)])
    expect(anthropicMessages(messages)[0]?.content).toEqual([
      { type: 'text', text: 'what is it?' },
      { type: 'image', source: { type: 'url', url: 'https://a.test/i.png' } },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' }, title: 'a.pdf' },
    ])
  })

  test('of which only the kind is known is passed by its address, and with the type of its contents', async () => {
    const contents: Head = { type: 'file', mediaType: 'image/*', url: 'data:image/PNG;base64,iVBORw==' }
    const messages = conversationOf([user([{ type: 'text' }, 'what is it?'], { ...image, mediaType: 'Image/*' }, contents)])
    expect(anthropicMessages(messages)[0]?.content).toEqual([
      { type: 'text', text: 'what is it?' },
      { type: 'image', source: { type: 'url', url: 'https://a.test/i.png' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' } },
    ])
    expect(modelMessages(messages)[0]?.content).toEqual([
      { type: 'text', text: 'what is it?' },
      { type: 'file', mediaType: 'image/*', data: { type: 'url', url: new URL('https://a.test/i.png') } },
      { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'iVBORw==' } },
    ])
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
    const readFile: ReadFile = () => ({ data: png, mediaType: 'image/*' })
    const given = conversationOf([user({ ...image, mediaType: 'image/*' } as Head)])
    expect((await anthropicMessages(given, { readFile }))[0]?.content).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' } },
    ])
  })

  test.each<[string, Head]>([
    ['of a type that models refuse', { type: 'file', mediaType: 'application/zip', url: 'https://a.test/a.zip', filename: 'x' }],
    [
      'at an address inside the agent’s network',
      { type: 'file', mediaType: 'image/png', url: 'http://10.0.0.1/x', filename: 'x' },
    ],
    ['at no address', { type: 'file', mediaType: 'image/png', url: 'x', filename: 'x' }],
    ['with broken contents', { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,?', filename: 'x' }],
    ['with contents of another type', { type: 'file', mediaType: 'image/png', url: 'data:text/html;base64,AAAA', filename: 'x' }],
    [
      'with contents of another kind',
      { type: 'file', mediaType: 'image/*', url: 'data:application/pdf;base64,AAAA', filename: 'x' },
    ],
    ['with contents of an unknown image', { type: 'file', mediaType: 'image/*', url: 'data:image/*;base64,AAAA', filename: 'x' }],
  ])('%s is only named, with its address', (_, file) => {
    const given = conversationOf([user([{ type: 'text' }, 'look'], file)])
    const { url } = file as { readonly url: string } // A file has one.
    const named = url.startsWith('data:') ? 'x' : `x, ${url}`
    for (const write of [modelMessages, openAIMessages, openAIInput, anthropicMessages, chatMessages])
      expect(write(given)).toEqual([{ role: 'user', content: `look\n\n(A file that cannot be shown to you: ${named})` }])
  })

  test('is named with what it shows, and is a prompt also without a text', () => {
    const given = conversationOf([user({ ...image, alt: 'A cat' } as Head)])
    const content = '(A file that cannot be shown to you: image/png, A cat, https://a.test/i.png)'
    expect(chatMessages(given)).toEqual([{ role: 'user', content }])
    expect(anthropicMessages(given, { files: () => false })).toEqual([{ role: 'user', content }])
    expect(anthropicMessages(given)).toEqual([
      { role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://a.test/i.png' } }] },
    ])
  })

  describe('that the agent reads itself', () => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1])
    const paper = new TextEncoder().encode(`%PDF-1.7${'x'.repeat(20_000)}`)
    const store: Readonly<Record<string, FileContents>> = {
      'http://files.test/i': { data: png, mediaType: 'image/png' },
      // Its author called it an image of another type than it is.
      'http://files.test/j': { data: png, mediaType: 'image/jpeg' },
      'http://files.test/p': { data: paper, mediaType: 'application/pdf' },
      'http://files.test/html': { data: new TextEncoder().encode('<html>'), mediaType: 'image/png' },
      'http://files.test/none': { data: new Uint8Array(), mediaType: 'image/png' },
      'http://files.test/text': { data: new TextEncoder().encode('text'), mediaType: 'text/plain' },
    }
    const of = (path: string, mediaType = 'image/png', filename = path): Head => ({
      type: 'file',
      mediaType,
      url: `http://files.test/${path}`,
      filename,
    })
    const given = conversationOf([user('look', of('i'), of('p', 'application/pdf', 'a.pdf'), of('j', 'image/jpeg'))])
    const readFile: ReadFile = (url) => store[url]
    const [i, p] = [Buffer.from(png).toString('base64'), Buffer.from(paper).toString('base64')]

    test('is passed with its contents, of the type that they have', async () => {
      expect(await modelMessages(given, { readFile })).toEqual([
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'file', mediaType: 'image/png', filename: 'i', data: { type: 'data', data: i } },
            { type: 'file', mediaType: 'application/pdf', filename: 'a.pdf', data: { type: 'data', data: p } },
            { type: 'file', mediaType: 'image/png', filename: 'j', data: { type: 'data', data: i } },
          ],
        },
      ])
      const png64 = `data:image/png;base64,${i}`
      const pdf64 = `data:application/pdf;base64,${p}`
      expect((await openAIMessages(given, { readFile }))[0]?.content).toEqual([
        { type: 'text', text: 'look' },
        { type: 'image_url', image_url: { url: png64 } },
        { type: 'file', file: { filename: 'a.pdf', file_data: pdf64 } },
        { type: 'image_url', image_url: { url: png64 } },
      ])
      expect(await openAIInput(given, { readFile })).toMatchObject([
        {
          content: [
            { type: 'input_text' },
            { type: 'input_image', image_url: png64 },
            { type: 'input_file', filename: 'a.pdf', file_data: pdf64 },
            { type: 'input_image', image_url: png64 },
          ],
        },
      ])
      expect((await anthropicMessages(given, { readFile }))[0]?.content).toEqual([
        { type: 'text', text: 'look' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: i } },
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: p }, title: 'a.pdf' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: i } },
      ])
    })

    test.each(['html', 'none', 'text', 'gone'])('is only named if it is none that models accept: %s', async (path) => {
      const read: ReadFile = async (url) => store[url] ?? null
      const [first] = await anthropicMessages(conversationOf([user('look', of(path))]), { readFile: read })
      expect(first?.content).toBe(`look\n\n(A file that cannot be shown to you: ${path}, http://files.test/${path})`)
    })

    test('is read once, where it is passed; all others go by their address', async () => {
      const read: string[] = []
      const messages = conversationOf([
        user('one', of('i'), of('i'), of('archive', 'application/zip'), of('secret')),
        assistant('two', of('made')),
        { ...user('three', of('withdrawn')), status: 'deleted' },
        user('four', image),
      ])
      const given = await anthropicMessages(messages, {
        files: ({ filename }) => filename !== 'secret',
        readFile: (url) => (read.push(url), store[url]),
      })
      expect(read).toEqual(['http://files.test/i', 'https://a.test/i.png'])
      expect(given.at(-1)?.content).toMatchObject([{ text: 'four' }, { source: { type: 'url', url: 'https://a.test/i.png' } }])
    })

    test('fails the input if it cannot be read', async () => {
      const readFile: ReadFile = () => Promise.reject(new Error('the disk is gone'))
      await expect(modelMessages(given, { readFile })).rejects.toThrow('the disk is gone')
    })
  })

  test('is passed if the product allows it', () => {
    const [first] = anthropicMessages(messages, { files: ({ mediaType }) => mediaType !== 'image/png' })
    expect(first?.content).toMatchObject([{ text: expect.stringContaining('cannot be shown') }, { type: 'document' }])
  })

  test('has no metadata for the provider: a user may not set the options of the agent’s request', () => {
    const given = conversationOf([
      user([{ type: 'text', provider: { anthropic: { cacheControl: { type: 'ephemeral' } } } }, 'a'], image),
    ])
    expect(JSON.stringify(modelMessages(given))).not.toContain('cacheControl')
  })
})

test('a prompt that was taken in while the agent wrote has its place in the answer', () => {
  const messages = conversationOf([
    user('one'),
    assistant('first ', { type: 'steer', serial: 's0003' }, [{ type: 'text' }, 'second']),
    user('wait'),
    user('last'),
  ])
  expect(openAIMessages(messages).map(({ role, content }) => `${role}: ${content}`)).toEqual([
    'user: one',
    'assistant: first ',
    'user: wait',
    'assistant: second',
    'user: last',
  ])
})
