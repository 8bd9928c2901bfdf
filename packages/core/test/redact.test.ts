import { describe, expect, it } from 'vitest'
import type { Conversation, ConversationEvent } from '@streamfold/core'
import { createStore, emptyConversation, reduce, selectMessages } from '@streamfold/core'
import { frameHead, inputHash, RS } from '@streamfold/core/codec'
import { createLogRedactor, exportLog, importLog, redactLog, replay } from '@streamfold/core/log'
import * as chat from './asking.ts'
import { attached, live, raw } from './build.ts'
import { list } from '../src/fold/record-list.ts'
import { answer, say } from './theirs.ts'

it('a redacted log has no contents, and folds to the same states', () => {
  const store = createStore({ log: { raw: true } })
  const prompt = {
    serial: 's0',
    clientId: 'ann@example.com',
    name: 'prompt',
    extras: { headers: { role: 'user', 'x-plan': 'SECRET' }, other: ['SECRET'] },
    version: { serial: 's0', clientId: 'ann@example.com', description: 'SECRET', metadata: { note: 'SECRET' } },
  }
  const messages = [
    raw('create', 's0', 'SECRET prompt', prompt),
    raw('create', 'v1', 'SECRET '),
    raw('append', 'v2', 'WORDS!'),
    raw('append', 'v3', '', {
      extras: { headers: { role: 'assistant', status: 'failed', error: 'SECRET reason' } },
      version: { serial: 'v3', timestamp: 2, metadata: { phase: 'done', note: 'SECRET', len: 'SECRET' } },
    }),
    raw('create', 's4', '', { serial: 's4', data: { parts: ['SECRET', 7, null] } }),
    'SECRET',
  ]
  store.dispatch(
    messages.map((message) => (typeof message === 'string' ? live('none', '', '') : liveOf(message))),
    messages.map((message) => ({ at: 2, raw: message })),
  )
  store.dispatch([
    { type: 'prompt-sent', key: 'k', text: 'SECRET', clientId: 'bob', at: 3 },
    { type: 'channel', state: 'failed', error: 'SECRET' },
    { type: 'connection', state: 'failed', error: 'SECRET' },
  ])
  const redacted = redactLog(store.log!)
  expect(exportLog(redacted)).not.toMatch(/SECRET|WORDS|ann@|bob/)
  expect(selectMessages(replay(redacted)).map(({ text, status, clientId }) => [text.length, status, clientId])).toEqual([
    [13, 'complete', 'reader-1'],
    [13, 'complete', 'agent'],
    [6, 'sending', 'reader-2'],
  ])
  expect(exportLog(redactLog({ start: store.getState(), events: [] }))).not.toMatch(/SECRET|WORDS|ann@|bob/)
  expect(redactLog({ start: store.getState(), events: [] }).arrivals).toBeUndefined()
})

it('a redacted log keeps the values of the protocol’s headers, for they have no contents', () => {
  const kept = {
    role: 'assistant',
    status: 'failed',
    finish: 'stop',
    empty: 'true',
    'reply-to': 's0',
    continues: 's8',
    target: 's2',
    format: 'parts/1',
    into: 's3',
    parent: 's4',
    edits: 's5',
    again: 's6',
    call: 'c1',
    kind: 'deny',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }
  const headers = { ...kept, error: 'SECRET', saw: 'SECRET', 'x-own': 'SECRET' }
  const message = raw('create', 'v1', '', { extras: { headers } })
  const blanked = { ...kept, error: '······', saw: '······', 'x-own': '······' }
  const redacted = redactLog({ start: emptyConversation(), events: [liveOf(message)], arrivals: [{ at: 1, raw: message }] })
  expect(redacted.events).toMatchObject([{ headers: blanked }])
  expect(redacted.arrivals).toMatchObject([{ raw: { extras: { headers: blanked } } }])
  const strange = raw('create', 'v1', '', { extras: { headers: { ...headers, traceparent: '00-SECRET' } } })
  expect(redactLog({ start: emptyConversation(), events: [liveOf(strange)] }).events).toMatchObject([
    { headers: { ...blanked, traceparent: '·········' } },
  ])
})

