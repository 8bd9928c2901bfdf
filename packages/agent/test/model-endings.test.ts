import { describe, expect, test } from 'vitest'
import { answer, answerShowing } from './answer-of-parts.ts'

// The AI SDK's stream
const said = (text: string, id = '0') => ({ type: 'text-delta', id, text })
const finish = (finishReason: unknown, rawFinishReason?: string) => ({ type: 'finish', finishReason, rawFinishReason })
// Chat completions
const chunk = (delta: object, finish_reason: unknown = null, more: object = {}) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
})
const content = (text: unknown, finish_reason: unknown = null, more: object = {}) => chunk({ content: text }, finish_reason, more)
const end = chunk({}, 'stop')
// Responses
const created = { type: 'response.created', response: { status: 'in_progress' } }
const delta = (text: string, item = 'i1') => ({ type: 'response.output_text.delta', item_id: item, output_index: 0, delta: text })
const completed = { type: 'response.completed', response: { status: 'completed' } }
const incomplete = (reason: string) => ({
  type: 'response.incomplete',
  response: { status: 'incomplete', incomplete_details: { reason } },
})
// Anthropic
const started = { type: 'message_start', message: { stop_reason: null } }
const block = (type: string) => ({ type: 'content_block_start', index: 0, content_block: { type, text: '' } })
const words = (text: string) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } })
const thought = { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm' } }
const stopped = (stop_reason: unknown) => [{ type: 'message_delta', delta: { stop_reason } }, { type: 'message_stop' }]

describe('why the model ended is recorded', () => {
  const cases: readonly [string, string, readonly unknown[]][] = [
    ['AI SDK stop', 'stop', [said('x'), finish('stop')]],
    ['AI SDK length', 'length', [said('x'), finish('length')]],
    ['AI SDK content-filter', 'content-filter', [said('x'), finish('content-filter')]],
    ['AI SDK tool-calls', 'tool-calls', [said('x'), finish('tool-calls')]],
    ['AI SDK other', 'other', [said('x'), finish('other')]],
    ['AI SDK unknown, of its older releases', 'other', [said('x'), finish('unknown')]],
    ['AI SDK, a word it does not know', 'length', [said('x'), finish('other', 'MAX_TOKENS')]],
    ['AI SDK, a paused turn', 'other', [said('x'), finish('stop', 'pause_turn')]],
    ['a provider of the AI SDK itself', 'length', [said('x'), finish({ unified: 'length', raw: 'max_tokens' })]],
    ['chat completions stop', 'stop', [content('x'), end]],
    ['chat completions length', 'length', [content('x'), chunk({}, 'length')]],
    ['chat completions content_filter', 'content-filter', [content('x'), chunk({}, 'content_filter')]],
    ['Gemini content_filter', 'content-filter', [content('x'), chunk({}, 'content_filter: PROHIBITED_CONTENT')]],
    ['chat completions tool_calls', 'tool-calls', [content('x'), chunk({}, 'tool_calls')]],
    ['chat completions function_call', 'tool-calls', [content('x'), chunk({}, 'function_call')]],
    ['chat completions refusal', 'content-filter', [chunk({ refusal: 'I cannot.' }), end]],
    ['a reason in capitals', 'length', [content('x'), chunk({}, 'MAX_TOKENS')]],
    ['a reason nobody knows', 'other', [content('x'), chunk({}, 'tired')]],
    ['a reason that names a property', 'other', [content('x'), chunk({}, 'constructor')]],
    ['Responses completed', 'stop', [created, delta('x'), completed]],
    ['Responses max_output_tokens', 'length', [created, delta('x'), incomplete('max_output_tokens')]],
    ['Responses content_filter', 'content-filter', [created, delta('x'), incomplete('content_filter')]],
    ['Responses incomplete without a reason', 'other', [created, delta('x'), { type: 'response.incomplete', response: {} }]],
    [
      'Responses completed that is incomplete',
      'length',
      [created, delta('x'), { ...incomplete('max_output_tokens'), type: 'response.completed' }],
    ],
    ['Responses refusal', 'content-filter', [created, { type: 'response.refusal.delta', delta: 'No.', item_id: 'i' }, completed]],
    [
      'Responses function_call',
      'tool-calls',
      [created, delta('x'), { type: 'response.output_item.added', item: { type: 'function_call' } }, completed],
    ],
    ['Anthropic end_turn', 'stop', [started, words('x'), ...stopped('end_turn')]],
    ['Anthropic stop_sequence', 'stop', [started, words('x'), ...stopped('stop_sequence')]],
    ['Anthropic max_tokens', 'length', [started, words('x'), ...stopped('max_tokens')]],
    ['Anthropic model_context_window_exceeded', 'length', [started, words('x'), ...stopped('model_context_window_exceeded')]],
    ['Anthropic refusal', 'content-filter', [started, words('x'), ...stopped('refusal')]],
    ['Anthropic tool_use', 'tool-calls', [started, words('x'), ...stopped('tool_use')]],
    ['Anthropic pause_turn', 'other', [started, words('x'), ...stopped('pause_turn')]],
  ]
  test.each(cases)('%s: %s', async (_, reason, parts) => {
    expect(await answer(...parts)).toMatchObject({ status: 'complete', finish: reason, empty: undefined, errors: [] })
  })

  test('text alone does not say why it ended', async () => {
    expect(await answer('Just text')).toMatchObject({ status: 'complete', finish: undefined, empty: undefined })
  })

  test('of several steps the last one counts', async () => {
    const steps = [started, words('a'), ...stopped('tool_use'), started, words('b'), ...stopped('max_tokens')]
    expect(await answer(...steps)).toMatchObject({ finish: 'length' })
  })
})

describe('an empty answer says what there was instead', () => {
  const cases: readonly [string, string, string | undefined, readonly unknown[]][] = [
    ['reasoning', 'AI SDK', 'stop', [{ type: 'reasoning-delta', text: 'hm' }, finish('stop')]],
    ['reasoning', 'chat completions', 'length', [chunk({ reasoning_content: 'hm' }), chunk({}, 'length')]],
    ['reasoning', 'OpenRouter', 'stop', [chunk({ content: '', reasoning: 'hm' }), end]],
    ['reasoning', 'Mistral', 'stop', [content([{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }]), end]],
    ['reasoning', 'Anthropic', 'length', [started, block('thinking'), thought, ...stopped('max_tokens')]],
    [
      'reasoning',
      'Responses',
      'length',
      [created, { type: 'response.output_item.added', item: { type: 'reasoning' } }, incomplete('max_output_tokens')],
    ],
    ['tools', 'AI SDK', 'tool-calls', [{ type: 'tool-call', toolName: 't' }, finish('tool-calls')]],
    ['tools', 'chat completions', 'tool-calls', [chunk({ content: null, tool_calls: [{ index: 0 }] }), chunk({}, 'tool_calls')]],
    ['tools', 'Anthropic', 'tool-calls', [started, block('tool_use'), ...stopped('tool_use')]],
    ['nothing', 'AI SDK', 'content-filter', [finish('content-filter')]],
    ['nothing', 'Anthropic', 'content-filter', [started, ...stopped('refusal')]],
    ['nothing', 'chat completions', 'stop', [content(' \n'), end]],
    ['nothing', 'a source of text', undefined, []],
  ]
  test.each(cases)('%s: %s', async (empty, _, reason, parts) => {
    const hidden = await answerShowing({ reasoning: 'nothing' }, ...parts)
    expect(hidden).toMatchObject({ status: 'complete', finish: reason, empty, errors: [], reasoning: '' })
  })

  test('but one whose reasoning readers see is not empty', async () => {
    const parts = [{ type: 'reasoning-delta', text: 'hm' }, finish('stop')]
    expect(await answer(...parts)).toMatchObject({ status: 'complete', empty: undefined, reasoning: 'hm' })
    expect(await answerShowing({ reasoning: () => ' ' }, ...parts)).toMatchObject({ empty: 'reasoning' })
  })
})

describe('what is no end, or no good one', () => {
  test.each(['', 'null', 'None', null, undefined])('finish_reason %j on every chunk is none', async (none) => {
    expect(await answer(content('Half', none), content(' an', none))).toMatchObject({ status: 'failed', text: 'Half an' })
    expect(await answer(content('All', none), content(' of it', none), end)).toMatchObject({
      status: 'complete',
      finish: 'stop',
      text: 'All of it',
    })
  })

  test.each(['error', 'abort', 'insufficient_system_resource'])(
    'finish_reason %j is a failure, and keeps its text',
    async (reason) => {
      const { status, text, errors, error } = await answer(content('Half'), content(' an', reason))
      expect([status, text, error]).toEqual(['failed', 'Half an', 'the model failed'])
      expect(errors).toEqual([expect.stringContaining(reason)])
    },
  )

  const key = 'sk-1234'
  const failures: readonly [string, readonly unknown[]][] = [
    ['OpenRouter, beside the choices', [content('x'), chunk({}, 'error', { error: { code: 502, message: `bad ${key}` } })]],
    [
      'OpenRouter, in a choice',
      [{ choices: [{ delta: { content: 'x' }, finish_reason: 'error', error: { message: `bad ${key}` } }] }],
    ],
    ['a chunk that is an error alone', [content('x'), { error: { message: `bad ${key}` } }]],
    ['an error first of all', [{ error: { message: `bad ${key}` } }]],
    ['an error as text', [content('x'), { error: `bad ${key}` }]],
    ['vLLM', [content('x'), { object: 'error', message: `bad ${key}`, type: 'InternalServerError' }]],
    ['Groq', [content('x'), { choices: [], x_groq: { error: `bad ${key}` } }]],
    ['AI SDK', [said('x'), { type: 'error', error: new Error(`bad ${key}`) }]],
    ['AI SDK, what is no error', [said('x'), { type: 'error', error: { message: `bad ${key}` } }]],
    ['UI message stream', [said('x'), { type: 'error', errorText: `bad ${key}` }]],
    ['Anthropic', [started, words('x'), { type: 'error', error: { type: 'overloaded_error', message: `bad ${key}` } }]],
    ['Responses', [created, delta('x'), { type: 'error', code: 'x', message: `bad ${key}` }]],
    [
      'Responses failed',
      [created, { type: 'response.failed', response: { status: 'failed', error: { message: `bad ${key}` } } }],
    ],
  ]
  test.each(failures)('%s: developers are told of the error, readers are not', async (_, parts) => {
    const { status, errors, error } = await answer(...parts)
    expect([status, errors, error]).toEqual(['failed', [`bad ${key}`], 'the model failed'])
  })

  test.each([
    ['AI SDK', [said('x'), finish('error')]],
    ['AI SDK interrupted', [said('x'), finish('interrupted')]],
    ['AI SDK abort', [said('x'), { type: 'abort' }]],
    ['Responses cancelled', [created, delta('x'), { type: 'response.completed', response: { status: 'cancelled' } }]],
    ['Responses cut', [created, delta('x')]],
    ['Anthropic cut', [started, words('x')]],
    ['chat completions cut in the second step', [content('x', 'tool_calls'), content('y', null, { id: 'c2' })]],
    ['Anthropic cut in the second step', [started, words('x'), ...stopped('tool_use'), started]],
  ] as const)('%s fails', async (_, parts) => {
    const { status, error, text } = await answer(...parts)
    expect([status, error, text.slice(0, 1)]).toEqual(['failed', 'the model failed', 'x'])
  })
})

describe('what servers really send is read', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2 }
  const cases: readonly [string, readonly unknown[]][] = [
    ['a usage chunk whose choices are null', [content('Hello'), end, { id: 'c1', choices: null, usage }]],
    ['a usage chunk without choices', [content('Hello'), end, { id: 'c1', usage }]],
    ['a usage chunk without choices, first', [{ object: 'chat.completion.chunk', usage }, content('Hello'), end]],
    ['usage in every chunk', [content('Hello', null, { usage }), chunk({}, 'stop', { usage })]],
    [
      'usage with an empty delta behind the end',
      [content('Hello'), end, chunk({ role: 'assistant', content: '' }, null, { id: 'c9', usage })],
    ],
    [
      'content as a list',
      [
        content([
          { type: 'text', text: 'Hel' },
          { type: 'text', text: 'lo' },
        ]),
        end,
      ],
    ],
    ['content as a list of texts', [content(['Hel', 'lo']), end]],
    ['content as one part', [content({ type: 'output_text', text: 'Hello' }), end]],
    [
      'Mistral: thinking beside text',
      [
        content([
          { type: 'thinking', thinking: [] },
          { type: 'text', text: 'Hello' },
          { type: 'reference', reference_ids: [1] },
        ]),
        end,
      ],
    ],
    ['content of null', [content(null), content('Hello'), content(null), end]],
    [
      'Azure: what the filter says of the prompt',
      [
        { id: '', choices: [], prompt_filter_results: [{}] },
        content('Hello'),
        { choices: [{ index: 0, finish_reason: null, content_filter_offsets: {} }] },
        end,
      ],
    ],
    [
      'Groq',
      [
        chunk({ role: 'assistant', content: '' }, null, { x_groq: { id: 'r' } }),
        content('Hello'),
        chunk({}, 'stop', { x_groq: { usage } }),
      ],
    ],
    ['vLLM: empty tool calls', [chunk({ content: 'Hel', tool_calls: [] }), chunk({ content: 'lo', tool_calls: [] }), end]],
    ['an end that is said twice', [content('Hello'), end, end]],
    [
      'an id of its own for every chunk',
      [content('Hel', null, { id: '1' }), content('lo', null, { id: '2' }), chunk({}, 'stop', { id: '3' })],
    ],
    ['no ids', [content('Hel', null, { id: undefined }), content('lo', 'stop', { id: undefined })]],
    ['an error of null', [content('Hello', null, { error: null }), end]],
    [
      'the first of two choices',
      [
        {
          choices: [
            { index: 1, delta: { content: 'Bye' } },
            { index: 0, delta: { content: 'Hel' } },
          ],
        },
        { choices: [{ index: 1, delta: {}, finish_reason: 'stop' }] },
        { choices: [{ index: 0, delta: { content: 'lo' } }] },
        { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      ],
    ],
    ['a choice that is not the first', [{ choices: [{ index: 3, delta: { content: 'Hello' }, finish_reason: 'stop' }] }]],
    [
      'completions that are no chat',
      [
        { object: 'text_completion', choices: [{ index: 0, text: 'Hello', finish_reason: null }] },
        { choices: [{ text: '', finish_reason: 'stop' }] },
      ],
    ],
    [
      'a whole message, from a server that does not stream',
      [{ choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }] }],
    ],
    [
      'Anthropic: pings and new events',
      [
        started,
        { type: 'ping' },
        block('text'),
        words('Hello'),
        { type: 'content_block_stop' },
        { type: 'message_brand_new' },
        ...stopped('end_turn'),
      ],
    ],
    [
      'Anthropic: text in the block’s start',
      [
        started,
        { type: 'content_block_start', content_block: { type: 'text', text: 'Hel' } },
        words('lo'),
        ...stopped('end_turn'),
      ],
    ],
    ['Anthropic without message_stop', [started, words('Hello'), stopped('end_turn')[0]]],
    ['Responses: new events', [created, { type: 'response.brand_new.delta', delta: 'no' }, delta('Hello'), completed]],
    [
      'AI SDK: sources, files, raw, pings',
      [
        { type: 'start' },
        { type: 'raw', rawValue: 1 },
        { type: 'source', id: '1' },
        said('Hello'),
        { type: 'file' },
        { type: 'custom' },
        { type: 'ping' },
        finish('stop'),
      ],
    ],
    [
      'UI message stream',
      [
        { type: 'start' },
        { type: 'start-step' },
        { type: 'text-start', id: 't' },
        { type: 'text-delta', id: 't', delta: 'Hello' },
        { type: 'text-end', id: 't' },
        { type: 'data-weather', data: 1 },
        { type: 'finish-step' },
        finish('stop'),
      ],
    ],
    ['AI SDK 4', [{ type: 'text-delta', textDelta: 'Hello' }, finish('stop')]],
  ]
  test.each(cases)('%s', async (_, parts) => {
    expect(await answer(...parts)).toMatchObject({ status: 'complete', finish: 'stop', text: 'Hello', errors: [] })
  })

  test('nothing yielded between texts is no text', async () => {
    expect(await answer('Hel', undefined, null, 'lo')).toMatchObject({ status: 'complete', text: 'Hello', errors: [] })
  })

  test('what nobody knows is left out, and said once to the developer', async () => {
    const unknown = { type: 'brand-new', text: 'secret' }
    const { status, text, errors } = await answer(said('Hello'), unknown, unknown, { type: 'newer' }, finish('stop'))
    expect([status, text]).toEqual(['complete', 'Hello'])
    expect(errors).toEqual([expect.stringContaining('"brand-new"')])
    expect(errors.join()).not.toContain('secret')
    const parts = [{ type: 'hologram', data: 1 }]
    expect((await answer(content('Hello'), content(parts), content(parts), end)).errors).toEqual([
      expect.stringContaining('"hologram"'),
    ])
    expect((await answer(content('Hello'), { brand: 'new' }, end)).errors).toHaveLength(1)
  })
})

