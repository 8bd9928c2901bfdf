import type { MessagePart } from '@streamfold/core'
import { describe, expect, test } from 'vitest'
import { createPartBlocks, sameParts } from '../src/parts/part-blocks.ts'
import { message } from './message.ts'

const text = (text: string, state: 'streaming' | 'done' = 'done', id?: string): MessagePart => ({
  type: 'text',
  text,
  state,
  ...(id && { id }),
})
const reasoning: MessagePart = { type: 'reasoning', text: 'Hm.', state: 'streaming' }
const tool = {
  type: 'tool-add',
  toolCallId: 'c1',
  state: 'input-streaming',
  input: {},
  inputText: '{',
  output: undefined,
} as const
const source = (sourceId: string): MessagePart => ({ type: 'source-url', sourceId, url: `https://x.test/${sourceId}` })
const answer = (parts: readonly MessagePart[], status: 'streaming' | 'complete' = 'streaming') =>
  message({ parts, status, text: parts.map((part) => (part.type === 'text' ? part.text : '')).join('') })
const kinds = (parts: readonly MessagePart[], status?: 'complete') =>
  createPartBlocks()(answer(parts, status)).map(({ kind }) => kind)

describe('blocks', () => {
  test('are what a reader sees, in the order of the parts', () => {
    const data: MessagePart = { type: 'data-chart', data: {}, state: 'done' }
    const file: MessagePart = { type: 'file', mediaType: 'image/png', url: 'https://x.test/' }
    const quiet: MessagePart[] = [{ type: 'step-start' }, { type: 'custom', kind: 'x.y', data: 1 }]
    expect(kinds([...quiet, reasoning, tool, source('a'), source('b'), data, file, text('Yes.')])).toEqual([
      'reasoning',
      'tool',
      'sources',
      'data',
      'file',
      'text',
    ])
  })

  test('the caret has a place before anything is said, and the first text is written there', () => {
    const blocksOf = createPartBlocks()
    const [caret] = blocksOf(answer([]))
    expect(caret).toMatchObject({ kind: 'text', index: 0 })
    expect(blocksOf(answer([text('A', 'streaming')]))[0]).toBe(caret)
    expect(kinds([], 'complete')).toEqual([])
  })

  test('blank lines between two tools take no room', () => {
    expect(kinds([text('\n\n'), tool])).toEqual(['tool'])
    expect(kinds([tool, text('\n', 'streaming')])).toEqual(['tool', 'text'])
  })

  test('sources never stand below a text that grows', () => {
    const growing = text('So far', 'streaming', 't')
    expect(kinds([growing, source('a')])).toEqual(['text'])
    expect(kinds([growing, source('a'), tool])).toEqual(['text', 'sources', 'tool'])
    expect(kinds([text('All.'), source('a')])).toEqual(['text', 'sources'])
  })

  test('keep their objects while they look the same', () => {
    const blocksOf = createPartBlocks()
    const before = blocksOf(answer([reasoning, tool, source('a'), text('A', 'streaming')]))
    const grown = { ...tool, inputText: '{"a"' } as const
    const after = blocksOf(answer([reasoning, grown, source('a'), text('AB', 'streaming')]))
    expect(after.map((block, at) => block === before[at])).toEqual([true, false, false, true])
    const { parts } = answer([reasoning, grown, source('a'), text('AB', 'streaming')])
    const once = blocksOf(answer(parts))
    expect(blocksOf(answer([...parts.slice(0, 3), text('ABC', 'streaming')])).every((block, at) => block === once[at])).toBe(true)
  })

  test('a prompt has its files, and its text elsewhere', () => {
    const file: MessagePart = { type: 'file', mediaType: 'image/png', url: 'https://x.test/' }
    expect(createPartBlocks()(message({ role: 'user', parts: [text('Look'), file] })).map(({ kind }) => kind)).toEqual(['file'])
  })
})

describe('a component renders again', () => {
  test.each<[string, boolean, MessagePart[], MessagePart[]]>([
    ['not for a longer text', true, [text('A', 'streaming')], [text('AB', 'streaming')]],
    ['not for longer reasoning', true, [reasoning], [{ ...reasoning, text: 'Hm. So' } as MessagePart]],
    ['when reasoning ends', false, [reasoning], [{ ...reasoning, state: 'done', durationMs: 1 } as MessagePart]],
    ['when a tool changes', false, [tool], [{ ...tool }]],
    ['when a part comes', false, [reasoning], [reasoning, tool]],
    ['when a text begins to be seen', false, [text('', 'streaming')], [text('A', 'streaming')]],
  ])('%s', (_, same, before, after) => {
    expect(sameParts(answer(before), answer(after))).toBe(same)
  })
})