it('a redacted log has of each message, as it arrived, what says where, when and how long', () => {
  const message = {
    serial: 's1',
    action: 'message.update',
    version: {
      serial: 's2',
      timestamp: 2,
      clientId: 'ann',
      description: 'SECRET',
      metadata: { phase: 'done', len: '12', note: 'SECRET', count: 7 },
    },
    timestamp: 1,
    createdAt: 1,
    updatedAt: 2,
    id: 'id',
    connectionId: 'connection',
    name: 'prompt',
    encoding: 'json',
    clientId: 'ann',
    extras: {
      headers: { role: 'user', 'x-plan': 'SECRET', count: 7, error: { deep: 'SECRET' } },
      other: ['SECRET', 7, null, true],
    },
    data: { parts: ['SECRET'] },
    annotations: { summary: 'SECRET' },
  }
  const redacted = {
    ...message,
    version: {
      serial: 's2',
      timestamp: 2,
      clientId: 'reader-1',
      description: '······',
      metadata: { phase: 'done', len: '12', note: '······', count: 7 },
    },
    clientId: 'reader-1',
    extras: {
      headers: { role: 'user', 'x-plan': '······', count: 7, error: { deep: '······' } },
      other: ['······', 7, null, true],
    },
    data: { parts: ['······'] },
    annotations: { summary: '······' },
  }
  const rawOf = (arrived: unknown) =>
    redactLog({
      start: emptyConversation(),
      events: [{ type: 'ignored', reason: 'data is not text' }],
      arrivals: [{ at: 1, raw: arrived }],
    }).arrivals
  expect(rawOf(message)).toEqual([{ at: 1, raw: redacted }])
  const marks = (metadata: unknown) => ({ serial: 's1', version: { metadata } })
  expect(rawOf(marks({ phase: 'SECRET', len: 'SECRET1' }))).toEqual([{ at: 1, raw: marks({ phase: '······', len: '·······' }) }])
  expect(rawOf(marks({ note: 'done', len: '1234567890' }))).toEqual([{ at: 1, raw: marks({ note: '····', len: '··········' }) }])
  expect(rawOf(marks('SECRET'))).toEqual([{ at: 1, raw: marks('······') }])
  expect(rawOf({ version: null, extras: null, clientId: 7 })).toEqual([
    { at: 1, raw: { version: null, extras: null, clientId: 7 } },
  ])
  expect(rawOf({ extras: { ref: 'SECRET' } })).toEqual([{ at: 1, raw: { extras: { ref: '······' } } }])
  expect(rawOf({ extras: { headers: 'SECRET' } })).toEqual([{ at: 1, raw: { extras: { headers: {} } } }])
  for (const [value, blank] of [
    ['SECRET', '······'],
    [null, null],
    [7, 7],
  ])
    expect(rawOf(value)).toEqual([{ at: 1, raw: blank }])
  for (const [given, redacted] of [
    [{ version: 'SECRET' }, { version: '······' }],
    [{ version: { serial: 's2', timestamp: 'SECRET' } }, { version: { serial: 's2', timestamp: '······' } }],
    [{ version: { metadata: null } }, { version: { metadata: null } }],
    [{ version: { other: { phase: 'done', len: '12' } } }, { version: { other: { phase: '····', len: '··' } } }],
    [{ version: { metadata: { note: '4711' } } }, { version: { metadata: { note: '····' } } }],
    [{ timestamp: 'SECRET' }, { timestamp: '······' }],
    [{ extras: 'SECRET' }, { extras: '······' }],
    [{ extras: { headers: null } }, { extras: { headers: {} } }],
  ])
    expect(rawOf(given)).toEqual([{ at: 1, raw: redacted }])
  const unknown = { start: emptyConversation(), events: [{ type: 'tick', now: 1 }], arrivals: [{ at: 1 }] } as const
  expect(redactLog(unknown).arrivals).toEqual([{ at: 1 }])
})

