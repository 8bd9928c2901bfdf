import { describe, expect, test } from 'vitest'
import { answer } from './answer-of-parts.ts'

const said = (text: string, id = '0') => ({ type: 'text-delta', id, text })
const finish = (finishReason: unknown, rawFinishReason?: string) => ({ type: 'finish', finishReason, rawFinishReason })
const choice = (fields: object, more: object = {}) => ({ id: 'c1', choices: [{ index: 0, ...fields }], ...more })
const content = (text: unknown, more: object = {}) => choice({ delta: { content: text }, finish_reason: null }, more)
const ends = (finish_reason: unknown = 'stop', more: object = {}) => choice({ delta: {}, finish_reason }, more)
const created = { type: 'response.created', response: { status: 'in_progress' } }
const delta = (text: string, item = 'i1') => ({ type: 'response.output_text.delta', item_id: item, output_index: 0, delta: text })
const completed = { type: 'response.completed', response: { status: 'completed' } }
const output = (text: string) => [{ type: 'message', content: [{ type: 'output_text', text }] }]
const started = { type: 'message_start', message: { stop_reason: null } }
const words = (text: string) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } })
const stopped = (stop_reason: unknown) => [{ type: 'message_delta', delta: { stop_reason } }, { type: 'message_stop' }]

describe('all text is read, and once', () => {
  const cases: readonly [string, readonly unknown[]][] = [
    ['a delta that is a text', [choice({ delta: 'Hel' }), choice({ delta: 'lo' }), ends()]],
    [
      'a single choice that is no list',
      [{ id: 'c', object: 'chat.completion.chunk', choices: { index: 0, delta: { content: 'Hello' }, finish_reason: 'stop' } }],
    ],
    [
      'choices as an object by number',
      [{ object: 'chat.completion.chunk', choices: { 0: { index: 0, delta: { content: 'Hello' }, finish_reason: 'stop' } } }],
    ],
    [
      'an index that is a text',
      [
        {
          choices: [
            { index: '1', delta: { content: 'Bye' } },
            { index: '0', delta: { content: 'Hel' } },
          ],
        },
        { choices: [{ index: '1', delta: { content: 'Bye' } }] },
        { choices: [{ index: '0', delta: { content: 'lo' }, finish_reason: 'stop' }] },
      ],
    ],
    [
      'the whole message once more, with the end',
      [content('Hel'), content('lo'), choice({ message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' })],
    ],
    [
      'the whole message beside an empty delta',
      [content('Hello'), choice({ delta: { content: '' }, message: { content: 'Hello' }, finish_reason: 'stop' })],
    ],
    [
      'the whole message beside every delta',
      [
        choice({ delta: { content: 'Hel' }, message: { content: 'Hel' } }),
        choice({ delta: { content: 'lo' }, message: { content: 'Hello' }, finish_reason: 'stop' }),
      ],
    ],
    [
      'the whole message beside a delta of null',
      [content('Hello'), choice({ delta: null, message: { content: 'Hello' }, finish_reason: 'stop' })],
    ],
    ['an empty delta as a list', [content('Hello'), choice({ delta: [], finish_reason: 'stop' })]],
    ['a value within text', [content([{ type: 'text', text: { value: 'Hello', annotations: [] } }]), ends()]],
    [
      'what audio says',
      [
        choice({ delta: { role: 'assistant', audio: { id: 'a' } } }),
        choice({ delta: { audio: { transcript: 'Hello' } } }),
        choice({ delta: { audio: { data: 'AAAA' } } }),
        ends(),
      ],
    ],
    [
      'a stop in every chunk, each with an id of its own',
      [content('Hel', { id: 'a' }), choice({ delta: { content: 'lo' }, finish_reason: 'stop' }, { id: 'b' })],
    ],
    [
      'an answer that goes on where it was cut',
      [
        choice({ delta: { content: 'Hel' }, finish_reason: 'length' }, { id: 'a' }),
        content('lo', { id: 'b' }),
        ends('stop', { id: 'b' }),
      ],
    ],
    ['usage of null', [content('Hello', { usage: null }), ends('stop', { usage: null }), { choices: [], usage: {} }]],
    [
      'an error without content in each chunk',
      [content('Hello', { error: {} }), ends('stop', { error: { code: 0, message: '' } })],
    ],
    [
      'an error of no code',
      [content('Hello', { error: { code: null, message: null, type: null } }), ends('stop', { error: false })],
    ],
    ['Responses that are not announced', [delta('Hello'), completed]],
    ['Responses that end as done', [created, delta('Hello'), { type: 'response.done', response: { status: 'completed' } }]],
    [
      'Responses: a text that comes at once',
      [created, { type: 'response.output_text.done', item_id: 'i1', text: 'Hello' }, completed],
    ],
    [
      'Responses: text, then its whole',
      [
        created,
        delta('Hel'),
        delta('lo'),
        { type: 'response.output_text.done', item_id: 'i1', text: 'Hello' },
        { type: 'response.content_part.done', part: { text: 'Hello' } },
        { type: 'response.output_item.done', item: output('Hello')[0] },
        { ...completed, response: { status: 'completed', output: output('Hello') } },
      ],
    ],
    [
      'Responses: text with the end alone',
      [
        created,
        {
          type: 'response.completed',
          response: { status: 'completed', output: [{ type: 'reasoning', summary: [] }, ...output('Hello')] },
        },
      ],
    ],
    [
      'a whole answer of Responses, from a server that does not stream',
      [{ object: 'response', status: 'completed', output: output('Hello'), usage: {} }],
    ],
    [
      'a whole message of Anthropic, from a server that does not stream',
      [{ type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hello' }], stop_reason: 'end_turn', usage: {} }],
    ],
    ['Anthropic that is not announced', [words('Hello'), ...stopped('end_turn')]],
    ['Anthropic: an end said twice', [started, words('Hello'), ...stopped('end_turn'), { type: 'message_stop' }]],
    [
      'Anthropic: citations, signatures, compactions',
      [
        started,
        { type: 'content_block_start', content_block: { type: 'compaction', content: null } },
        { type: 'content_block_delta', delta: { type: 'compaction_delta', content: 'no' } },
        words('Hel'),
        { type: 'content_block_delta', delta: { type: 'citations_delta', citation: {} } },
        words('lo'),
        { type: 'content_block_delta', delta: { type: 'signature_delta', signature: 'x' } },
        ...stopped('end_turn'),
      ],
    ],
    [
      'Mastra',
      [
        { type: 'start', payload: {} },
        { type: 'text-delta', payload: { id: '1', text: 'Hel' } },
        { type: 'text-delta', payload: { id: '1', text: 'lo' } },
        { type: 'finish', payload: { stepResult: { reason: 'stop' } }, finishReason: 'stop' },
      ],
    ],
    [
      'a part of the AI SDK without an id',
      [
        { type: 'text-delta', delta: 'Hello' },
        { type: 'finish', finishReason: 'stop' },
      ],
    ],
  ]
  test.each(cases)('%s', async (_, parts) => {
    expect(await answer(...parts)).toMatchObject({ text: 'Hello', status: 'complete', finish: 'stop', errors: [] })
  })
})

describe('why it ended, in other words', () => {
  test.each([
    ['maxTokens', 'length'],
    ['MaxTokens', 'length'],
    ['endTurn', 'stop'],
    ['toolUse', 'tool-calls'],
    ['contentFilter', 'content-filter'],
    ['FINISH_REASON_MAX_TOKENS', 'length'],
    ['FINISH_REASON_STOP', 'stop'],
    ['max_output', 'length'],
    ['token_limit', 'length'],
    ['ERROR_TOXIC', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['LANGUAGE', 'content-filter'],
    ['stop_str', 'stop'],
    ['end_of_text', 'stop'],
    ['EOS', 'stop'],
    ['compaction', 'other'],
  ])('%s is %s', async (reason, finish) => {
    expect(await answer(content('x'), ends(reason))).toMatchObject({ status: 'complete', finish, errors: [] })
  })
  test.each(['ERROR', 'user_cancel', 'timeout', 'UNEXPECTED_TOOL_CALL', 'malformed_model_output', 'malformed_tool_use'])(
    '%s is a failure',
    async (reason) => {
      expect(await answer(content('x'), ends(reason))).toMatchObject({ status: 'failed', error: 'the model failed' })
    },
  )
})

describe('reasoning in other fields', () => {
  test.each([
    { reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] },
    { reasoning: { content: 'hm' } },
    { thinking: 'hm' },
    { reasoning_text: 'hm' },
    { reasoning: '', reasoning_content: 'hm' },
    { thinking_blocks: [{ type: 'thinking', thinking: 'hm' }] },
  ])('%j', async (field) => {
    expect(await answer(choice({ delta: { content: '', ...field } }), ends('length'))).toMatchObject({
      reasoning: 'hm',
      errors: [],
    })
  })
  test('of Responses, without its item', async () => {
    expect(await answer(created, { type: 'response.reasoning_text.delta', delta: 'hm' }, completed)).toMatchObject({
      reasoning: 'hm',
    })
  })
})

test('items that come at once are apart, and none comes twice', async () => {
  const done = (text: string, item: string) => ({ type: 'response.output_text.done', item_id: item, text })
  const call = { type: 'response.output_item.added', item: { type: 'web_search_call' } }
  const text = 'Let me check.\n\nIt is 3 degrees.'
  expect(await answer(created, done('Let me check.', 'a'), call, done('It is 3 degrees.', 'b'), completed)).toMatchObject({
    text,
  })
  const late = [done('It is 3 degrees.', 'b'), done('Let me check.', 'a')]
  expect(
    await answer(created, delta('Let me check.', 'a'), call, delta('It is 3 degrees.', 'b'), ...late, completed),
  ).toMatchObject({ text, finish: 'stop', errors: [] })
})

test('what goes on in the middle, and is cut, is no end; texts that a product has picked out are complete', async () => {
  const progress = { type: 'response.in_progress', response: {} }
  expect(await answer(progress, delta('Half'))).toMatchObject({ status: 'failed', text: 'Half' })
  expect(await answer(delta('All'))).toMatchObject({ status: 'complete', text: 'All' })
  expect(await answer(words('All'))).toMatchObject({ status: 'complete', text: 'All' })
})

describe('failures in other shapes reach developers whole, and readers not at all', () => {
  const key = 'sk-1234'
  test.each<[string, readonly unknown[]]>([
    ['a list of errors', [content('x'), [{ error: { code: 400, message: `bad ${key}` } }]]],
    ['an error that is a list', [content('x'), { error: [{ message: `bad ${key}` }] }]],
    ['a flag and a message', [content('x'), { error: true, message: `bad ${key}` }]],
    ['an error in an error', [content('x'), { error: { error: { message: `bad ${key}` } } }]],
    ['Responses failed with a code alone', [created, { type: 'error', code: `bad ${key}`, message: null }]],
    ['AI SDK, a text', [said('x'), { type: 'error', error: `bad ${key}` }]],
    ['a detail of FastAPI', [content('x'), { detail: `bad ${key}` }]],
    ['a code and a message', [content('x'), { code: 500, message: `bad ${key}` }]],
    ['Mastra', [said('x'), { type: 'error', payload: { error: new Error(`bad ${key}`) } }]],
  ])('%s', async (_, parts) => {
    const { status, errors, error } = await answer(...parts)
    expect([status, error]).toEqual(['failed', 'the model failed'])
    expect(errors.join()).toContain(key)
  })
  test('text without text is said once to the developer', async () => {
    expect(
      (await answer({ type: 'text-delta', chunk: 'secret' }, { type: 'text-delta', chunk: 'secret' }, finish('stop'))).errors,
    ).toEqual([expect.stringMatching(/text-delta/)])
    expect((await answer(created, { type: 'response.output_text.delta', text: 'lost' }, completed)).errors).toHaveLength(1)
    expect((await answer({ choices: 'none' }, ends())).errors).toHaveLength(1)
  })
})
