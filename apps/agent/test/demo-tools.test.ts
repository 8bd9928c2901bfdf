import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4, LanguageModelV4Prompt, LanguageModelV4ToolResultOutput } from '@ai-sdk/provider'
import type { Task } from '@streamfold/agent'
import type { Message } from '@streamfold/core'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../src/data/database.ts'
import { createOutbox } from '../src/data/outbox.ts'
import { createDemoModel } from '../src/demo/demo-model.ts'
import type { PlannedCall } from '../src/demo/plan.ts'
import { planFor } from '../src/demo/plan.ts'
import { promptMark } from '../src/demo/prompt-mark.ts'
import { createRespond } from '../src/answer/respond.ts'
import { createDocsIndex } from '../src/tools/docs-index.ts'
import { createPeopleTools } from '../src/tools/people-tools.ts'

const sample = [{ label: 'a page', value: 7 }]
const invitation = (to: string, purpose: string) => ({
  to,
  subject: `Invitation to ${purpose}`,
  text: `Hello ${to}, you are invited to ${purpose}.`,
})
const toolsFor = (question: string) => planFor(question, sample).calls.map((call: PlannedCall) => [call.tool, call.input])

describe('a question that the tools can answer', () => {
  test.each<[string, unknown]>([
    ['Search the docs for repair', [['searchDocs', { query: 'repair' }]]],
    ['search the documentation about archives.', [['searchDocs', { query: 'archives' }]]],
    ['Can you look up server rendering in the docs?', [['searchDocs', { query: 'server rendering' }]]],
    ['Calculate 12 * (3 + 4)', [['calculator', { expression: '12 * (3 + 4)' }]]],
    ['What is 2+2?', [['calculator', { expression: '2+2' }]]],
    ['calculate sqrt(2) please', [['calculator', { expression: 'sqrt(2)' }]]],
    ['calculate 1/0', [['calculator', { expression: '1/0' }]]],
    [
      'Draw a chart of apples 3, pears 5.5 and plums -2',
      [
        [
          'chart',
          {
            title: 'Values from the question',
            rows: [
              { label: 'apples', value: 3 },
              { label: 'pears', value: 5.5 },
              { label: 'plums', value: -2 },
            ],
          },
        ],
      ],
    ],
    ['draw a chart', [['chart', { title: 'Words of each page of the documentation', rows: sample }]]],
    [
      'Search the docs for gaps and calculate 6 * 7',
      [
        ['searchDocs', { query: 'gaps' }],
        ['calculator', { expression: '6 * 7' }],
      ],
    ],
    [
      'Search the docs for gaps, please calculate 12 * (3 + 4), and draw a chart',
      [
        ['searchDocs', { query: 'gaps' }],
        ['calculator', { expression: '12 * (3 + 4)' }],
        ['chart', { title: 'Words of each page of the documentation', rows: sample }],
      ],
    ],
    ['What time is it here?', [['timeZoneAndLanguage', {}]]],
    ['Tell me my time zone', [['timeZoneAndLanguage', {}]]],
    ['Invite ada@example.com to a demo.', [['sendInvitation', invitation('ada@example.com', 'a demo')]]],
    [
      'please send invitations to Ada, Grace and alan@example.com for lunch, and calculate 6 * 7',
      [
        ...['Ada', 'Grace', 'alan@example.com'].map((to) => ['sendInvitation', invitation(to, 'lunch')]),
        ['calculator', { expression: '6 * 7' }],
      ],
    ],
  ])('%s', (question, calls) => expect(toolsFor(question)).toEqual(calls))

  test('invitations are twenty at most, and a long order takes no longer', () => {
    expect(toolsFor(`invite ${'a, '.repeat(9_000)}`)).toHaveLength(20)
    const begun = performance.now()
    expect(toolsFor(`invite ${' '.repeat(30_000)}x${' to'.repeat(9_000)}`).length).toBeLessThan(2)
    expect(performance.now() - begun).toBeLessThan(1_000)
  })

  test.each([
    'hello',
    'What is Streamfold?',
    'What is a serial?',
    'What is 5G?',
    'What is the documentation?',
    'Show me Markdown',
    'Give me a long answer',
    'What happens when I lose my connection? Tell me everything, with a table and code.',
    'How do I use this with React?',
    'repeat exactly: search the docs for x',
    'Is message-per-response 2x faster?',
    'How do I invite people to a conversation?',
    'What languages do you know?',
    'Once upon a time',
  ])('%s needs none, and no reasoning', (question) => expect(planFor(question, sample)).toEqual({ reasoning: '', calls: [] }))
})