it('pieces of a log are redacted as the whole log is', () => {
  const data = `${frameHead({ type: 'text' })}SECRET${frameHead({ type: 'data', name: 'chart' })}{"SECRET":[47,"SECRET"]}`
  const format = { extras: { headers: { role: 'assistant', status: 'streaming', format: 'parts/1' } } }
  const events = [
    chat.prompt,
    live('create', 'v0', '', format),
    ...Array.from(data, (character, at) => live('append', `v${100 + at}`, character, format)),
    chat.message('s3', { name: 'prompt', data: 'SECRET', clientId: 'bob', headers: { role: 'user' } }),
    chat.message('s4', { name: 'prompt', data: 'SECRET', clientId: 'alice', headers: { role: 'user' } }),
    {
      type: 'answer-sent',
      key: 'k',
      target: 's1',
      call: 'c',
      kind: 'approve',
      saw: 'h',
      text: '{"reason":"SECRET"}',
      clientId: 'bob',
      at: 3,
    },
    {
      type: 'prompt-sent',
      key: 'p',
      text: 'SECRET',
      files: [
        { url: 'https://SECRET', mediaType: 'image/png', name: 'SECRET', alt: 'SECRET' },
        { url: 'https://SECRET', mediaType: 'image/png' },
      ],
      clientId: 'alice',
      at: 4,
    },
    { type: 'channel', state: 'failed', error: 'SECRET' },
  ] as const
  const whole = redactLog({ start: emptyConversation(), events }).events
  const redact = createLogRedactor()
  expect(events.flatMap((event) => redact({ events: [event] }).events)).toEqual(whole)
  expect(JSON.stringify(whole)).not.toMatch(/SECRET|alice|bob/)
  expect(whole.map((event) => ('clientId' in event ? event.clientId : undefined)).filter((id) => id !== 'agent')).toEqual([
    'reader-1',
    'reader-2',
    'reader-1',
    'reader-2',
    'reader-1',
    undefined,
  ])
  expect(whole.at(-2)).toMatchObject({
    text: '······',
    files: [
      { url: '·'.repeat(14), mediaType: 'image/png', name: '······', alt: '······' },
      { url: '·'.repeat(14), mediaType: 'image/png' },
    ],
  })
  expect(redact({ events: [] }).arrivals).toBeUndefined()
  expect(redact({ events: [], arrivals: [] }).arrivals).toEqual([])
  const later = createLogRedactor(events.reduce(reduce, emptyConversation()))
  expect(later({ events: [live('append', 'v900', 'SECRET', format)] }).events).toMatchObject([
    { text: '······', clientId: 'agent' },
  ])
})

it('a redacted log of records that make groups folds to the same groups', () => {
  const store = createStore({ log: true })
  const part = (serial: string) => say(answer('create', serial, 'SECRET', { serial }))
  store.dispatch([part('s1'), part('s2')])
  expect(selectMessages(store.getState())).toHaveLength(1)
  expect(selectMessages(replay(redactLog(store.log!)))).toMatchObject([{ text: '······\n\n······' }])
})

it('a redacted log of an answer that came before its call was asked about folds to the same decision', () => {
  const whole = chat.asks()
  const before = whole.slice(0, whole.indexOf('example'))
  const events = [chat.prompt, chat.response(before, 'streaming'), chat.answer(), chat.response(whole, 'waiting', 's9')]
  const log = { start: emptyConversation(), events }
  const decision = (state: Conversation) => chat.callIn(state).approval?.answer
  expect(decision(replay(log))).toBe('s3')
  expect(decision(replay(redactLog(log)))).toBe('s3')
  const redact = createLogRedactor()
  expect(decision(replay(events.flatMap((event) => redact({ events: [event] }).events)))).toBe('s3')
})

it('a redacted log of answers folds to the same decisions', () => {
  const events = [
    chat.answer({ serial: 's3', by: 'mallory' }),
    chat.answer({ serial: 's4', by: 'bob', saw: 'of another input' }),
    chat.answer({ serial: 's5', by: 'bob', kind: 'deny', data: { reason: 'SECRET' } }),
    chat.prompt,
    chat.response(chat.asks({ of: ['alice', 'bob'] }) + chat.asks({ wants: 'output' }, 'c2')),
    chat.answer({ serial: 's6', by: 'alice' }),
    chat.answer({ serial: 's7', by: 'alice', call: 'c2', kind: 'output', data: { zone: 'SECRET', at: [12] } }),
    {
      type: 'answer-sent',
      key: 'k',
      target: 's2',
      call: 'c2',
      kind: 'output',
      saw: chat.hash,
      text: '"SECRET"',
      clientId: 'alice',
      at: 3,
    },
  ] as const
  const log = { start: emptyConversation(), events }
  const redacted = redactLog(log)
  const decisions = (state: Conversation) =>
    ['c1', 'c2'].map((id) => {
      const { state: at, approval, wanted } = chat.callIn(state, id)
      return [at, approval?.approved, approval?.answer, approval?.late?.map(({ serial }) => serial), wanted?.answer]
    })
  expect(decisions(replay(log))).toEqual([
    ['approval-responded', false, 's5', ['s6'], undefined],
    ['output-available', undefined, undefined, undefined, 's7'],
  ])
  expect(decisions(replay(redacted))).toEqual(decisions(replay(log)))
  expect(decisions(replay(importLog(exportLog(redacted))))).toEqual(decisions(replay(log)))
  const state = redactLog({ start: replay(log), events: [] })
  expect(decisions(replay(state))).toEqual(decisions(replay(log)))
  expect(decisions(replay(redactLog(redacted)))).toEqual(decisions(replay(log)))
  for (const one of [redacted, state])
    expect(exportLog(one)).not.toMatch(new RegExp(`SECRET|zone|alice|bob|mallory|${chat.hash}`))
})

