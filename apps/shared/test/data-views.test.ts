import { describe, expect, test } from 'vitest'
import { chartView } from '../src/parts/chart-view.ts'
import { prettyJson } from '../src/parts/json-text.ts'
import { progressView } from '../src/parts/progress-view.ts'
import { reasoningView } from '../src/parts/reasoning-view.ts'

const hostile = [undefined, null, 7, 'x', [], { rows: 'x' }, { rows: [null, 7, { label: {}, value: Infinity }] }, { title: {} }]

describe('a chart', () => {
  test('has a bar for each row that is complete', () => {
    const rows = [{ label: 'a', value: 1 }, { label: 'b', value: -4 }, { label: 'c' }]
    expect(chartView({ title: 'Runs', unit: 'ms', rows })).toEqual({
      title: 'Runs (ms)',
      rows: [
        { label: 'a', value: '1', share: 25, negative: false },
        { label: 'b', value: '-4', share: 100, negative: true },
      ],
    })
  })

  test.each(hostile)('of %o has none', (data) => {
    expect(chartView(data)).toEqual({ title: 'Chart', rows: [] })
  })

  test('has a limit', () => {
    const rows = Array.from({ length: 10_000 }, () => ({ label: 'l'.repeat(1_000), value: 0 }))
    const view = chartView({ rows })
    expect(view.rows).toHaveLength(100)
    expect(view.rows[0]).toEqual({ label: 'l'.repeat(80), value: '0', share: 0, negative: false })
  })
})

describe('progress', () => {
  test.each([
    [
      { label: 'Reading', value: 0.25 },
      { label: 'Reading', value: 0.25, detail: '25 %' },
    ],
    [
      { label: 'Reading', value: 7, detail: 'all' },
      { label: 'Reading', value: 1, detail: 'all' },
    ],
    [{ label: 'Reading' }, { label: 'Reading', value: undefined, detail: '' }],
    [{ value: -1 }, { label: 'Progress', value: 0, detail: '0 %' }],
  ])('of %o', (data, expected) => {
    expect(progressView(data)).toEqual(expected)
  })

  test.each(hostile)('of %o is unknown', (data) => {
    expect(progressView(data)).toEqual({ label: 'Progress', value: undefined, detail: '' })
  })
})

test('JSON of nothing is nothing', () => {
  expect(prettyJson(undefined)).toBe('')
})

describe('reasoning says how long it took', () => {
  const done = { type: 'reasoning', text: 'Hm.', state: 'done' } as const
  test.each([
    [200, 'Thought for 1 s'],
    [3_200, 'Thought for 3 s'],
    [60_000, 'Thought for 1 min'],
    [125_000, 'Thought for 2 min 5 s'],
    [undefined, 'Thought'],
  ])('%s ms', (durationMs, title) => {
    expect(reasoningView({ ...done, ...(durationMs !== undefined && { durationMs }) }, false).title).toBe(title)
  })

  test('while it streams, that it does; not after the agent went away', () => {
    expect(reasoningView({ ...done, state: 'streaming' }, false)).toMatchObject({ title: 'Thinking …', thinking: true })
    expect(reasoningView({ ...done, state: 'streaming' }, true)).toMatchObject({ title: 'Thought', thinking: false })
  })

  test('that it is hidden, if there is none', () => {
    expect(reasoningView({ ...done, text: ' ' }, false).hidden).toBe('The agent does not show this reasoning.')
    expect(reasoningView({ ...done, text: '', state: 'streaming' }, false).hidden).toBe('')
  })
})
