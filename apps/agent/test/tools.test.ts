import { describe, expect, test } from 'vitest'
import { createDocsIndex } from '../src/tools/docs-index.ts'
import type { EmittedPart } from '../src/tools/emitter.ts'
import { createEmitter } from '../src/tools/emitter.ts'
import { createFoundPages } from '../src/tools/found-pages.ts'
import { createTools } from '../src/tools/tools.ts'

const docs = createDocsIndex()

describe('the documentation search', () => {
  test.each([
    ['repair of rejected appends', 'concepts/repair.md'],
    ['server rendering', 'recipes/server-rendering.md'],
    ['archive', 'recipes/archive.md'],
  ])('%s → %s', (query, path) => expect(docs.search(query).map((page) => page.path)).toContain(path))

  test('gives a few short passages, of one page one', () => {
    const found = docs.search('message')
    expect(found.length).toBeGreaterThan(1)
    expect(new Set(found.map(({ path }) => path)).size).toBe(found.length)
    for (const { excerpt } of found) expect(excerpt.length).toBeLessThanOrEqual(325)
    for (const { excerpt } of found) expect(excerpt).not.toMatch(/```|\]\(|^#/)
  })

  test.each(['', 'qwertzuiop', '*', '\u0000', 'x'.repeat(100_000)])('%# finds nothing, and does not fail', (query) =>
    expect(docs.search(query)).toEqual([]),
  )

  test('has no pages where the documentation is not deployed, and then the model has no such tool', () => {
    const none = createDocsIndex('/nowhere/at/all')
    expect(none.pages).toEqual([])
    expect(Object.keys(createTools(none, () => undefined, createFoundPages()))).toEqual(['calculator', 'chart'])
  })
})

describe('the tools', () => {
  const options = { toolCallId: 'c', messages: [], context: {} } as never // Of the options, the tools read the id only.

  test('the search emits its sources and a progress card that is replaced in place', async () => {
    const emitted: EmittedPart[] = []
    const { searchDocs } = createTools(docs, (part) => emitted.push(part), createFoundPages())
    const output = await searchDocs?.execute?.({ query: 'archive' } as never, options)
    const cards = emitted.filter(({ type }) => type === 'data-progress')
    expect(cards).toMatchObject([
      { id: 'c', data: { value: 0 } },
      { id: 'c', data: { value: 1 } },
    ])
    const sources = emitted.filter(({ type }) => type === 'source')
    expect(output).toMatchObject({ pages: sources.map((source, at) => ({ number: at + 1, path: source.id })) })
  })

  test('a chart grows by whole rows while the model writes them', async () => {
    const charts: unknown[] = []
    const { chart } = createTools(
      docs,
      ({ type, ...part }) => type === 'data-chart' && charts.push((part as { data: unknown }).data),
      createFoundPages(),
    )
    await chart?.onInputStart?.(options)
    const input = JSON.stringify({
      title: 'Fruit {a}',
      rows: [
        { label: 'a}', value: 12 },
        { label: 'b', value: 34 },
      ],
    })
    for (const inputTextDelta of input) await chart?.onInputDelta?.({ ...(options as object), inputTextDelta } as never)
    expect(charts).toEqual([
      { title: 'Fruit {a}', rows: [{ label: 'a}', value: 12 }] },
      {
        title: 'Fruit {a}',
        rows: [
          { label: 'a}', value: 12 },
          { label: 'b', value: 34 },
        ],
      },
    ])
  })
})

describe('what tools emit', () => {
  const progress = (value: number): EmittedPart => ({ type: 'data-progress', id: 'p', data: { label: 'x', value } })

  test('is in the stream as soon as it is emitted, before the result', async () => {
    const { emit, read } = createEmitter()
    let finish = (): void => undefined
    async function* model() {
      yield 'call'
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      emit(progress(1))
      yield 'result'
    }
    const stream = read(model())
    expect((await stream.next()).value).toBe('call')
    const next = stream.next()
    emit(progress(0))
    expect((await next).value).toEqual(progress(0))
    finish()
    const rest: unknown[] = []
    for await (const part of stream) rest.push(part)
    expect(rest).toEqual([progress(1), 'result'])
  })

  test('the model’s failure is the stream’s, and a reader that leaves ends the model', async () => {
    async function* failing() {
      yield 1
      throw new Error('no model')
    }
    const stream = createEmitter().read(failing())
    await stream.next()
    await expect(stream.next()).rejects.toThrow('no model')

    let ended = false
    async function* endless() {
      try {
        for (;;) yield 1
      } finally {
        ended = true
      }
    }
    for await (const _ of createEmitter().read(endless())) break
    expect(ended).toBe(true)
  })
})
