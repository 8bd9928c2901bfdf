import { toJSON } from '@streamfold/core'
import { forgetOlder, snapshotsOf } from '@streamfold/core/transport'
import { describe, expect, it } from 'vitest'
import * as chat from './asking.ts'
import { fold, live, read, streaming } from './build.ts'

const prompt = (serial: string) =>
  live('create', serial, serial, { serial, name: 'prompt', clientId: 'ann', extras: { headers: { role: 'user' } } })
const answer = (serial: string, headers: Record<string, string>) =>
  live('create', serial, serial, { serial, extras: { headers: { ...streaming, ...headers } } })
const answered = (serial: string, target: string) => chat.answer({ serial, target, by: 'ann' })
const serials = (state: ReturnType<typeof fold>) => toJSON(state).records.map(({ id }) => id)

describe('forgetOlder', () => {
  it('keeps the newest records, what is open with its prompt, and whole message groups', () => {
    const state = fold([
      prompt('01'),
      answer('02', { 'reply-to': '01' }),
      prompt('03'),
      answer('04', { 'reply-to': '03', status: 'complete' }),
      prompt('05'),
      answer('06', { 'reply-to': '05', status: 'complete' }),
      answer('07', { 'reply-to': '05', status: 'complete', continues: '06' }),
      prompt('08'),
    ])
    const kept = forgetOlder(state, 2)
    expect(serials(kept)).toEqual(['01', '02', '05', '06', '07', '08'])
    expect(kept.context.hasOlder).toBe(true)
    expect(kept.context.open).toEqual(state.context.open)
    // The stream of what is open goes on.
    const more = live('append', '09', '!', { serial: '02', extras: { headers: { ...streaming, 'reply-to': '01' } } })
    expect(toJSON(fold([more], kept)).records[1]).toMatchObject({ text: '02!', continuity: 'contiguous' })
  })

  it('keeps a response of several messages whole, and its prompt, wherever one of them is needed', () => {
    const long = (status: string) => [
      prompt('01'),
      answer('02', { 'reply-to': '01', status: 'complete' }),
      answer('03', { 'reply-to': '01', status, continues: '02' }),
      prompt('04'),
    ]
    // It streams, it waits, or a later message names it.
    for (const status of ['streaming', 'waiting'])
      expect([status, serials(forgetOlder(fold([...long(status), prompt('05')]), 1))]).toEqual([status, ['01', '02', '03', '05']])
    expect(serials(forgetOlder(fold([prompt('01'), answer('02', { 'reply-to': '00', again: '00' })]), 1))).toEqual(['02'])
    const named = answer('05', { 'reply-to': '02', status: 'complete' })
    expect(serials(forgetOlder(fold([...long('complete'), named]), 1))).toEqual(['01', '02', '03', '05'])
  })

  it('keeps what waits for a person, with its prompt and answers, and no answer to what it forgets', () => {
    const state = fold([
      prompt('01'),
      answer('02', { 'reply-to': '01', status: 'waiting' }),
      answered('03', '02'),
      prompt('04'),
      answer('05', { 'reply-to': '04', status: 'complete' }),
      answered('06', '05'),
      prompt('07'),
    ])
    const kept = forgetOlder(state, 1)
    expect(serials(kept)).toEqual(['01', '02', '07'])
    expect(kept.context.answers.map(({ serial }) => serial)).toEqual(['03'])
  })

  it('is the same value where nothing is older', () => {
    const state = fold([prompt('01')])
    expect(forgetOlder(state, 1)).toBe(state)
  })
})

describe('snapshotsOf', () => {
  it('folded into an empty conversation make the same records', () => {
    const raw = (action: string, version: string, text: string, more: object) => read(action, version, text, { ...more })
    const state = fold([
      raw('update', '01', 'hello', {
        serial: '01',
        id: 'key-1',
        name: 'prompt',
        clientId: 'ann',
        extras: { headers: { role: 'user' } },
      }),
      raw('update', '09', 'half', { serial: '02', extras: { headers: { ...streaming, 'reply-to': '01', own: 'x' } } }),
      raw('delete', '08', '', { serial: '03' }),
      raw('update', '07', 'late', {
        serial: '04',
        extras: { headers: { role: 'assistant', status: 'failed', error: 'why', 'reply-to': '01', continues: '02' } },
      }),
    ])
    expect(toJSON(fold(snapshotsOf(state))).records).toEqual(toJSON(state).records)
  })

  it('have what an operation alone says: that a response is complete', () => {
    const done = { serial: '03', timestamp: 2, metadata: { phase: 'done' } }
    const state = fold([live('create', '02', 'a', { serial: '02' }), live('append', '03', 'b', { serial: '02', version: done })])
    expect(toJSON(state).records).toMatchObject([{ text: 'ab', status: 'complete', declaredPhase: 'streaming' }])
    expect(toJSON(fold(snapshotsOf(state))).records).toMatchObject([{ text: 'ab', status: 'complete' }])
  })

  it('have the end that a response without a status has', () => {
    const plain = { serial: '02', extras: { headers: { role: 'assistant', 'reply-to': '01' } } }
    const deleted = live('delete', '09', '', { serial: '01', id: 'mine', clientId: 'ann', name: 'prompt' })
    const withdrawn = fold([prompt('01'), live('create', '02', 'a', plain), deleted])
    const statusOf = (state: typeof withdrawn) => toJSON(state).records.map(({ status }) => status)
    expect(statusOf(withdrawn)).toEqual(['deleted', 'cancelled'])
    expect(statusOf(fold(snapshotsOf(withdrawn)))).toEqual(['deleted', 'cancelled'])
    // Its prompt may be forgotten.
    expect(statusOf(fold(snapshotsOf(withdrawn).slice(1)))).toEqual(['cancelled'])
    const going = fold([live('create', '02', 'a', plain)])
    expect(snapshotsOf(going)).toMatchObject([{ phase: undefined }])
  })

  it('have what was permitted, and what has become another message', () => {
    const edit = (mayEdit: boolean | undefined) =>
      chat.message(
        '02',
        { name: 'prompt', data: 'x', clientId: 'bob', headers: { role: 'user', edits: '01' } },
        { permissions: { mayEdit: () => mayEdit } },
      )
    for (const mayEdit of [true, false]) {
      const state = fold([prompt('01'), edit(mayEdit)])
      expect(snapshotsOf(state)[1]).toMatchObject({ mayEdit })
      expect(toJSON(fold(snapshotsOf(state))).records).toMatchObject([{ id: '01' }, { id: '02', mayEdit }])
    }
    expect(snapshotsOf(fold([prompt('01'), edit(undefined)]))[1]).not.toHaveProperty('mayEdit')
    const turned = { serial: '01', version: '09' }
    const state = fold([prompt('01'), { type: 'ignored', reason: 'a cancel', turned }])
    expect(snapshotsOf(state)).toEqual([{ type: 'ignored', reason: 'it was changed', turned }])
    expect(toJSON(fold([...snapshotsOf(state), prompt('01')])).records).toEqual([])
  })

  it('has the answers', () => {
    const state = fold([answer('02', { status: 'waiting' }), answered('03', '02')])
    expect(fold(snapshotsOf(state)).context.answers).toEqual(state.context.answers)
    expect(toJSON(fold(snapshotsOf(state))).records).toMatchObject([{ status: 'waiting' }])
  })
})