describe('steps are apart', () => {
  const tool = [
    { type: 'tool-call', toolName: 't' },
    { type: 'tool-result', toolName: 't' },
  ]
  const step = [{ type: 'finish-step', finishReason: 'tool-calls' }, { type: 'start-step' }]
  const closed = { type: 'text-end', id: '0' }
  const apart: readonly [string, readonly unknown[]][] = [
    [
      'AI SDK',
      [{ type: 'start-step' }, said('Let me check.'), closed, ...tool, ...step, said('It is 3 degrees.'), finish('stop')],
    ],
    ['AI SDK, steps alone', [said('Let me check.'), ...step, said('It is 3 degrees.'), finish('stop')]],
    [
      'AI SDK, a tool within a step',
      [said('Let me check.', '0'), closed, ...tool, said('It is 3 degrees.', '0'), finish('stop')],
    ],
    [
      'UI message stream',
      [
        said('Let me check.', 'a'),
        { type: 'tool-input-available' },
        { type: 'tool-output-available' },
        said('It is 3 degrees.', 'b'),
      ],
    ],
    [
      'chat completions in a loop',
      [
        content('Let me check.'),
        chunk({ tool_calls: [{ index: 0 }] }),
        chunk({}, 'tool_calls'),
        content('It is ', null, { id: 'c2' }),
        content('3 degrees.', 'stop', { id: 'c2' }),
      ],
    ],
    [
      'chat completions in a loop, without ids',
      [
        { choices: [{ delta: { content: 'Let me check.' }, finish_reason: 'tool_calls' }] },
        { choices: [{ delta: { content: 'It is 3 degrees.' }, finish_reason: 'stop' }] },
      ],
    ],
    [
      'Responses, several items',
      [
        created,
        delta('Let me check.'),
        { type: 'response.output_item.added', item: { type: 'web_search_call' } },
        delta('It is ', 'i2'),
        delta('3 degrees.', 'i2'),
        completed,
      ],
    ],
    ['Responses in a loop', [created, delta('Let me check.'), completed, created, delta('It is 3 degrees.'), completed]],
    [
      'Anthropic in a loop',
      [
        started,
        words('Let me check.'),
        block('tool_use'),
        ...stopped('tool_use'),
        started,
        block('text'),
        words('It is 3 degrees.'),
        ...stopped('end_turn'),
      ],
    ],
    [
      'Anthropic, a tool of its server',
      [
        started,
        words('Let me check.'),
        block('server_tool_use'),
        block('web_search_tool_result'),
        block('text'),
        words('It is '),
        block('text'),
        words('3 degrees.'),
        ...stopped('end_turn'),
      ],
    ],
    ['a line break at the end of a step', [said('Let me check.\n'), ...step, said('It is 3 degrees.')]],
    ['a line break at the beginning of a step', [said('Let me check.'), ...step, said('\nIt is 3 degrees.')]],
    ['a blank line that is there', [said('Let me check.'), ...step, said('\n\nIt is 3 degrees.')]],
    ['an empty step between', [said('Let me check.'), ...step, said(''), ...tool, ...step, said('It is 3 degrees.')]],
  ]
  test.each(apart)('%s', async (_, parts) => {
    expect(await answer(...parts)).toMatchObject({ status: 'complete', text: 'Let me check.\n\nIt is 3 degrees.', errors: [] })
  })

  test('messages of OpenAI’s Responses are apart through the AI SDK, too', async () => {
    const start = (id: string) => ({ type: 'text-start', id, providerMetadata: { openai: { itemId: id } } })
    const parts = [
      start('a'),
      said('Let me check.', 'a'),
      { type: 'text-end', id: 'a' },
      start('b'),
      said('It is 3 degrees.', 'b'),
    ]
    expect(await answer(...parts)).toMatchObject({ text: 'Let me check.\n\nIt is 3 degrees.' })
    const same = [start('a'), said('It is ', 'a'), start('a'), said('3 degrees.', 'a'), finish('stop')]
    expect(await answer(...same)).toMatchObject({ text: 'It is 3 degrees.' })
  })

  const together: readonly [string, readonly unknown[]][] = [
    [
      'Anthropic’s blocks, which citations split',
      [
        started,
        block('text'),
        words('It is '),
        { type: 'content_block_stop' },
        block('text'),
        words('3 degrees.'),
        ...stopped('end_turn'),
      ],
    ],
    [
      'blocks of the AI SDK',
      [said('It is ', '0'), closed, { type: 'source' }, { type: 'text-start', id: '1' }, said('3 degrees.', '1'), finish('stop')],
    ],
    ['a block that goes on behind a call', [said('It is ', '0'), ...tool, said('3 degrees.', '0'), finish('stop')]],
    ['a tool before any text', [{ type: 'start-step' }, ...tool, ...step, said('It is 3 degrees.'), finish('stop')]],
    ['parts of one item', [created, delta('It is '), delta('3 degrees.'), completed]],
    ['nothing behind the last step', [said('It is 3 degrees.'), closed, ...tool, ...step, finish('stop')]],
  ]
  test.each(together)('%s stay together', async (_, parts) => {
    expect(await answer(...parts)).toMatchObject({ status: 'complete', text: 'It is 3 degrees.', errors: [] })
  })
})
