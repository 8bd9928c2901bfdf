import { describe, expect, test } from 'vitest'
import type { ReadPart } from './read-parts.ts'
import { readChunks } from './read-parts.ts'

const meta = { type: 'meta' }
const step = { type: 'step' }

/** Parts without metadata, which has tests of its own. */
async function parts(...yielded: readonly unknown[]): Promise<readonly ReadPart[]> {
  const read = await readChunks(...yielded)
  expect(read.errors).toEqual([])
  return read.parts.filter(({ type }) => type !== meta.type)
}

describe('parts of the AI SDK', () => {
  const finish = { type: 'finish', finishReason: 'stop', totalUsage: { inputTokens: 3, outputTokens: 4 } }

  test('text alone is text alone, whatever is counted', async () => {
    const { chunks } = await readChunks(
      { type: 'start' },
      { type: 'start-step' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', text: 'Hel' },
      { type: 'text-delta', id: '0', text: 'lo' },
      { type: 'text-end', id: '0' },
      { type: 'finish-step', usage: { inputTokens: 3, outputTokens: 4 }, response: { modelId: 'm' } },
      finish,
    )
    expect(chunks).toEqual([
      { head: { type: 'text', id: '0' } },
      { body: 'Hel' },
      { body: 'lo' },
      { head: { type: 'end', id: '0' } },
    ])
  })

  test('data may come in pieces of its JSON text; behind another part it is written again as far as it has come', async () => {
    const data = (delta: string) => ({ type: 'data-plan', id: 'p', delta })
    const head = { type: 'data', name: 'plan', id: 'p' }
    const { chunks, errors } = await readChunks(
      data('{"a":'),
      data('[1'),
      { type: 'source', id: 'u', url: 'https://a.test' },
      data(',2'),
      'text',
      data(']}'),
    )
    expect(errors).toEqual([])
    expect(chunks).toEqual([
      { head, isStreamed: true },
      { body: '{"a":' },
      { body: '[1' },
      { head: { type: 'source', id: 'u', url: 'https://a.test' } },
      { body: ',2' },
      { head: { type: 'text' } },
      { body: 'text' },
      { head, isStreamed: true },
      { body: '{"a":[1,2]}' },
    ])
  })

  test('blocks of text stay separate, also where they alternate', async () => {
    const { chunks } = await readChunks(
      { type: 'text-start', id: 'a' },
      { type: 'text-start', id: 'b' },
      { type: 'text-delta', id: 'a', delta: 'A1' },
      { type: 'text-delta', id: 'b', delta: 'B1' },
      { type: 'text-delta', id: 'a', delta: 'A2' },
      { type: 'text-end', id: 'a' },
      { type: 'text-end', id: 'b' },
    )
    expect(chunks).toEqual([
      { head: { type: 'text', id: 'a' } },
      { head: { type: 'text', id: 'b' } },
      { body: 'A1', id: 'a' },
      { body: 'B1', id: 'b' },
      { body: 'A2', id: 'a' },
      { head: { type: 'end', id: 'a' } },
      { head: { type: 'end', id: 'b' } },
    ])
  })

  test('reasoning keeps what its provider wants to have back, whenever it comes', async () => {
    const signed = { anthropic: { signature: 'x' } }
    expect(
      await parts(
        { type: 'reasoning-start', id: 'r', providerMetadata: { openai: { itemId: 'i' } } },
        { type: 'reasoning-delta', id: 'r', text: 'hm' },
        { type: 'reasoning-delta', id: 'r', text: '', providerMetadata: signed },
        { type: 'reasoning-end', id: 'r' },
        { type: 'reasoning-start', id: 's' },
        { type: 'reasoning-end', id: 's', providerMetadata: signed },
        finish,
      ),
    ).toEqual([
      { type: 'reasoning', id: 'r', provider: { openai: { itemId: 'i' } }, body: 'hm' },
      { type: 'end', id: 'r', provider: signed },
      { type: 'reasoning', id: 's' },
      { type: 'end', id: 's', provider: signed },
    ])
  })

  const called = { toolCallId: 'c', toolName: 'weather' }
  test.each([
    [
      'its stream',
      [
        { type: 'tool-input-start', id: 'c', toolName: 'weather' },
        { type: 'tool-input-delta', id: 'c', delta: '{"city":' },
        { type: 'tool-input-delta', id: 'c', delta: '"Rome"}' },
        { type: 'tool-input-end', id: 'c' },
        { type: 'tool-call', ...called, input: { city: 'Rome' } },
        { type: 'tool-result', ...called, input: { city: 'Rome' }, output: { degrees: 3 } },
      ],
    ],
    [
      'a stream for a page',
      [
        { type: 'tool-input-start', ...called },
        { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{"city":"Rome"}' },
        { type: 'tool-input-available', ...called, input: { city: 'Rome' } },
        { type: 'tool-output-available', toolCallId: 'c', output: { degrees: 3 } },
      ],
    ],
    [
      'a stream whose inputs come at once',
      [
        { type: 'tool-call', ...called, input: { city: 'Rome' } },
        { type: 'tool-result', ...called, output: { degrees: 3 } },
      ],
    ],
    [
      'a provider',
      [
        { type: 'stream-start' },
        { type: 'tool-call', ...called, input: '{"city":"Rome"}' },
        { type: 'tool-result', ...called, result: { degrees: 3 } },
      ],
    ],
    [
      'Mastra',
      [
        { type: 'tool-call', payload: { ...called, args: { city: 'Rome' } } },
        { type: 'tool-result', payload: { ...called, result: { degrees: 3 } } },
      ],
    ],
    [
      'a run that goes on with the result of an earlier call',
      [{ type: 'tool-result', ...called, input: { city: 'Rome' }, output: { degrees: 3 } }],
    ],
  ] as const)('a call in %s', async (_, yielded) => {
    expect(await parts(...yielded, finish)).toEqual([
      { type: 'tool', id: 'c', name: 'weather', body: { city: 'Rome' } },
      { type: 'input', id: 'c' },
      { type: 'output', id: 'c', body: { degrees: 3 } },
    ])
  })

  test('an input that is refined says so; an empty one is an object', async () => {
    expect(
      await parts(
        { type: 'tool-input-start', id: 'c', toolName: 'weather' },
        { type: 'tool-input-delta', id: 'c', delta: '{"city":"rome"}' },
        { type: 'tool-call', ...called, input: { city: 'Rome' } },
        { type: 'tool-call', toolCallId: 'd', toolName: 'now', input: {} },
      ),
    ).toEqual([
      { type: 'tool', id: 'c', name: 'weather', body: { city: 'rome' } },
      { type: 'input', id: 'c', input: { city: 'Rome' } },
      { type: 'tool', id: 'd', name: 'now', body: {} },
      { type: 'input', id: 'd' },
    ])
  })

  test('an input that is streamed as text is a JSON text on the way, whatever it holds', async () => {
    expect(
      await parts(
        { type: 'tool-input-start', id: 'c', toolName: 'patch', inputEncoding: 'text' },
        { type: 'tool-input-delta', id: 'c', delta: 'a "b"\n\ud83d' },
        { type: 'tool-input-delta', id: 'c', delta: '\ude00' },
        { type: 'tool-call', toolCallId: 'c', toolName: 'patch', input: 'a "b"\n😀' },
      ),
    ).toEqual([
      { type: 'tool', id: 'c', name: 'patch', body: 'a "b"\n😀' },
      { type: 'input', id: 'c' },
    ])
  })

  test('all that is said of a call is kept', async () => {
    const provider = { openai: { itemId: 'i' } }
    expect(
      await parts(
        {
          type: 'tool-input-start',
          ...called,
          dynamic: true,
          title: 'Weather',
          providerExecuted: true,
          toolMetadata: { a: 1 },
          providerMetadata: provider,
        },
        { type: 'tool-input-available', ...called, input: {}, providerMetadata: provider },
        { type: 'tool-output-available', toolCallId: 'c', output: 1, preliminary: true },
        { type: 'tool-output-available', toolCallId: 'c', output: 2, providerMetadata: provider },
      ),
    ).toEqual([
      {
        type: 'tool',
        id: 'c',
        name: 'weather',
        dynamic: true,
        title: 'Weather',
        providerExecuted: true,
        metadata: { a: 1 },
        provider,
        body: {},
      },
      { type: 'input', id: 'c', provider },
      { type: 'output', id: 'c', preliminary: true, body: 1 },
      { type: 'output', id: 'c', provider, body: 2 },
    ])
  })

  test('two calls whose inputs alternate', async () => {
    expect(
      await parts(
        { type: 'tool-input-start', id: 'c', toolName: 'weather' },
        { type: 'tool-input-start', id: 'd', toolName: 'weather' },
        { type: 'tool-input-delta', id: 'c', delta: '{"n":' },
        { type: 'tool-input-delta', id: 'd', delta: '{"n":2' },
        { type: 'tool-input-delta', id: 'c', delta: '1}' },
        { type: 'tool-input-delta', id: 'd', delta: '}' },
      ),
    ).toEqual([
      { type: 'tool', id: 'c', name: 'weather', body: { n: 1 } },
      { type: 'tool', id: 'd', name: 'weather', body: { n: 2 } },
    ])
  })

  const failures: readonly (readonly [string, readonly unknown[], ReadPart[]])[] = [
    [
      'a tool that throws',
      [
        { type: 'tool-call', ...called, input: {} },
        { type: 'tool-error', ...called, error: new Error('sk-1234') },
      ],
      [
        { type: 'input', id: 'c' },
        { type: 'fault', id: 'c', body: 'described: ToolError' },
      ],
    ],
    [
      'an input that is wrong',
      [
        { type: 'tool-call', ...called, input: '{"ci', invalid: true, error: new Error('sk-1234') },
        { type: 'tool-error', ...called, error: 'sk-1234' },
      ],
      [
        { type: 'input', id: 'c', error: 'described: ToolError' },
        { type: 'fault', id: 'c', body: 'described: ToolError' },
      ],
    ],
    [
      'a stream for a page',
      [
        { type: 'tool-input-error', ...called, input: {}, errorText: 'sk-1234' },
        { type: 'tool-output-error', toolCallId: 'c', errorText: 'sk-1234' },
      ],
      [
        { type: 'input', id: 'c', error: 'described: ToolError' },
        { type: 'fault', id: 'c', body: 'described: ToolError' },
      ],
    ],
  ]
  test.each(failures)('a failure is a sentence for readers and an error for developers: %s', async (_, yielded, expected) => {
    const read = await readChunks(...yielded)
    expect(read.parts.slice(1)).toEqual(expected)
    expect(JSON.stringify(read.chunks)).not.toContain('sk-1234')
    expect(read.errors).toEqual(['unable to run the tool weather; sk-1234'])
  })

  test.each([
    [
      'its stream',
      [
        { type: 'tool-call', ...called, input: {} },
        { type: 'tool-approval-request', approvalId: 'a', toolCall: { ...called, input: {} }, reason: 'it costs money' },
        { type: 'tool-approval-response', approvalId: 'a', toolCall: called, approved: false, reason: 'too much' },
        { type: 'tool-output-denied', ...called },
      ],
    ],
    [
      'a stream for a page',
      [
        { type: 'tool-input-available', ...called, input: {} },
        { type: 'tool-approval-request', approvalId: 'a', toolCallId: 'c', reason: 'it costs money' },
        { type: 'tool-approval-response', approvalId: 'a', approved: false, reason: 'too much' },
        { type: 'tool-output-denied', toolCallId: 'c' },
      ],
    ],
  ] as const)('an approval in %s', async (_, yielded) => {
    expect(await parts(...yielded)).toEqual([
      { type: 'tool', id: 'c', name: 'weather', body: {} },
      { type: 'input', id: 'c' },
      { type: 'ask', id: 'c', approval: 'a', reason: 'it costs money' },
      { type: 'decided', id: 'c', approved: false, reason: 'too much' },
      { type: 'fault', id: 'c', denied: true, body: 'too much' },
    ])
  })

  test('sources and what they support', async () => {
    expect(
      await parts(
        { type: 'text-start', id: '0' },
        { type: 'source', sourceType: 'url', id: 's', url: 'https://a.test', title: 'A' },
        { type: 'text-delta', id: '0', text: 'Hello' },
        { type: 'source-document', sourceId: 'd', mediaType: 'application/pdf', title: 'D', filename: 'd.pdf' },
        {
          type: 'text-end',
          id: '0',
          citations: [
            {
              source: { type: 'source', sourceType: 'url', id: 's', url: 'https://a.test', title: 'A' },
              startIndex: 0,
              endIndex: 5,
              citedText: 'q',
            },
          ],
        },
      ),
    ).toEqual([
      { type: 'text', id: '0', body: 'Hello' },
      { type: 'source', id: 's', url: 'https://a.test', title: 'A' },
      { type: 'source', id: 'd', mediaType: 'application/pdf', title: 'D', filename: 'd.pdf' },
      { type: 'cite', source: 's', quote: 'q', start: 0, end: 5 },
      { type: 'end', id: '0' },
    ])
  })

  test('files, with their address or with their bytes', async () => {
    const url = 'data:image/png;base64,AQID'
    expect(
      await parts(
        { type: 'file', url: 'https://a.test/a.png', mediaType: 'image/png' },
        { type: 'file', file: { base64: 'AQID', mediaType: 'image/png' } },
        { type: 'reasoning-file', file: { base64: 'AQID', mediaType: 'image/png' }, providerMetadata: { google: { s: 'x' } } },
        { type: 'file', mediaType: 'image/png', data: new Uint8Array([1, 2, 3]) },
        { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AQID' } },
      ),
    ).toEqual([
      { type: 'file', mediaType: 'image/png', url: 'https://a.test/a.png' },
      { type: 'file', mediaType: 'image/png', url },
      { type: 'file', mediaType: 'image/png', url, reasoning: true, provider: { google: { s: 'x' } } },
      { type: 'file', mediaType: 'image/png', url },
      { type: 'file', mediaType: 'image/png', url },
    ])
  })

  test('data of the product, content of one provider, metadata', async () => {
    const read = await readChunks(
      { type: 'start', messageMetadata: { at: 1 } },
      { type: 'data-chart', id: 'x', data: { rows: [1] } },
      { type: 'data-chart', id: 'x', data: { rows: [1, 2] } },
      { type: 'data-note', data: 'n' },
      { type: 'custom', kind: 'openai.compaction', providerMetadata: { openai: { itemId: 'i' } } },
      { type: 'message-metadata', messageMetadata: { model: 'm' } },
      { type: 'data-toast', data: 'gone', transient: true },
      { type: 'data-toast', data: 'gone', transient: true },
    )
    expect(read.parts).toEqual([
      { type: 'meta', body: { at: 1 } },
      { type: 'data', name: 'chart', id: 'x', body: { rows: [1] } },
      { type: 'data', name: 'chart', id: 'x', body: { rows: [1, 2] } },
      { type: 'data', name: 'note', body: 'n' },
      { type: 'custom', kind: 'openai.compaction', provider: { openai: { itemId: 'i' } } },
      { type: 'meta', body: { model: 'm' } },
    ])
    expect(read.errors).toEqual([expect.stringMatching(/"toast" is transient/)])
  })

  test('steps, with the same ids in each, and what they cost together', async () => {
    const one = (output: string) => [
      { type: 'start-step' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', text: 'Wait.' },
      { type: 'text-end', id: '0' },
      { type: 'tool-call', ...called, input: {} },
      { type: 'tool-result', ...called, output },
      { type: 'finish-step', usage: { inputTokens: 10, outputTokens: 2 }, response: { modelId: 'm' } },
    ]
    const { parts: read } = await readChunks({ type: 'start' }, ...one('a'), ...one('b'), finish)
    const text = [
      { type: 'text', id: '0', body: 'Wait.' },
      { type: 'end', id: '0' },
    ]
    expect(read).toEqual([
      ...text,
      { type: 'tool', id: 'c', name: 'weather', body: {} },
      { type: 'input', id: 'c' },
      { type: 'output', id: 'c', body: 'a' },
      step,
      ...text,
      { type: 'tool', id: 'c-2', name: 'weather', body: {} },
      { type: 'input', id: 'c-2' },
      { type: 'output', id: 'c-2', body: 'b' },
      { type: 'meta', body: { model: 'm', usage: { inputTokens: 20, outputTokens: 4 } } },
    ])
  })

  test('a step that is reset is reported, because its parts stay', async () => {
    const read = await readChunks({ type: 'text-delta', id: '0', delta: 'Half' }, { type: 'reset-step' })
    expect(read.errors).toEqual([expect.stringMatching(/reset/)])
  })

  test('what cannot be written as JSON is reported', async () => {
    const read = await readChunks({ type: 'tool-result', ...called, input: {}, output: 1n })
    expect(read.parts.at(-1)).toEqual({ type: 'output', id: 'c', body: null })
    expect(read.errors).toEqual([expect.stringMatching(/output of the tool weather is no JSON/)])
  })
})

describe('halves of characters wait for their other halves, each in its part', () => {
  test('a half alone, by which its part goes on', async () => {
    expect(
      await parts(
        { type: 'tool-input-start', id: 'c', toolName: 't' },
        { type: 'tool-input-delta', id: 'c', delta: '"' },
        { type: 'data-chart', data: 1 },
        { type: 'tool-input-delta', id: 'c', delta: '\ud83d' },
        { type: 'tool-input-delta', id: 'c', delta: '\ude00"' },
      ),
    ).toEqual([
      { type: 'tool', id: 'c', name: 't', body: '😀' },
      { type: 'data', name: 'chart', body: 1 },
    ])
  })
  test('text, a call, text', async () => {
    expect(
      await parts(
        { type: 'text-delta', id: '0', text: 'a\ud83d' },
        { type: 'tool-input-start', id: 'c', toolName: 't' },
        { type: 'tool-input-delta', id: 'c', delta: '"\ud83d' },
        { type: 'text-delta', id: '0', text: 'b' },
        { type: 'tool-input-delta', id: 'c', delta: '\ude00"' },
      ),
    ).toEqual([
      { type: 'text', id: '0', body: 'a\ufffdb' },
      { type: 'tool', id: 'c', name: 't', body: '😀' },
    ])
  })
})

describe('parts of chat completions and of those that speak alike', () => {
  const chunk = (delta: object, finish_reason: string | null = null, id = 'c1') => ({
    id,
    choices: [{ index: 0, delta, finish_reason }],
  })
  const end = chunk({}, 'stop')
  const calls = chunk({}, 'tool_calls')

  test.each([
    { reasoning_content: 'hm' },
    { reasoning: 'hm' },
    { thinking: 'hm' },
    { reasoning_text: 'hm' },
    { reasoning: { content: 'hm' } },
    { reasoning: '', reasoning_content: 'hm' },
    { reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] },
    { reasoning_details: [{ type: 'reasoning.summary', summary: 'hm' }] },
    { thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 's' }] },
    { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] },
  ])('reasoning as %j is read once', async (delta) => {
    expect(await parts(chunk(delta), chunk({ content: 'Hello' }), end)).toEqual([
      { type: 'reasoning', body: 'hm' },
      { type: 'end' },
      { type: 'text', body: 'Hello' },
    ])
  })

  const c1 = { type: 'tool', id: 'c1', name: 'weather', body: { n: 1 } }
  const c2 = { type: 'tool', id: 'c2', name: 'weather', body: { n: 2 } }
  const call = (index: number | undefined, id: string | undefined, args: unknown, name?: string) => ({
    ...(index !== undefined && { index }),
    ...(id !== undefined && { id }),
    function: { ...(name !== undefined && { name }), arguments: args },
  })
  const shapes: readonly (readonly [string, readonly object[]])[] = [
    [
      'as OpenAI streams them',
      [
        { tool_calls: [call(0, 'c1', '', 'weather')] },
        { tool_calls: [call(0, undefined, '{"n"')] },
        { tool_calls: [call(0, undefined, ':1}')] },
        { tool_calls: [call(1, 'c2', '', 'weather')] },
        { tool_calls: [call(1, undefined, '{"n":2}')] },
      ],
    ],
    [
      'in turns',
      [
        { tool_calls: [call(0, 'c1', '', 'weather'), call(1, 'c2', '', 'weather')] },
        { tool_calls: [call(0, undefined, '{"n":'), call(1, undefined, '{"n":')] },
        { tool_calls: [call(1, undefined, '2}'), call(0, undefined, '1}')] },
      ],
    ],
    ['at once', [{ tool_calls: [call(0, 'c1', '{"n":1}', 'weather'), call(1, 'c2', '{"n":2}', 'weather')] }]],
    ['as values', [{ tool_calls: [call(undefined, 'c1', { n: 1 }, 'weather'), call(undefined, 'c2', { n: 2 }, 'weather')] }]],
    [
      'under one index',
      [{ tool_calls: [call(0, 'c1', '{"n":1}', 'weather')] }, { tool_calls: [call(0, 'c2', '{"n":2}', 'weather')] }],
    ],
    [
      'with id and name in every chunk',
      [
        { tool_calls: [call(0, 'c1', '{"n":', 'weather')] },
        { tool_calls: [call(0, 'c1', '1}', 'weather')] },
        { tool_calls: [call(1, 'c2', '{"n":2}', 'weather')] },
      ],
    ],
  ]
  test.each(shapes)('calls %s', async (_, deltas) => {
    expect(await parts(...deltas.map((delta) => chunk(delta)), calls)).toEqual(
      expect.arrayContaining([c1, { type: 'input', id: 'c1' }, c2, { type: 'input', id: 'c2' }]),
    )
  })

  test('calls of a whole message, and of one that is given once more', async () => {
    const message = { content: 'Wait.', tool_calls: [call(undefined, 'c1', '{"n":1}', 'weather')] }
    const expected = [{ type: 'text', body: 'Wait.' }, c1, { type: 'input', id: 'c1' }]
    expect(await parts({ choices: [{ message, finish_reason: 'tool_calls' }] })).toEqual(expected)
    const streamed = [chunk({ content: 'Wait.' }), chunk({ tool_calls: [call(0, 'c1', '{"n":1}', 'weather')] })]
    expect(await parts(...streamed, { id: 'c1', choices: [{ message, finish_reason: 'tool_calls' }] })).toEqual(expected)
  })

  test('a call without an id gets one; an old function_call is a call; no arguments are an empty object', async () => {
    const read = await parts(chunk({ function_call: { name: 'now', arguments: '' } }), chunk({}, 'function_call'))
    const id = expect.stringMatching(/^call-/)
    expect(read).toEqual([
      { type: 'tool', id, name: 'now', body: {} },
      { type: 'input', id },
    ])
  })

  test('an input that is cut at a limit is no input; one that is no JSON is wrong', async () => {
    const half = chunk({ tool_calls: [call(0, 'c1', '{"n":', 'weather')] })
    const broken = { type: 'tool', id: 'c1', name: 'weather', body: { broken: '{"n":' } }
    expect(await parts(half, chunk({}, 'length'))).toEqual([broken])
    expect(await parts(half, calls)).toEqual([broken, { type: 'input', id: 'c1', error: 'described: ToolError' }])
  })

  test('ids that each step gives again are told apart', async () => {
    const one = (id: string) => [
      chunk({ tool_calls: [call(0, 'c1', '{"n":1}', 'weather')] }, null, id),
      chunk({}, 'tool_calls', id),
    ]
    expect(await parts(...one('a'), ...one('b'))).toEqual([
      c1,
      { type: 'input', id: 'c1' },
      step,
      { ...c1, id: 'c1-2' },
      { type: 'input', id: 'c1-2' },
    ])
  })

  test('annotations, pages that were read, images', async () => {
    const cited = { type: 'url_citation', url_citation: { url: 'https://a.test', title: 'A', start_index: 0, end_index: 5 } }
    expect(
      await parts(
        { ...chunk({ content: 'Hello' }), citations: ['https://b.test'] },
        { ...chunk({ annotations: [cited] }), citations: ['https://b.test'] },
        chunk({ images: [{ type: 'image_url', image_url: { url: 'data:image/webp;base64,AQID' } }] }),
        end,
      ),
    ).toEqual([
      { type: 'text', body: 'Hello' },
      { type: 'source', id: 'source-1', url: 'https://b.test' },
      { type: 'source', id: 'source-2', url: 'https://a.test', title: 'A' },
      { type: 'cite', source: 'source-2', start: 0, end: 5 },
      { type: 'file', mediaType: 'image/webp', url: 'data:image/webp;base64,AQID' },
    ])
  })
})

