import { createStore, emptyConversation, fromJSON, toJSON } from '@streamfold/core'
import type { Log } from '@streamfold/core/log'
import { exportLog, importLog, replay } from '@streamfold/core/log'
import { describe, expect, it } from 'vitest'
import { fold, live } from './build.ts'

const start = toJSON(emptyConversation())
const header = (more: object = {}) => JSON.stringify({ format: 'streamfold-log', version: 3, start, ...more })
const tick = '{"type":"tick","now":1}'
/** Lists, one in the other. */
const nested = (depth: number): unknown => (depth === 0 ? 7 : [nested(depth - 1)])

describe('a file of a log', () => {
  it('has one line for its start and one for each event', () => {
    const log: Log = { start: emptyConversation(), events: [live('create', 'v1', 'a'), { type: 'tick', now: 1 }] }
    expect(exportLog(log).split('\n')).toHaveLength(3)
    for (const one of [log, { ...log, folded: 0 }]) expect(exportLog(one)).not.toContain('folded')
    expect(importLog(exportLog(log))).toEqual(log)
    expect(importLog(exportLog(log))).not.toHaveProperty('folded')
    expect(importLog(exportLog({ ...log, folded: 7 }))).toEqual({ ...log, folded: 7 })
  })

  it('may have lines without text', () => {
    expect(importLog(`\n ${header()}\n\n  \n${tick}\n`).events).toEqual([{ type: 'tick', now: 1 }])
    expect(() => importLog(`\n\n${header()}\n\nnope`)).toThrow('line 2 is not JSON')
  })

  it.each<[string, string]>([
    ['', 'it is empty: export it again'],
    [' \n\t', 'it is empty: export it again'],
    ['nope', 'line 1 is not JSON: export it again'],
    ['null', 'line 1 is not an object: export it again'],
    ['"text"', 'line 1 is not an object: export it again'],
    ['{}', 'its first line does not name the format streamfold-log: export it again'],
    [header({ version: 4 }), 'it is of version 4, this is version 3: update Streamfold'],
    [header({ version: '4' }), 'it is of version 4, this is version 3: export it again'],
    [header({ version: 0 }), 'it is of version 0, this is version 3: export it again'],
    [header({ version: undefined }), 'it is of version undefined, this is version 3: export it again'],
    [header({ folded: -1 }), 'its first line has an invalid number of folded events: export it again'],
    [header({ folded: 1.5 }), 'its first line has an invalid number of folded events: export it again'],
    [header({ folded: null }), 'its first line has an invalid number of folded events: export it again'],
    [header({ start: undefined }), 'its start is not a conversation: export it again'],
    [header({ start: { ...start, version: 1 } }), 'its start is not a conversation: export it again'],
    [`${header()}\n${tick}\n{"now":1}`, 'line 3 is not an event: export it again'],
    [`${header()}\n${tick}\n{"type":7}`, 'line 3 is not an event: export it again'],
    [`${header()}\n${tick}\nnull`, 'line 3 is not an object: export it again'],
    [`${header()}\n${tick}\n{`, 'line 3 is not JSON: export it again'],
  ])('that cannot be read: %j', (text, problem) => {
    expect(() => importLog(text)).toThrow(new Error(`unable to read the log; ${problem}`))
  })

  it('that cannot be read has the reason of JSON', () => {
    const causeOf = (text: string): unknown => {
      try {
        return importLog(text)
      } catch (error) {
        return (error as Error).cause
      }
    }
    expect(causeOf('nope')).toBeInstanceOf(SyntaxError)
    expect(causeOf('')).toBeUndefined()
  })

  const arrivalOf = (arrived: unknown) =>
    importLog(`${header()}\n${JSON.stringify({ type: 'tick', now: 1, arrived })}`).arrivals?.[0]

  it('has the arrivals that it can have', () => {
    for (const arrived of [undefined, null, 7, 'now', {}, { at: '7' }, { at: -1 }, { at: null }])
      expect([arrived, arrivalOf(arrived)]).toEqual([arrived, undefined])
    expect(arrivalOf({ at: 7, more: 1 })).toStrictEqual({ at: 7 })
    for (const raw of [{ serial: 's1' }, 'text', 7, null]) expect(arrivalOf({ at: 7, raw })).toStrictEqual({ at: 7, raw })
    const some = importLog([header(), tick, tick.replace('}', ',"arrived":{"at":7}}')].join('\n'))
    expect(some.arrivals).toStrictEqual([undefined, { at: 7 }])
    expect(some.events).toStrictEqual([
      { type: 'tick', now: 1 },
      { type: 'tick', now: 1 },
    ])
  })

  it('keeps no delivered message that is nested so deeply that it cannot be written again', () => {
    expect(arrivalOf({ at: 7, raw: nested(100) })).toStrictEqual({ at: 7, raw: nested(100) })
    expect(arrivalOf({ at: 7, raw: nested(101) })).toStrictEqual({ at: 7 })
    expect(arrivalOf({ at: 7, raw: { a: 1, b: { c: nested(99) }, d: 2 } })).toStrictEqual({ at: 7 })
    expect(arrivalOf({ at: 7, raw: { a: 1, b: { c: nested(98) }, d: 2 } })).toHaveProperty('raw')
  })

  it('of a log that is none is not written', () => {
    expect(() => exportLog({ start: emptyConversation(), events: 7 } as never)).toThrow('unable to write the log; it is not one')
    expect(() => exportLog({ start: emptyConversation() } as never)).toThrow('unable to write the log; it is not one')
    expect(() => exportLog({ events: [] } as never)).toThrow('unable to write the log; it is not one')
    for (const value of [null, 7]) expect(() => exportLog(value as never)).toThrow('unable to write the log; it is not one')
  })
})

