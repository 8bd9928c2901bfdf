import type { Conversation } from '@streamfold/core'
import { emptyConversation, reduce, selectMessage, selectWaiting } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { frameHead, inputHash } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import { answer, prompt, response } from './asking.ts'
import { attached } from './build.ts'

type Written = readonly [Head, string?]

const conversation = (...frames: readonly Written[]): Conversation =>
  [...attached, prompt, response(dataOf(...frames), 'streaming')].reduce(reduce, emptyConversation())

function dataOf(...frames: readonly Written[]): string {
  return frames.map(([head, body = '']) => frameHead(head) + body).join('')
}

const call = (id: string): Written => [{ type: 'tool', id, name: 'invite' }, '{}']
const input = (id: string): Written => [{ type: 'input', id }]
const asks = (id: string): Written => [{ type: 'ask', id, approval: `a-${id}` }]
const wants = (id: string): Written => [{ type: 'ask', id, approval: `w-${id}`, wants: 'output' }]
const decided = (id: string, more: object): Written => [{ type: 'decided', id, ...more }]
const idsOf = (state: Conversation) => selectWaiting(state).map((waiting) => waiting.call.toolCallId)

describe('a call waits', () => {
  it.each<[string, boolean, ...Written[]]>([
    ['that asks for nothing', false, input('c1')],
    ['for approval', true, input('c1'), asks('c1')],
    ['for approval, whose input streams', true, asks('c1')],
    ['and was approved', false, input('c1'), asks('c1'), decided('c1', { approved: true })],
    ['and was refused', false, input('c1'), asks('c1'), decided('c1', { approved: false })],
    ['for approval, and has an output', false, input('c1'), asks('c1'), [{ type: 'output', id: 'c1' }, '1'], [{ type: 'end' }]],
    ['for an output', true, input('c1'), wants('c1')],
    ['for an output, whose input streams', false, wants('c1')],
    ['for an output after it was approved', true, input('c1'), asks('c1'), decided('c1', { approved: true }), wants('c1')],
    ['for an output and was answered', false, input('c1'), wants('c1'), decided('c1', { answer: 's3' })],
    ['for an output until the deadline', false, input('c1'), wants('c1'), decided('c1', { auto: 'deadline' })],
    ['for an output and has it', false, input('c1'), wants('c1'), [{ type: 'output', id: 'c1' }, '1'], [{ type: 'end' }]],
  ])('%s: %s', (_, waits, ...frames) => {
    expect(idsOf(conversation(call('c1'), ...frames))).toEqual(waits ? ['c1'] : [])
  })

  it('in the order of the calls, not of the questions', () => {
    expect(idsOf(conversation(call('c1'), call('c2'), call('c3'), asks('c3'), asks('c1'), asks('c2')))).toEqual([
      'c1',
      'c2',
      'c3',
    ])
    const some = [call('c1'), call('c2'), call('c3'), asks('c2'), asks('c3'), asks('c1')]
    expect(idsOf(conversation(...some, decided('c2', { approved: true }), asks('c1')))).toEqual(['c1', 'c3'])
  })

  it('no longer while this client sends its answer', () => {
    const state = conversation(call('c1'), input('c1'), wants('c1'))
    const own = { key: 'k', at: 5, target: 's2', call: 'c1', kind: 'output', saw: inputHash({}), text: '{"output":1}' } as const
    expect(idsOf(reduce(state, { type: 'answer-sent', ...own, clientId: 'alice' }))).toEqual([])
  })

  it('in an older state, also when a newer one has been read', () => {
    const older = conversation(call('c1'), input('c1'), asks('c1'))
    const before = selectMessage(older, 's2')!
    const newer = reduce(
      older,
      response(dataOf(call('c1'), input('c1'), asks('c1'), decided('c1', { approved: true })), 'streaming', 's4'),
    )
    expect(idsOf(newer)).toEqual([])
    expect(idsOf(older)).toEqual(['c1'])
    expect(selectMessage(older, 's2')).toBe(before)
  })
})

describe('an answer is given to the call, and not to another part', () => {
  const text: Written = [{ type: 'text', id: 'c2' }, 'hi']
  const other = [call('c1'), input('c1'), asks('c1'), text, call('c2'), input('c2'), asks('c2')]
  const approvals = (state: Conversation) =>
    selectMessage(state, 's2')!.parts.map((part) => ('toolCallId' in part ? part.approval?.approved : part.type))
  const given = answer({ call: 'c2', saw: inputHash({}) })

  it('with the same id', () => {
    expect(approvals(reduce(conversation(...other), given))).toEqual([undefined, 'text', true])
  })

  it('also in a state that was read before a newer one', () => {
    const older = reduce(conversation(...other), given)
    const newest = reduce(older, response(dataOf(...other, [{ type: 'text', id: 't' }, 'so']), 'streaming', 's4'))
    expect(approvals(newest)).toEqual([undefined, 'text', true, 'text'])
    // Not read so far.
    expect(approvals(reduce(older, answer({ call: 'c1', serial: 's5', saw: inputHash({}) })))).toEqual([true, 'text', true])
    expect(approvals(older)).toEqual([undefined, 'text', true])
  })

  it('unless there is no such call', () => {
    const state = conversation(...other)
    expect(selectMessage(reduce(state, answer({ call: 'c9', saw: inputHash({}) })), 's2')).toBe(selectMessage(state, 's2'))
  })
})