function prompt(text: string): Message {
  const none = {
    replyTo: undefined,
    into: undefined,
    parent: undefined,
    edits: undefined,
    again: undefined,
    clientId: undefined,
    error: undefined,
    headers: {},
    metadata: undefined,
  }
  const at = { createdAt: 0, updatedAt: 0, version: '' }
  const parts = [{ type: 'text', text, state: 'done' }] as const
  return {
    id: text,
    key: text,
    role: 'user',
    text,
    parts,
    status: 'complete',
    continuity: 'contiguous',
    source: 'live',
    ...at,
    ...none,
  }
}

const once: Omit<Task, 'messages' | 'prompt' | 'signal' | 'annotate'> = {
  channelName: 'ai:test',
  attempt: 1,
  continued: undefined,
  run: async () => undefined,
  tools: (tools) => tools,
  takeIn: async () => [],
  prepareStep: async () => ({}),
  step: async (_name, work) => work(),
  stream: () => {
    throw new Error('the loop of the AI SDK streams by itself')
  },
  execute: async (_call, work) => work(),
  model: (model) => model,
}

/** The types of what the model’s stream yields, in a row once, with the tools really called. */
async function partsOf(question: string, model: LanguageModelV4 = createDemoModel({ wait: async () => undefined, sample })) {
  const respond = createRespond(model, createDocsIndex())
  const asked = prompt(question)
  const { signal } = new AbortController()
  const source = await respond({ messages: [asked], prompt: asked, signal, annotate: () => undefined, ...once })
  const parts: Readonly<Record<string, unknown>>[] = []
  for await (const part of source as AsyncIterable<Readonly<Record<string, unknown>>>) parts.push(part)
  const types = parts.map(({ type }) => String(type))
  const text = parts.map((part) => (part['type'] === 'text-delta' ? String(part['text']) : '')).join('')
  return { parts, types, order: types.filter((type, at) => type !== types[at - 1]), text }
}

/** The titles that readers see for the calls. */
const titlesIn = (parts: readonly Readonly<Record<string, unknown>>[]) =>
  Object.fromEntries(
    parts.filter(({ type }) => type === 'tool-input-start').map(({ toolName, title }) => [String(toolName), title]),
  )