describe('a log of an earlier version', () => {
  const line = (more: object) => JSON.stringify({ ...live('create', 'v1', 'a'), fields: undefined, ...more })
  const read = (version: number, event: string) => importLog(`${header({ version, start })}\n${event}`).events[0]

  it('has no parsed headers: they are parsed when it is read', () => {
    const headers = { role: 'assistant', status: 'failed', error: 'e', 'reply-to': 's0' }
    expect(read(2, line({ headers }))).toMatchObject({ fields: { replyTo: 's0', error: 'e', phase: 'failed' } })
    expect(read(3, line({ headers }))).not.toHaveProperty('fields')
    expect(read(2, line({ headers: undefined }))).not.toHaveProperty('fields')
    for (const wrong of [null, 7, [], { role: 7 }])
      expect(read(2, line({ headers: wrong }))).toMatchObject({
        type: 'ignored',
        reason: expect.stringContaining('its headers is not') as string,
      })
  })

  it('has placements in headers of their own', () => {
    const placementIn = (headers: object) => {
      const event = read(2, line({ headers }))
      return event && 'fields' in event ? [event.fields?.into, event.fields?.placement] : undefined
    }
    const none = { continues: undefined, step: undefined, attempt: undefined, promptAuthor: undefined }
    expect(placementIn({ 'part-of': 'g' })).toEqual([undefined, { ...none, group: 'g', mark: false }])
    expect(placementIn({ 'part-of': 'g', part: 'mark', step: '1', attempt: '2', steers: 's9', continues: 's1' })).toEqual([
      's9',
      { ...none, group: 'g', mark: true, step: '1', attempt: '2', continues: 's1' },
    ])
    expect(placementIn({ part: 'mark', step: '1', steers: 's9', into: 's8' })).toEqual(['s8', undefined])
  })

  it('has the name of the group whose agent is active in a field of another name', () => {
    expect(read(2, '{"type":"ignored","reason":"r","of":"g"}')).toStrictEqual({ type: 'ignored', reason: 'r', activityOf: 'g' })
    expect(read(2, '{"type":"ignored","reason":"r"}')).toStrictEqual({ type: 'ignored', reason: 'r' })
    expect(read(3, '{"type":"ignored","reason":"r","of":"g"}')).toStrictEqual({ type: 'ignored', reason: 'r' })
  })

  const known = toJSON(fold([live('create', 'v1', 'a')]))
  const {
    placement: _,
    declaredPhase: __,
    deliveredVersion: ___,
    lastActivityAt: ____,
    into: _____,
    ...record
  } = known.records[0]!
  const startOf = (messages: unknown, more: object = {}) =>
    header({ version: 1, start: { ...start, records: undefined, version: 1, messages, ...more } })
  const recordOf = (more: object) => toJSON(importLog(startOf([{ ...record, heardAt: 5, ...more }])).start).records[0]

  it('starts with records whose fields have other names', () => {
    const upgraded = recordOf({ live: 'v1', marked: false, headers: { role: 'assistant' } })
    for (const old of ['live', 'marked', 'heardAt']) expect(upgraded).not.toHaveProperty(old)
    expect(upgraded).toEqual({
      ...record,
      headers: { role: 'assistant' },
      into: undefined,
      placement: undefined,
      declaredPhase: undefined,
      deliveredVersion: 'v1',
      lastActivityAt: 5,
    })
    expect(recordOf({ marked: true, headers: {} })?.declaredPhase).toBe('streaming')
    expect(recordOf({ marked: 1, headers: {} })?.declaredPhase).toBeUndefined()
    expect(recordOf({ marked: true, headers: { status: 'complete' } })?.declaredPhase).toBe('complete')
    expect(recordOf({ headers: { 'part-of': 'g', steers: 's9' } })).toMatchObject({ into: 's9', placement: { group: 'g' } })
    const pending = [{ ...record, id: 'k', key: 'k', status: 'sending', heardAt: 6 }]
    expect(importLog(startOf([], { pending })).start.context.pending).toMatchObject([{ key: 'k', lastActivityAt: 6 }])
  })

  it('starts with groups, where its records make some', () => {
    const grouped = (headers: object) => importLog(startOf([{ ...record, heardAt: 5, headers }])).start.context.grouped
    expect([grouped({}), grouped({ 'part-of': 'g' }), grouped({ continues: 's0' })]).toEqual([false, true, true])
    const two = [
      { ...record, heardAt: 5, headers: {} },
      { ...record, id: 's2', key: 's2', heardAt: 5, headers: { 'part-of': 'g' } },
    ]
    expect(importLog(startOf(two)).start.context.grouped).toBe(true)
    expect(importLog(startOf([])).start.context.grouped).toBe(false)
  })

  it('has no placement in what are no headers', () => {
    const read = (headers: unknown) =>
      toJSON(fromJSON({ ...start, records: undefined, version: 1, messages: [{ ...record, heardAt: 5, headers }] })).records[0]
    expect(read({ 'part-of': 'g', other: 'x' })?.placement).toMatchObject({ group: 'g' })
    for (const headers of [{ 'part-of': 'g', other: 7 }, ['g'], null]) expect(read(headers)?.placement).toBeUndefined()
  })

  it('is refused where its start is none', () => {
    for (const messages of [undefined, 7, [null], [7], [{ ...record, heardAt: 5, headers: { role: 7 } }]])
      expect(() => importLog(startOf(messages))).toThrow('its start is not a conversation')
    for (const rest of [undefined, null, 7, []])
      expect(() => importLog(startOf([], { rest }))).toThrow('its start is not a conversation')
    expect(() => importLog(startOf([], { pending: [null] }))).toThrow('its start is not a conversation')
  })
})