describe('parts of OpenAI’s Responses', () => {
  const created = { type: 'response.created', response: { status: 'in_progress' } }
  const completed = { type: 'response.completed', response: { status: 'completed' } }
  const item = (type: 'added' | 'done', output_index: number, fields: object) => ({
    type: `response.output_item.${type}`,
    output_index,
    item: fields,
  })
  const delta = (text: string, fields: object = {}) => ({
    type: 'response.output_text.delta',
    item_id: 'm',
    output_index: 0,
    content_index: 0,
    delta: text,
    ...fields,
  })

  test('reasoning summaries are parts of their own, with what the next request needs', async () => {
    const summary = (summary_index: number, text: string) => ({
      type: 'response.reasoning_summary_text.delta',
      item_id: 'r',
      output_index: 0,
      summary_index,
      delta: text,
    })
    const reasoning = { type: 'reasoning', id: 'r', encrypted_content: 'e', summary: [{ type: 'summary_text', text: 'one' }] }
    expect(
      await parts(
        created,
        item('added', 0, { type: 'reasoning', id: 'r' }),
        summary(0, 'o'),
        summary(0, 'ne'),
        summary(1, 'two'),
        item('done', 0, reasoning),
        completed,
      ),
    ).toEqual([
      { type: 'reasoning', provider: { openai: { itemId: 'r' } }, body: 'one' },
      { type: 'end' },
      { type: 'reasoning', provider: { openai: { itemId: 'r' } }, body: 'two' },
      { type: 'end', provider: { openai: { itemId: 'r', reasoningEncryptedContent: 'e' } } },
    ])
    // The item alone, as of a response that was not streamed.
    expect(await parts({ object: 'response', status: 'completed', output: [reasoning] })).toEqual([
      { type: 'reasoning', provider: { openai: { itemId: 'r' } }, body: 'one' },
      { type: 'end', provider: { openai: { itemId: 'r', reasoningEncryptedContent: 'e' } } },
    ])
  })

  test('a custom tool: its input is text', async () => {
    const call = { type: 'custom_tool_call', id: 'i', call_id: 'c', name: 'sql' }
    expect(
      await parts(
        created,
        item('added', 0, { ...call, input: '' }),
        { type: 'response.custom_tool_call_input.delta', item_id: 'i', delta: 'SELECT "' },
        { type: 'response.custom_tool_call_input.delta', item_id: 'i', delta: 'a"' },
        item('done', 0, { ...call, input: 'SELECT "a"' }),
        completed,
      ),
    ).toEqual([
      { type: 'tool', id: 'c', name: 'sql', provider: { openai: { itemId: 'i' } }, body: 'SELECT "a"' },
      { type: 'input', id: 'c' },
    ])
  })

  const builtIn: readonly (readonly [string, object, readonly object[], ReadPart[]])[] = [
    [
      'web search',
      {
        type: 'web_search_call',
        action: { type: 'search', query: 'rome', sources: [{ type: 'url', url: 'https://a.test' }] },
        status: 'completed',
      },
      [],
      [
        { type: 'tool', id: 'i', name: 'web_search', providerExecuted: true, body: { type: 'search', query: 'rome' } },
        { type: 'input', id: 'i' },
        { type: 'output', id: 'i', body: { status: 'completed', sources: [{ type: 'url', url: 'https://a.test' }] } },
        { type: 'source', id: 'source-1', url: 'https://a.test' },
      ],
    ],
    [
      'file search',
      { type: 'file_search_call', queries: ['q'], results: [{ file_id: 'f', filename: 'a.txt', text: 't' }] },
      [],
      [
        { type: 'tool', id: 'i', name: 'file_search', providerExecuted: true, body: { queries: ['q'] } },
        { type: 'input', id: 'i' },
        { type: 'output', id: 'i', body: { queries: ['q'], results: [{ file_id: 'f', filename: 'a.txt', text: 't' }] } },
        {
          type: 'source',
          id: 'source-1',
          mediaType: 'text/plain',
          title: 'a.txt',
          filename: 'a.txt',
          provider: { openai: { fileId: 'f' } },
        },
      ],
    ],
    [
      'the code interpreter',
      { type: 'code_interpreter_call', code: 'print("a")', outputs: [{ type: 'logs', logs: 'a' }] },
      [
        { type: 'response.code_interpreter_call_code.delta', item_id: 'i', delta: 'print("' },
        { type: 'response.code_interpreter_call_code.delta', item_id: 'i', delta: 'a")' },
        { type: 'response.code_interpreter_call_code.done', item_id: 'i', code: 'print("a")' },
      ],
      [
        { type: 'tool', id: 'i', name: 'code_interpreter', providerExecuted: true, body: { code: 'print("a")' } },
        { type: 'input', id: 'i' },
        { type: 'output', id: 'i', body: { outputs: [{ type: 'logs', logs: 'a' }] } },
      ],
    ],
    [
      'images',
      { type: 'image_generation_call', status: 'completed', result: 'AQID', output_format: 'webp' },
      [],
      [
        { type: 'tool', id: 'i', name: 'image_generation', providerExecuted: true, body: {} },
        { type: 'input', id: 'i' },
        { type: 'output', id: 'i', body: { status: 'completed' } },
        { type: 'file', mediaType: 'image/webp', url: 'data:image/webp;base64,AQID' },
      ],
    ],
    [
      'an MCP server',
      { type: 'mcp_call', name: 'weather', server_label: 's', arguments: '{"n":1}', output: 'warm', error: null },
      [
        { type: 'response.mcp_call_arguments.delta', item_id: 'i', delta: '{"n":1}' },
        { type: 'response.mcp_call_arguments.done', item_id: 'i', arguments: '{"n":1}' },
      ],
      [
        { type: 'tool', id: 'i', name: 'mcp.weather', dynamic: true, providerExecuted: true, body: { n: 1 } },
        { type: 'input', id: 'i' },
        { type: 'output', id: 'i', body: 'warm' },
      ],
    ],
    [
      'an MCP server that asks first',
      { type: 'mcp_approval_request', name: 'weather', server_label: 's', arguments: '{"n":1}' },
      [],
      [
        { type: 'tool', id: 'i', name: 'mcp.weather', dynamic: true, providerExecuted: true, body: { n: 1 } },
        { type: 'input', id: 'i' },
        { type: 'ask', id: 'i', approval: 'i' },
      ],
    ],
    [
      'a computer of the product',
      { type: 'computer_call', call_id: 'c', action: { type: 'wait' }, pending_safety_checks: [] },
      [],
      [
        {
          type: 'tool',
          id: 'c',
          name: 'computer',
          provider: { openai: { itemId: 'i' } },
          body: { action: { type: 'wait' }, pending_safety_checks: [] },
        },
        { type: 'input', id: 'c' },
      ],
    ],
  ]
  test.each(builtIn)('a call of %s, streamed or whole', async (_, fields, between, expected) => {
    const whole = { id: 'i', ...fields }
    const { arguments: _arguments, code, ...begun } = whole as { id: string; arguments?: string; code?: string } // Some have them.
    const added = { ...begun, ...(code !== undefined && { code: '' }), status: 'in_progress' }
    expect(await parts(created, item('added', 0, added), ...between, item('done', 0, whole), completed)).toEqual(expected)
    const { id: _id, ...first } = expected[0] as { id: string }
    expect((await parts({ object: 'response', status: 'completed', output: [whole] })).map((part) => part)).toEqual([
      { ...first, id: _id },
      ...expected.slice(1),
    ])
  })

  test('a call of an MCP server that fails', async () => {
    const read = await readChunks(
      created,
      item('done', 0, { type: 'mcp_call', id: 'i', name: 'weather', arguments: '{}', error: 'sk-1234' }),
      completed,
    )
    expect(read.parts.at(-1)).toEqual({ type: 'fault', id: 'i', body: 'described: ToolError' })
    expect(read.errors).toEqual(['unable to run the tool weather; sk-1234'])
  })

  test('annotations become sources, and say which part of the text they support', async () => {
    const annotations = [
      { type: 'url_citation', url: 'https://a.test', title: 'A', start_index: 0, end_index: 5 },
      { type: 'file_citation', file_id: 'f', filename: 'a.txt', index: 5 },
    ]
    const expected = [
      { type: 'text', body: 'Hello' },
      { type: 'source', id: 'source-1', url: 'https://a.test', title: 'A' },
      { type: 'cite', source: 'source-1', start: 0, end: 5 },
      {
        type: 'source',
        id: 'source-2',
        mediaType: 'text/plain',
        title: 'a.txt',
        filename: 'a.txt',
        provider: { openai: { fileId: 'f' } },
      },
      { type: 'cite', source: 'source-2' },
    ]
    const message = { type: 'message', id: 'm', content: [{ type: 'output_text', text: 'Hello', annotations }] }
    const added = annotations.map((annotation) => ({
      type: 'response.output_text.annotation.added',
      item_id: 'm',
      output_index: 0,
      annotation,
    }))
    expect(await parts(created, delta('Hello'), ...added, item('done', 0, message), completed)).toEqual(expected)
    expect(await parts(created, delta('Hello'), item('done', 0, message), completed)).toEqual(expected)
    expect(await parts({ object: 'response', status: 'completed', output: [message] })).toEqual(expected)
  })

  test('a refusal is text, and why the response ended', async () => {
    const read = await readChunks(created, { type: 'response.refusal.delta', item_id: 'm', delta: 'I cannot.' }, completed)
    expect(read.parts).toEqual([{ type: 'text', body: 'I cannot.' }])
    expect(read.end).toMatchObject({ finish: 'content-filter' })
  })

  test('two messages side by side are apart', async () => {
    expect(await parts(created, delta('One.'), delta('Two.', { item_id: 'n', output_index: 1 }), completed)).toEqual([
      { type: 'text', body: 'One.' },
      { type: 'text', apart: true, body: 'Two.' },
    ])
  })
})