const framed = { extras: { headers: { role: 'assistant', status: 'streaming', format: 'parts/1' } } }
/** A head that ends within a name, which redaction keeps. */
const inName = `${RS}{"type":"data","name":"`

describe('a redacted text', () => {
  const textsOf = (events: readonly ConversationEvent[], start = emptyConversation()) =>
    redactLog({ start, events }).events.map((event) => ('text' in event ? event.text : undefined))

  it('has no frames where its message has no format', () => {
    const text = `${inName}SECRET"}`
    expect(textsOf([live('create', 'v1', text), live('append', 'v2', text)])).toEqual(
      ['·', '·'].map((one) => one.repeat(text.length)),
    )
    expect(textsOf([{ type: 'prompt-sent', key: 'k', text, at: 1 }])).toEqual(['·'.repeat(text.length)])
  })

  it('goes on where the text of its message has ended, which may be in the start', () => {
    const json = `${frameHead({ type: 'data', name: 'chart' })}{"SECRET":`
    const start = [live('create', 'v1', json, framed)].reduce(reduce, emptyConversation())
    expect(textsOf([live('append', 'v2', '47}', framed)], start)).toEqual(['11}'])
    expect(textsOf([live('create', 'v1', json, framed), live('append', 'v2', '47}', framed)])[1]).toBe('11}')
  })

  it('is blank where it does not go on there', () => {
    const other = 'a'.repeat(inName.length)
    // An older version of the same length, which is not shown.
    const older = [
      live('create', 'v5', other, framed),
      live('update', 'v3', inName, framed),
      live('append', 'v6', 'SECRET', framed),
    ]
    expect(textsOf(older)[2]).toBe('······')
    // An append that the text misses something before.
    const gapped = [
      ...attached,
      live('create', 'v1', inName, framed),
      ...attached.slice(2),
      live('append', 'v5', 'SECRET', framed),
    ]
    expect(textsOf(gapped).at(-1)).toBe('······')
    // One that comes twice, and one that comes first.
    const twice = [
      live('create', 'v1', inName, framed),
      live('append', 'v2', 'chart', framed),
      live('append', 'v2', 'SECRE', framed),
    ]
    expect(textsOf(twice).slice(1)).toEqual(['chart', '·····'])
    expect(textsOf([live('append', 'v2', `${inName}SECRET`, framed)])[0]).not.toContain('SECRET')
  })

  it('may be of a message that is not known', () => {
    const event = { ...live('create', 'v1', `${frameHead({ type: 'step' })}`, framed), revises: true } as ConversationEvent
    expect(textsOf([event])).toEqual([frameHead({ type: 'step' })])
  })

  it('of a doubted append is blank as well', () => {
    const counted = { version: { serial: 'v3', timestamp: 2, metadata: { len: 99 } } }
    const start = [...attached, live('create', 'v1', 'a'), live('append', 'v3', 'SECRET', counted)].reduce(
      reduce,
      emptyConversation(),
    )
    expect(list(start.records)[0]?.doubted?.text).toBe('aSECRET')
    expect(list(redactLog({ start, events: [] }).start.records)[0]?.doubted).toEqual({ version: 'v3', text: '·······' })
    expect(list(redactLog({ start: emptyConversation(), events: [] }).start.records)).toEqual([])
  })

  it('of a delivered message is that of its event', () => {
    const text = `${frameHead({ type: 'data', name: 'chart' })}{"SECRET":47}`
    const message = raw('create', 'v1', text, framed)
    const rawOf = (arrived: unknown, event: ConversationEvent = liveOf(message)) => {
      const redacted = redactLog({ start: emptyConversation(), events: [event], arrivals: [{ at: 1, raw: arrived }] })
      return [redacted.arrivals?.[0]?.raw, redacted.events[0]]
    }
    const [arrived, event] = rawOf(message)
    expect(event).toMatchObject({ text: text.replace('SECRET', '······').replace('47', '11') })
    expect(arrived).toMatchObject({ serial: 's1', data: (event as { text: string }).text })
    expect(rawOf({ ...message, data: `${text} ` })[0]).toMatchObject({ data: '·'.repeat(text.length + 1) })
    expect(rawOf({ data: '' }, { type: 'tick', now: 1 })[0]).toEqual({ data: '' })
    for (const nothing of [null, 7]) expect(rawOf(nothing)[0]).toBe(nothing)
  })
})

