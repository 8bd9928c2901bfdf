import type { Message } from '@streamfold/core'
import { describe, expect, test } from 'vitest'
import { createDemoModel } from '../src/demo/demo-model.ts'
import type { PlannedCall } from '../src/demo/plan.ts'
import { planFor } from '../src/demo/plan.ts'
import { createRespond } from '../src/respond.ts'
import { createDocsIndex } from '../src/tools/docs-index.ts'

const sample = [{ label: 'a page', value: 7 }]
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
  ])('%s', (question, calls) => expect(toolsFor(question)).toEqual(calls))

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
  ])('%s needs none, and no reasoning', (question) => expect(planFor(question, sample)).toEqual({ reasoning: '', calls: [] }))
})

function prompt(text: string): Message {
  const none = { replyTo: undefined, into: undefined, clientId: undefined, error: undefined, headers: {}, metadata: undefined }
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

/** The types of what the model’s stream yields, in a row once, with the tools really called. */
async function partsOf(question: string) {
  const docs = createDocsIndex()
  const respond = createRespond(createDemoModel({ wait: async () => undefined, sample }), docs)
  const asked = prompt(question)
  const source = respond({ messages: [asked], prompt: asked, signal: new AbortController().signal, annotate: () => undefined })
  const parts: Readonly<Record<string, unknown>>[] = []
  for await (const part of source as AsyncIterable<Readonly<Record<string, unknown>>>) parts.push(part)
  const types = parts.map(({ type }) => String(type))
  const text = parts.map((part) => (part['type'] === 'text-delta' ? String(part['text']) : '')).join('')
  return { parts, types, order: types.filter((type, at) => type !== types[at - 1]), text }
}

describe('the demo model with its tools', () => {
  test('reasons, calls two tools at the same time, and answers with sources', async () => {
    const { parts, types, order, text } = await partsOf('Search the docs for repair and calculate 6 * 7')
    expect(order.indexOf('reasoning-delta')).toBeLessThan(order.indexOf('tool-call'))
    expect(types.filter((type) => type === 'tool-call')).toHaveLength(2)
    expect(types.filter((type) => type === 'tool-result')).toHaveLength(2)
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