describe('parts of Anthropic’s messages', () => {
  const started = { type: 'message_start', message: { model: 'm', stop_reason: null } }
  const stopped = (stop_reason: string) => [{ type: 'message_delta', delta: { stop_reason } }, { type: 'message_stop' }]
  const block = (content_block: object, ...deltas: object[]) => [
    { type: 'content_block_start', index: 0, content_block },
    ...deltas.map((each) => ({ type: 'content_block_delta', index: 0, delta: each })),
    { type: 'content_block_stop', index: 0 },
  ]
  const said = (text: string) => ({ type: 'text_delta', text })

  test('reasoning, also without words, and what is hidden of it', async () => {
    const thinking = { type: 'thinking', thinking: '', signature: '' }
    expect(
      await parts(
        started,
        ...block(thinking, { type: 'thinking_delta', thinking: 'hm' }, { type: 'signature_delta', signature: 's' }),
        ...block(thinking, { type: 'signature_delta', signature: 't' }),
        ...block({ type: 'redacted_thinking', data: 'opaque' }),
        ...block({ type: 'text', text: '' }, said('Hello')),
        ...stopped('end_turn'),
      ),
    ).toEqual([
      { type: 'reasoning', body: 'hm' },
      { type: 'end', provider: { anthropic: { signature: 's' } } },
      { type: 'reasoning' },
      { type: 'end', provider: { anthropic: { signature: 't' } } },
      { type: 'custom', kind: 'anthropic.redacted_thinking', body: 'opaque' },
      { type: 'text', body: 'Hello' },
    ])
  })

  test('a search of its own, with its results as sources', async () => {
    const results = [{ type: 'web_search_result', url: 'https://a.test', title: 'A', encrypted_content: 'e' }]
    const expected = [
      { type: 'tool', id: 's', name: 'web_search', providerExecuted: true, body: { query: 'rome' } },
      { type: 'input', id: 's' },
      { type: 'output', id: 's', body: results },
      { type: 'source', id: 'source-1', url: 'https://a.test', title: 'A' },
      { type: 'text', body: 'Hello' },
      { type: 'cite', source: 'source-1', quote: 'q', start: 0, end: 5 },
    ]
    const citation = { type: 'web_search_result_location', url: 'https://a.test', title: 'A', cited_text: 'q' }
    const use = { type: 'server_tool_use', id: 's', name: 'web_search' }
    const result = { type: 'web_search_tool_result', tool_use_id: 's', content: results }
    expect(
      await parts(
        started,
        ...block(
          { ...use, input: {} },
          { type: 'input_json_delta', partial_json: '{"query":' },
          { type: 'input_json_delta', partial_json: '"rome"}' },
        ),
        ...block(result),
        ...block({ type: 'text', text: '', citations: [] }, { type: 'citations_delta', citation }, said('Hello')),
        ...stopped('end_turn'),
      ),
    ).toEqual(expected)
    const content = [{ ...use, input: { query: 'rome' } }, result, { type: 'text', text: 'Hello', citations: [citation] }]
    expect(await parts({ type: 'message', content, stop_reason: 'end_turn' })).toEqual(expected)
  })

  test('blocks that only citations split are one text, and each cites its own piece of it', async () => {
    const citation = { type: 'char_location', cited_text: 'q', document_index: 0, document_title: 'D' }
    expect(
      await parts(
        started,
        ...block({ type: 'text', text: '' }, said('It is ')),
        ...block({ type: 'text', text: '' }, said('3 degrees'), { type: 'citations_delta', citation }),
        ...block({ type: 'text', text: '' }, said('.')),
        ...stopped('end_turn'),
      ),
    ).toEqual([
      { type: 'text', body: 'It is 3 degrees.' },
      { type: 'source', id: 'source-1', mediaType: 'text/plain', title: 'D', provider: { anthropic: { documentIndex: 0 } } },
      { type: 'cite', source: 'source-1', quote: 'q', start: 6, end: 15 },
    ])
  })

  test('a tool of an MCP server, and one that fails', async () => {
    const use = (id: string) => block({ type: 'mcp_tool_use', id, name: 'weather', server_name: 's', input: { n: 1 } })
    const read = await readChunks(
      started,
      ...use('a'),
      ...block({ type: 'mcp_tool_result', tool_use_id: 'a', is_error: false, content: [{ type: 'text', text: 'warm' }] }),
      ...use('b'),
      ...block({ type: 'mcp_tool_result', tool_use_id: 'b', is_error: true, content: 'sk-1234' }),
      ...stopped('end_turn'),
    )
    const provider = { anthropic: { type: 'mcp-tool-use', serverName: 's' } }
    const call = { type: 'tool', name: 'weather', providerExecuted: true, dynamic: true, provider, body: { n: 1 } }
    expect(read.parts.slice(0, -1)).toEqual([
      { ...call, id: 'a' },
      { type: 'input', id: 'a' },
      { type: 'output', id: 'a', body: [{ type: 'text', text: 'warm' }] },
      { ...call, id: 'b' },
      { type: 'input', id: 'b' },
      { type: 'fault', id: 'b', body: 'described: ToolError' },
    ])
    expect(read.errors).toEqual(['unable to run the tool mcp; sk-1234'])
  })

  test('a call that is cut at a limit has no input', async () => {
    const half = block(
      { type: 'tool_use', id: 'c', name: 'weather', input: {} },
      { type: 'input_json_delta', partial_json: '{"n":' },
    )
    const broken = { type: 'tool', id: 'c', name: 'weather', body: { broken: '{"n":' } }
    expect(await parts(started, ...half, ...stopped('max_tokens'))).toEqual([broken])
    expect(await parts(started, ...half, ...stopped('tool_use'))).toEqual([
      broken,
      { type: 'input', id: 'c', error: 'described: ToolError' },
    ])
  })

  test('a block that nobody knows is reported', async () => {
    const read = await readChunks(started, ...block({ type: 'hologram' }), ...stopped('end_turn'))
    expect(read.errors).toEqual([expect.stringMatching(/"hologram"/)])
  })
})
