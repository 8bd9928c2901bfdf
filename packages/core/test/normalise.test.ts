import { describe, expect, it } from 'vitest'
import type { NormaliseOptions } from '@streamfold/core'
import { normalise } from '@streamfold/core'
import { raw } from './build.ts'

/** A message with the fields that a test sets. */
const message = (more: Record<string, unknown> = {}) => ({ serial: 's1', action: 'message.create', data: 'a', ...more })
const headers = (values: Record<string, unknown>) => ({ extras: { headers: values } })

describe('a message becomes an event', () => {
  const all = {
    serial: 's1',
    version: 'v2',
    text: 'a',
    role: 'assistant',
    phase: 'streaming',
    headers: { role: 'assistant', status: 'streaming' },
    fields: { phase: 'streaming', placement: undefined, replyTo: undefined, into: undefined, error: undefined },
    clientId: 'agent',
    messageId: 'mine',
    createdAt: 1,
    at: 2,
  }

  it('of the type of its action, with all its fields', () => {
    const kinds = { create: 'created', update: 'replaced', append: 'appended', delete: 'deleted' }
    for (const [action, type] of Object.entries(kinds)) {
      expect(normalise(raw(action, 'v2', 'a', { id: 'mine' }))).toEqual({ type, ...all })
      expect(normalise(raw(action, 'v2', 'a', { id: 'mine' }), { source: 'live' })).toEqual({ type, ...all })
    }
  })

  it('or a snapshot, when it was read', () => {
    for (const source of ['history', 'rewind', 'cache'] as const) {
      const snapshot = (action: string) => normalise(raw(action, 'v2', 'a', { id: 'mine' }), { source })
      expect(snapshot('create')).toEqual({ type: 'snapshot', ...all, source, deleted: false })
      expect(snapshot('update')).toEqual({ type: 'snapshot', ...all, source, deleted: false })
      expect(snapshot('delete')).toEqual({ type: 'snapshot', ...all, source, deleted: true })
      expect(snapshot('append')).toMatchObject({ type: 'ignored', reason: 'an append is not a snapshot' })
    }
  })

  it('with what follows from the rest where a field is missing or of a wrong type', () => {
    const bare = { version: 's1', text: '', clientId: undefined, messageId: undefined, headers: undefined, createdAt: 0, at: 0 }
    expect(normalise({ serial: 's1', action: 'message.create' })).toMatchObject(bare)
    expect(normalise(message({ data: null, extras: null, version: null }))).toMatchObject(bare)
    const wrong = { clientId: 7, id: 7, timestamp: '1', extras: [], version: ['v'], data: undefined }
    expect(normalise(message(wrong))).toMatchObject(bare)
    const empty = {
      clientId: '',
      id: '',
      timestamp: NaN,
      extras: { headers: [] },
      version: { serial: '', timestamp: '2' },
      data: '',
    }
    expect(normalise(message(empty))).toMatchObject(bare)
    expect(normalise(message({ timestamp: Infinity }))).toMatchObject({ createdAt: 0, at: 0 })
    expect(normalise(message({ timestamp: 5 }))).toMatchObject({ createdAt: 5, at: 5 })
    expect(normalise(message({ timestamp: 5, version: { timestamp: 9 } }))).toMatchObject({ createdAt: 5, at: 9 })
  })

  it('with the headers that are strings, whatever their names', () => {
    expect(normalise(message(headers({ a: 'x', b: 7, c: null, d: {} })))).toMatchObject({ headers: { a: 'x' } })
    const hostile: unknown = JSON.parse('{ "__proto__": "x", "n": 1 }')
    const event = normalise(message({ extras: { headers: hostile } }))
    expect('headers' in event && Object.entries(event.headers ?? {})).toEqual([['__proto__', 'x']])
  })
})

describe('what does not fit is ignored with a reason', () => {
  it.each([
    ['not an object', undefined],
    ['not an object', null],
    ['not an object', 'text'],
    ['not an object', [message()]],
    ['no serial', {}],
    ['no serial', message({ serial: 7 })],
    ['no serial', message({ serial: '' })],
    ['action message.summary is not of a message', message({ action: 'message.summary' })],
    ['action number is not of a message', message({ action: 1 })],
    ['action undefined is not of a message', message({ action: undefined })],
    ['data is not text', message({ data: 7 })],
    ['data is not text', message({ data: { text: 'a' } })],
    ['cancel without a target', message({ name: 'cancel' })],
    ['cancel without a target', message({ name: 'cancel', ...headers({ target: '' }) })],
    ['cancel without a target', message({ name: 'cancel', ...headers({ target: 7 }) })],
  ])('%s: %j', (reason, value) => {
    expect(normalise(value)).toEqual({ type: 'ignored', reason })
  })
})

