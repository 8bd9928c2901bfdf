import type { Conversation, ConversationEvent, MessageRecord } from '@streamfold/core'
import { reduce } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import { onlyRecentChanged, onlyTextChanged } from '../src/messages/only-text-changed.ts'
import { answer, prompt } from './asking.ts'
import { attached, fold, live } from './build.ts'

const state = fold([...attached, live('create', 'v1', 'a')])
const [record] = state.records.recent

function changed(changes: Partial<MessageRecord>, more: readonly MessageRecord[] = []): Conversation {
  return { ...state, records: { ...state.records, recent: [{ ...record!, ...changes }, ...more] } }
}

describe('only texts changed', () => {
  it('where an append has added text', () => {
    const appended = reduce(state, live('append', 'v2', 'b'))
    expect([onlyTextChanged(state, appended), onlyRecentChanged(state, appended)]).toEqual([true, true])
    expect(onlyTextChanged(state, changed({ text: 'ab', version: 'v2', lastActivityAt: 9 }))).toBe(true)
    expect(onlyTextChanged(state, state)).toBe(true)
    expect(onlyTextChanged(state, changed({}))).toBe(true)
  })

  it.each<[keyof MessageRecord, Partial<MessageRecord>]>([
    ['id', { id: 's0' }],
    ['key', { key: 'other' }],
    ['status', { status: 'stalled' }],
    ['replyTo', { replyTo: 's0' }],
    ['into', { into: 's0' }],
    ['parent', { parent: 's0' }],
    ['edits', { edits: 's0' }],
    ['again', { again: 's0' }],
    ['error', { error: 'no agent' }],
    ['source', { source: 'local' }],
  ])('not where a field differs on which selectors depend: %s', (_, changes) => {
    expect(onlyTextChanged(state, changed(changes))).toBe(false)
    expect(onlyRecentChanged(state, changed(changes))).toBe(true)
  })

  it('not where an ended response was at work later, or a request has got contents', () => {
    const ended = changed({ status: 'complete' })
    expect(onlyTextChanged(ended, changed({ status: 'complete', text: 'ab' }))).toBe(true)
    expect(onlyTextChanged(ended, changed({ status: 'complete', lastActivityAt: 9 }))).toBe(false)
    const request = changed({ again: 's0', text: '' })
    expect(onlyTextChanged(request, changed({ again: 's0', text: 'x' }))).toBe(false)
    expect(onlyTextChanged(request, changed({ again: 's0', text: '', version: 'v2' }))).toBe(true)
  })

  it('not where a record was added or is missing, or something other than the recent records changed', () => {
    const added = changed({}, [{ ...record!, id: 's2', key: 's2' }])
    expect([onlyTextChanged(state, added), onlyRecentChanged(state, added)]).toEqual([false, true])
    expect([onlyTextChanged(added, state), onlyRecentChanged(added, state)]).toEqual([false, false])
    for (const other of [
      { ...state, context: { ...state.context } },
      { ...state, records: { ...state.records, base: [] } },
    ])
      expect([onlyTextChanged(state, other), onlyRecentChanged(state, other)]).toEqual([false, false])
    const context = { ...state.context, grouped: true }
    const grouped = { ...state, context }
    expect(onlyRecentChanged(grouped, { ...changed({ text: 'ab' }), context })).toBe(false)
  })

  it('a prompt that is added may give an answer its author', () => {
    const answered = fold([answer()], state)
    const { context } = answered
    const asked = reduce(answered, { ...prompt, serial: 's0' } as ConversationEvent)
    expect(asked.context).toBe(context)
    expect(onlyRecentChanged(answered, asked)).toBe(false)
    expect(onlyRecentChanged(answered, { ...changed({ text: 'ab' }), context })).toBe(true)
  })
})