it('a log with a limit folds a tenth of it at a time, the oldest events first', () => {
  const store = createStore({ log: { limit: 20 } })
  const lengths = Array.from({ length: 24 }, (_, at) => {
    store.dispatch(at === 0 ? live('create', 'v100', 'a') : live('append', `v${100 + at}`, 'b'))
    return store.log!.events.length
  })
  expect(lengths.slice(18)).toEqual([19, 20, 19, 20, 19, 20])
  expect(store.log?.folded).toBe(4)
  expect(toJSON(replay(store.log!, { until: 0 })).records[0]?.text).toBe('abbb')
  expect(toJSON(replay(store.log!)).records[0]?.text).toHaveLength(24)
})

describe('a log is replayed', () => {
  const log: Log = { start: fold([live('create', 'v1', 'a')]), events: [live('append', 'v2', 'b'), live('append', 'v3', 'c')] }
  const text = (...given: Parameters<typeof replay>) => toJSON(replay(...given)).records[0]?.text

  it('from its start, up to a number of events', () => {
    expect([text(log), text(log, {}), text(log, { until: 1 }), text(log, { until: 0 }), text(log, { until: 9 })]).toEqual([
      'abc',
      'abc',
      'ab',
      'a',
      'abc',
    ])
  })

  it('from nothing, where it is a list of events', () => {
    expect(text([live('create', 'v1', 'x'), ...log.events], { until: 2 })).toBe('xb')
  })
})