describe('what names a kind of message and is none', () => {
  const target = { target: 's0', call: 'c1', kind: 'approve' }

  it('is an ordinary message: `branch` without a target, and `answer` without target and call', () => {
    for (const name of ['branch', 'answer']) {
      expect(normalise(message({ name }))).toMatchObject({ type: 'created', text: 'a' })
      expect(normalise(message({ name, ...headers({ role: 'user' }) }))).toMatchObject({ type: 'created', text: 'a' })
    }
  })

  it('is ignored with a reason: the choice of a branch, and a cancel that was changed', () => {
    expect(normalise(message({ name: 'branch', ...headers(target) }))).toEqual({
      type: 'ignored',
      reason: 'it chooses a branch, which changes no message (P129)',
    })
    const reason = 'a cancel that was changed: it counts only as it was published'
    for (const change of [{ action: 'message.update' }, { version: { serial: 'v2' } }])
      expect(normalise(message({ name: 'cancel', clientId: 'me', ...headers(target), ...change }))).toMatchObject({
        type: 'ignored',
        reason,
      })
  })

  it('is not taken for one because it has the headers of one', () => {
    const changed = { action: 'message.update', name: 'prompt', data: 7, ...headers(target) }
    expect(normalise(message(changed))).toEqual({ type: 'ignored', reason: 'data is not text', changed: 's1' })
  })
})

it('a version that cannot be read says which message it changes', () => {
  const unread = { type: 'ignored', reason: 'data is not text' }
  expect(normalise(message({ data: 7 }))).toEqual(unread)
  expect(normalise(message({ data: 7, action: 'message.update' }))).toEqual({ ...unread, changed: 's1' })
  expect(normalise(message({ data: 7, version: { serial: 'v2' } }))).toEqual({ ...unread, changed: 's1' })
})

it('a cancel has its target, author and time', () => {
  const cancel = { name: 'cancel', data: undefined, clientId: 'me', timestamp: 5, ...headers({ target: 's0' }) }
  expect(normalise(message(cancel))).toEqual({ type: 'cancel', target: 's0', clientId: 'me', at: 5 })
})

describe('an answer to a call', () => {
  const target = { target: 's0', call: 'c1', kind: 'approve' }
  const given = (more: Record<string, unknown> = {}, values: Record<string, unknown> = target) =>
    normalise(message({ name: 'answer', data: '{}', clientId: 'me', id: 'mine', timestamp: 5, ...headers(values), ...more }))
  const all = {
    type: 'answer',
    serial: 's1',
    target: 's0',
    call: 'c1',
    kind: 'approve',
    saw: '',
    text: '{}',
    withdrawn: false,
    clientId: 'me',
    messageId: 'mine',
    at: 5,
  }

  it('has what it answers, its author and its time', () => {
    expect(given()).toEqual(all)
    expect(given({}, { ...target, saw: 'h1' })).toEqual({ ...all, saw: 'h1' })
    expect(given({ data: undefined })).toEqual({ ...all, text: '' })
    expect(given({ data: '' }, { ...target, kind: 'deny' })).toEqual({ ...all, kind: 'deny', text: '' })
    expect(given({ version: { serial: 's1' } })).toEqual(all)
  })

  it('is withdrawn by any later version, which needs no contents', () => {
    const withdrawn = { ...all, withdrawn: true, text: '' }
    expect(given({ version: { serial: 'v2' } })).toEqual({ ...withdrawn, turned: { serial: 's1', version: 'v2' } })
    expect(given({ action: 'message.update', data: 7 })).toMatchObject(withdrawn)
    expect(given({ action: 'message.delete', version: { serial: 'v2' }, data: '{' })).toMatchObject(withdrawn)
  })

  it.each<[string, Record<string, unknown>, Record<string, unknown>?]>([
    ['answer without a response and a call', {}, { target: 's0', kind: 'approve' }],
    ['answer without a response and a call', {}, { call: 'c1', kind: 'approve' }],
    ['answer without a response and a call', {}, { ...target, call: '' }],
    ['answer of a kind that is not known', {}, { ...target, kind: 'perhaps' }],
    ['answer whose data does not fit its kind', { data: '{' }],
    ['answer whose data does not fit its kind', { data: 7 }],
    ['answer whose data does not fit its kind', { data: '7' }],
    ['answer whose data does not fit its kind', { data: '{}' }, { ...target, kind: 'fault' }],
    ['answer whose data does not fit its kind', { data: '{"error":7}' }, { ...target, kind: 'fault' }],
    ['answer whose data does not fit its kind', { data: '{' }, { ...target, kind: 'output' }],
    ['answer whose data does not fit its kind', { data: '' }, { ...target, kind: 'output' }],
  ])('is ignored with a reason: %s', (reason, more, values) => {
    expect(given(more, values)).toEqual({ type: 'ignored', reason })
  })
})