describe('a redacted answer', () => {
  const pay = (id: string, text: string) =>
    `${frameHead({ type: 'tool', id, name: 'pay' })}${text}${frameHead({ type: 'input', id })}${frameHead({ type: 'ask', id, approval: id, wants: 'output' })}`
  const start = [chat.prompt, chat.response(pay('c1', '{"a":1}') + pay('c2', '{"a":2}'))].reduce(reduce, emptyConversation())
  const redacted = (...events: readonly ConversationEvent[]) => redactLog({ start, events }).events[0]

  it('says whether it is about the input of its own call', () => {
    const of = (call: string, saw: unknown) => redacted(chat.answer({ call, kind: 'output', saw: inputHash(saw) }))
    expect(of('c1', { a: 1 })).toMatchObject({ matches: true, saw: '·'.repeat(16) })
    expect(of('c2', { a: 2 })).toMatchObject({ matches: true })
    expect(of('c2', { a: 1 })).toMatchObject({ matches: false })
  })

  it('is taken to be about the input of a call that is not known, unless it says that it is not', () => {
    const unknown = chat.answer({ call: 'c9' }) as Extract<ConversationEvent, { type: 'answer' }>
    expect(redacted(unknown)).toMatchObject({ type: 'answer', call: 'c9', matches: true, saw: '·'.repeat(16) })
    expect(redacted({ ...unknown, matches: false })).toMatchObject({ matches: false })
  })

  it('keeps what it is: a failure has an error', () => {
    const fault = chat.answer({ kind: 'fault', data: { error: 'SECRET' }, saw: inputHash({ a: 1 }) })
    const state = replay(redactLog({ start, events: [fault] }))
    expect(chat.callIn(state)).toMatchObject({ state: 'output-error', errorText: '······' })
  })

  it('has no author where it had none', () => {
    const sent = { type: 'answer-sent', key: 'k', target: 's2', call: 'c1', kind: 'output', saw: 'h', text: '1', at: 3 } as const
    const state = reduce(start, sent)
    expect(state.context.pendingAnswers).toHaveLength(1)
    expect(redactLog({ start: state, events: [] }).start.context.pendingAnswers[0]).not.toHaveProperty('clientId')
    expect(redacted(sent)).not.toHaveProperty('clientId')
  })
})

it('a redacted log keeps the names of agents, wherever they are first seen, and nobody has a name who had none', () => {
  const author = (event: ConversationEvent | undefined) => event && 'clientId' in event && event.clientId
  const start = [live('create', 'v1', 'a')].reduce(reduce, emptyConversation())
  expect(list(redactLog({ start, events: [] }).start.records)[0]?.clientId).toBe('agent')
  const cancel = { type: 'cancel', target: 's1', clientId: 'agent', at: 3 } as const
  expect(author(redactLog({ start: emptyConversation(), events: [cancel, live('create', 'v1', 'a')] }).events[0])).toBe('agent')
  expect(author(redactLog({ start: emptyConversation(), events: [cancel] }).events[0])).toBe('reader-1')
  const anonymous = { ...cancel, clientId: undefined }
  expect(author(redactLog({ start: emptyConversation(), events: [anonymous] }).events[0])).toBeUndefined()
  const withdrawn = { type: 'prompt-unanswered', serial: 's1', error: undefined } as const
  expect(redactLog({ start: emptyConversation(), events: [withdrawn] }).events).toEqual([withdrawn])
})

function liveOf(message: Record<string, unknown>) {
  return live('create', '', '', message)
}