/** A server that speaks as OpenAI's chat completions do, and gives one answer after another. */
function serverOf(...answers: readonly (readonly object[])[]): LanguageModelV4 {
  const left = [...answers]
  const fetch = async (): Promise<Response> => {
    const chunks = left.shift()?.map((choice) => ({ id: 'x', choices: [{ index: 0, finish_reason: null, ...choice }] })) ?? []
    const body = [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('')
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  return createOpenAICompatible({ name: 'x', baseURL: 'http://localhost', fetch })('m')
}

test('a real model has the same tools: readers see their titles, and its references are citations', async () => {
  const search = (query: string) => [
    {
      delta: {
        tool_calls: [
          { index: 0, id: query, type: 'function', function: { name: 'searchDocs', arguments: JSON.stringify({ query }) } },
        ],
      },
    },
    { delta: {}, finish_reason: 'tool_calls' },
  ]
  const says = ['Rejected appends are ', 'repaired [', '1]. Old messages are kept [9', '9] in an archive', ' [1].']
  const model = serverOf(search('repair of rejected appends'), search('archive'), [
    ...says.map((content) => ({ delta: { content } })),
    { delta: {}, finish_reason: 'stop' },
  ])
  const { parts, text } = await partsOf('Search the docs', model)
  expect(titlesIn(parts)).toEqual({ searchDocs: 'Search the documentation' })
  expect(text).toBe('Rejected appends are repaired. Old messages are kept [99] in an archive.')
  const outputs = parts
    .filter(({ type }) => type === 'tool-result')
    .map(({ output }) => output as { pages: { number: number; path: string }[] })
  // A page has one number in all searches of a response.
  const numbers = new Map(outputs.flatMap(({ pages }) => pages).map(({ number, path }) => [number, path]))
  expect(new Set(numbers.values()).size).toBe(numbers.size)
  expect([...numbers.keys()]).toEqual(Array.from({ length: numbers.size }, (_, at) => at + 1))
  const { citations } = parts.find(({ type }) => type === 'text-end') as {
    citations: { source: { id: string }; startIndex: number; endIndex: number }[]
  }
  expect(citations.map(({ source, startIndex, endIndex }) => [source.id, text.slice(startIndex, endIndex)])).toEqual([
    [numbers.get(1), 'Rejected appends are repaired'],
    [numbers.get(1), 'Old messages are kept [99] in an archive'],
  ])
})

describe('the demo model with its tools', () => {
  test('reasons, calls two tools at the same time, and answers with sources', async () => {
    const { parts, types, order, text } = await partsOf('Search the docs for repair and calculate 6 * 7')
    expect(order.indexOf('reasoning-delta')).toBeLessThan(order.indexOf('tool-call'))
    expect(types.filter((type) => type === 'tool-call')).toHaveLength(2)
    expect(types.filter((type) => type === 'tool-result')).toHaveLength(2)
    expect(titlesIn(parts)).toEqual({ searchDocs: 'Search the documentation', calculator: 'Calculate' })
    // The inputs stream at the same time.
    const inputs = parts.filter(({ type }) => type === 'tool-input-delta').map(({ id }) => id)
    expect(inputs.lastIndexOf(inputs[0])).toBeGreaterThan(inputs.findIndex((id) => id !== inputs[0]))
    expect(parts.filter(({ type }) => type === 'source').length).toBeGreaterThan(1)
    expect(types.lastIndexOf('source')).toBeLessThan(types.indexOf('text-delta'))
    expect(text).toContain('about “repair”')
    // Each quoted page is cited where it is quoted.
    const { citations } = parts.find(({ type }) => type === 'text-end') as {
      citations: { startIndex: number; endIndex: number }[]
    }
    expect(citations).toHaveLength(parts.filter(({ type }) => type === 'source').length)
    for (const { startIndex, endIndex } of citations) expect(text.slice(startIndex, endIndex).length).toBeGreaterThan(20)
    expect(text).toContain('`6 * 7` is **42**')
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' })
  })

  test('draws a chart that grows while it is written', async () => {
    const { parts, types } = await partsOf('draw a chart of apples 3, pears 5 and plums 4')
    const charts = parts.filter(({ type }) => type === 'data-chart')
    expect(charts.map(({ data }) => (data as { rows: unknown[] }).rows.length)).toEqual([1, 2, 3, 3])
    expect(types.indexOf('data-chart')).toBeLessThan(types.indexOf('tool-call'))
  })

  test('says that a tool failed, and why', async () => {
    const { types, text } = await partsOf('calculate 1/0')
    expect(types).toContain('tool-error')
    expect(text).toContain('The tool `calculator` failed: unable to calculate; the result is not a finite number')
  })

  test('thinks about a question, and answers without tools', async () => {
    const { order, text } = await partsOf('Think about what Streamfold is')
    expect(order.indexOf('reasoning-delta')).toBeGreaterThan(0)
    expect(order).not.toContain('tool-call')
    expect(text).toContain('demo model')
  })

  test('answers a plain question in text alone', async () => {
    const { order } = await partsOf('What is Streamfold?')
    expect(order.filter((type) => !/^(?:start|finish)/.test(type))).toEqual(['text-start', 'text-delta', 'text-end'])
  })
})

describe('an answer that people take part in', () => {
  const model = createDemoModel({ wait: async () => undefined })
  const user = (text: string): LanguageModelV4Prompt[number] => ({ role: 'user', content: [{ type: 'text', text }] })
  const asks = (text: string): LanguageModelV4Prompt[number] => ({ ...user(text), providerOptions: promptMark(1) })
  const called = (toolCallId: string, toolName: string, input: unknown) =>
    ({ type: 'tool-call', toolCallId, toolName, input }) as const
  const gave = (toolCallId: string, toolName: string, output: LanguageModelV4ToolResultOutput) =>
    ({ type: 'tool-result', toolCallId, toolName, output }) as const
  const tools = ['sendInvitation', 'timeZoneAndLanguage', 'calculator'].map(
    (name) => ({ type: 'function', name, inputSchema: { type: 'object' } }) as const,
  )
  async function next(prompt: LanguageModelV4Prompt) {
    const { content } = await model.doGenerate({ prompt, tools })
    const calls = content.flatMap((part) => (part.type === 'tool-call' ? [part.toolName] : []))
    return { calls, text: content.map((part) => (part.type === 'text' ? part.text : '')).join('') }
  }
  const invitedTo = invitation('Ada', 'lunch')
  const asked: LanguageModelV4Prompt[number] = { role: 'assistant', content: [called('c1', 'sendInvitation', invitedTo)] }

  test('says what was sent, and what was denied and why', async () => {
    const sent = gave('c1', 'sendInvitation', { type: 'json', value: { sent: true, number: 7 } })
    expect((await next([user('invite Ada to lunch'), asked, { role: 'tool', content: [sent] }])).text).toContain(
      'The invitation to **Ada** was sent. It has the number 7.',
    )
    const denied = gave('c1', 'sendInvitation', { type: 'execution-denied', reason: 'Not **today**' })
    expect((await next([user('invite Ada to lunch'), asked, { role: 'tool', content: [denied] }])).text).toContain(
      'The invitation to **Ada** was denied, and nothing was sent. The reason: Not today',
    )
  })

  test.each([
    [
      { timeZone: 'UTC', languages: ['de-DE', 'en'] },
      /^Your browser is in the time zone `UTC`, and prefers `de-DE`, `en`\. It is \d\d:\d\d there\./,
    ],
    [{ timeZone: 'Mars/`**x**`', languages: [] }, /^Your browser is in the time zone `Mars\/ x`\.\n/],
    [{ timeZone: 7 }, /^Your browser did not say where it is\./],
    ['UTC', /^Your browser did not say where it is\./],
  ])('reads the answer of a page with care: %j', async (value, text) => {
    const output = gave('c1', 'timeZoneAndLanguage', { type: 'json', value })
    const call: LanguageModelV4Prompt[number] = { role: 'assistant', content: [called('c1', 'timeZoneAndLanguage', {})] }
    expect((await next([user('What time is it here?'), call, { role: 'tool', content: [output] }])).text).toMatch(text)
  })

  test('takes in what the user adds meanwhile: with a tool, and with a passage', async () => {
    const result = gave('c1', 'sendInvitation', { type: 'json', value: { sent: true, number: 1 } })
    const soFar: LanguageModelV4Prompt = [asks('invite Ada to lunch'), asked, { role: 'tool', content: [result] }]
    const more = [...soFar, user('calculate 6 * 7')]
    expect((await next(more)).calls).toEqual(['calculator'])
    const product = gave('c2', 'calculator', { type: 'json', value: { expression: '6 * 7', value: 42 } })
    const after: LanguageModelV4Prompt[number] = {
      role: 'assistant',
      content: [called('c2', 'calculator', { expression: '6 * 7' })],
    }
    const { calls, text } = await next([...more, after, { role: 'tool', content: [product] }])
    expect(calls).toEqual([])
    expect(text).toMatch(/Ada.+sent.+\n\n`6 \* 7` is \*\*42\*\*/s)
    const added = await next([...soFar, user('What is Ably AI Transport?')])
    expect(added.calls).toEqual([])
    expect(added.text).toMatch(/Ada.+sent.+\n\n.*AI Transport/s)
  })
})

test('an invitation is recorded each time that it is sent', async () => {
  const database = openDatabase(':memory:')
  const { sendInvitation } = createPeopleTools(createOutbox(database))
  const options = { toolCallId: 'call_1', messages: [], context: {} } as never // Of the options, the tool reads the id only.
  expect(await sendInvitation?.execute?.(invitation('Ada', 'lunch'), options)).toEqual({ sent: true, number: 1 })
  await sendInvitation?.execute?.(invitation('Ada', 'lunch'), options)
  const rows = database.prepare('SELECT call, recipient, subject FROM invitation').all()
  expect(rows.map((row) => Object.values(row))).toEqual(Array.from({ length: 2 }, () => ['call_1', 'Ada', 'Invitation to lunch']))
})