it.each<[unknown, number | undefined]>([
  ['12', 12],
  ['0', 0],
  ['123456789', 123_456_789],
  [12, 12],
  ['1234567890', undefined],
  ['1e5', undefined],
  ['x12', undefined],
  ['12x', undefined],
  ['', undefined],
  [-1, undefined],
  [1.5, undefined],
  [['5'], undefined],
  [null, undefined],
])('the length of an append is a count, and nothing else: %j', (len, expected) => {
  const event = normalise(message({ action: 'message.append', version: { serial: 'v2', metadata: { len } } }))
  expect('len' in event ? event.len : undefined).toBe(expected)
})

describe('the role of a message', () => {
  const role = (more: Record<string, unknown>, options?: NormaliseOptions) => {
    const event = normalise(message(more), options)
    return 'role' in event ? event.role : event.type
  }

  it.each([
    ['the client id agent', 'assistant', { clientId: 'agent', ...headers({ role: 'user' }) }],
    ['a client id that begins with agent:', 'assistant', { clientId: 'agent:7', ...headers({ role: 'user' }) }],
    ['a client id that only contains it', 'user', { clientId: 'my-agent:7', ...headers({ role: 'assistant' }) }],
    ['another client that claims to be one', 'user', { clientId: 'eve', ...headers({ role: 'assistant' }) }],
    ['an anonymous author with the role of an agent', 'assistant', headers({ role: 'assistant' })],
    ['an anonymous author with another role', 'user', headers({ role: 'system' })],
    ['an author without a role', 'assistant', { clientId: 'eve', name: 'response' }],
    ['an author of a prompt without a role', 'user', { clientId: 'eve', name: 'prompt' }],
    ['an author with headers of its own', 'assistant', { clientId: 'eve', ...headers({ 'x-plan': 'pro' }) }],
    ['an author who answers a prompt without a role', 'user', { clientId: 'eve', ...headers({ 'reply-to': 's0' }) }],
    ['an author who continues a message without a role', 'user', { clientId: 'eve', ...headers({ continues: 's0' }) }],
  ])('by default: %s is %s', (_who, expected, more) => {
    expect(role(more)).toBe(expected)
  })

  it.each([
    ['one id', 'bot', { bot: 'assistant', agent: 'user' }],
    ['several ids', ['bot', 'tom'], { bot: 'assistant', tom: 'assistant', agent: 'user' }],
    ['a rule', (id: string | undefined) => id?.startsWith('b') === true, { bot: 'assistant', agent: 'user' }],
  ] as const)('by option: %s', (_what, agent, expected) => {
    for (const [clientId, is] of Object.entries(expected)) expect(role({ clientId }, { agent })).toBe(is)
    expect(role({}, { agent })).toBe('user')
  })

  it('may be anonymous, if the rule says so', () => {
    expect(role({}, { agent: (id) => id === undefined })).toBe('assistant')
  })
})

describe('the phase of a version', () => {
  const phase = (more: Record<string, unknown>) => {
    const event = normalise(message(more), { agent: 'agent' })
    return 'phase' in event ? event.phase : event.type
  }
  const agent = (status: unknown, version?: unknown) => ({ clientId: 'agent', version, ...headers({ status }) })

  it.each([
    ['streaming', agent('streaming')],
    ['complete', agent('complete')],
    ['cancelled', agent('cancelled')],
    ['failed', agent('failed')],
    // An unknown status (P43): its author has not ended it yet.
    ['streaming', agent('odd')],
    [undefined, agent(undefined)],
    [undefined, { clientId: 'agent' }],
    ['complete', agent('streaming', { metadata: { phase: 'done' } })],
    ['streaming', agent('streaming', { metadata: { phase: 'begun' } })],
    ['streaming', agent('streaming', { metadata: 'done' })],
    ['complete', { clientId: 'me', ...headers({ status: 'streaming' }) }],
  ])('%s: %j', (expected, more) => {
    expect(phase(more)).toBe(expected)
  })
})

it('data of a product’s own shape is read by an option, also where there is none', () => {
  const text = (data: unknown) => (data === undefined ? 'nothing' : undefined)
  expect(normalise(message({ data: undefined }), { text })).toMatchObject({ text: 'nothing' })
  expect(normalise(message(), { text })).toEqual({ type: 'ignored', reason: 'data is not text' })
})

it('a message that an option cannot take is ignored, whatever it is made of', () => {
  const text = (data: unknown) => (data as { parts: { text: string }[] }).parts[0]!.text
  for (const data of [undefined, 1, 'plain', {}, { parts: [] }])
    expect(normalise(message({ data }), { text })).toEqual({
      type: 'ignored',
      reason: expect.stringMatching(/^it could not be read: TypeError/),
    })
  expect(normalise(message({ data: { parts: [{ text: 'hi' }] } }), { text })).toMatchObject({ text: 'hi' })
  const agent = (clientId: string | undefined) => clientId!.startsWith('bot-')
  expect(normalise(message({ clientId: undefined }), { agent })).toMatchObject({ type: 'ignored' })
})
