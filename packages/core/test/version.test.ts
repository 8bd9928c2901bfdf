import { describe, expect, it } from 'vitest'
import type { ConversationEvent, MessageRecord } from '@streamfold/core'
import { fromJSON, normalise, reduce, selectMessage, selectStatus, toJSON } from '@streamfold/core'
import { defineCodec, RS } from '@streamfold/core/codec'
import { selectEffects } from '@streamfold/core/transport'
import { attached, fold, live, raw, read, streaming } from './build.ts'

const start = (...events: readonly ConversationEvent[]) => fold([{ type: 'tick', now: 1_000 }, ...attached, ...events])
const message = (...events: readonly ConversationEvent[]): MessageRecord | undefined =>
  toJSON(start(...events)).records.find(({ id }) => id === 's1')
const headers = (more: Record<string, string>) => ({ extras: { headers: { ...streaming, ...more } } })
const begun = { type: 'channel', state: 'attached', resumed: false } as const

/** The expected record of a created message. */
const shown: MessageRecord = {
  id: 's1',
  key: 's1',
  role: 'assistant',
  text: 'a',
  status: 'streaming',
  continuity: 'contiguous',
  source: 'live',
  replyTo: undefined,
  into: undefined,
  parent: undefined,
  edits: undefined,
  again: undefined,
  clientId: 'agent',
  error: undefined,
  createdAt: 1,
  updatedAt: 2,
  version: 'v1',
  headers: streaming,
  placement: undefined,
  declaredPhase: 'streaming',
  deliveredVersion: 'v1',
  lastActivityAt: 1_000,
}

describe('what a version makes of a message', () => {
  it('a create is the message', () => {
    expect(message(live('create', 'v1', 'a'))).toEqual(shown)
  })

  it('whose author has no identity', () => {
    expect(message(live('create', 'v1', 'a', { clientId: undefined }))).toMatchObject({ text: 'a', clientId: undefined })
  })

  it('an append adds its text and brings its own headers, time and position', () => {
    const more = { ...headers({ 'reply-to': 'p' }), version: { serial: 'v2', timestamp: 7 } }
    const grown = message(live('create', 'v1', 'a'), { type: 'tick', now: 1_500 }, live('append', 'v2', 'b', more))
    const moved = { text: 'ab', updatedAt: 7, version: 'v2', deliveredVersion: 'v2', lastActivityAt: 1_500 }
    expect(grown).toEqual({ ...shown, ...moved, headers: { ...streaming, 'reply-to': 'p' }, replyTo: 'p' })
  })

  it('an update replaces the full text', () => {
    const more = { version: { serial: 'v2', timestamp: 7 } }
    expect(message(live('create', 'v1', 'a'), live('update', 'v2', 'b', more))).toEqual({
      ...shown,
      text: 'b',
      updatedAt: 7,
      version: 'v2',
      deliveredVersion: 'v2',
    })
  })

  it('a delete leaves no text', () => {
    expect(message(live('create', 'v1', 'a'), live('delete', 'v2', 'a'))).toEqual({
      ...shown,
      text: '',
      status: 'deleted',
      version: 'v2',
      deliveredVersion: 'v2',
    })
  })

  it('a snapshot has its text as read: an open response is gapped, an ended one contiguous', () => {
    const unheard = { source: 'history', deliveredVersion: undefined, lastActivityAt: 0 } as const
    expect(message(read('update', 'v1', 'a'))).toEqual({ ...shown, ...unheard, continuity: 'gapped' })
    expect(message(read('update', 'v1', 'a', headers({ status: 'complete' })))).toMatchObject({
      ...unheard,
      status: 'complete',
      continuity: 'contiguous',
    })
    expect(message(read('delete', 'v1', 'a'))).toMatchObject({
      ...unheard,
      text: '',
      status: 'deleted',
      continuity: 'contiguous',
    })
  })

  it('an append to an unknown message is gapped, whatever its phase', () => {
    const end = headers({ status: 'failed', error: 'broken' })
    expect(message(live('append', 'v3', 'c', end))).toMatchObject({
      text: '',
      status: 'streaming',
      continuity: 'gapped',
      source: 'live',
      error: undefined,
      version: '',
      deliveredVersion: 'v3',
    })
  })
})

describe('known fields are kept where a version has none', () => {
  const bare = { extras: undefined }

  it('headers, and what they mean', () => {
    for (const status of ['complete', 'cancelled', 'failed'] as const) {
      const create = live('create', 'v1', 'a', headers({ status, 'reply-to': 'p', error: 'broken' }))
      const error = status === 'failed' ? 'broken' : undefined
      for (const action of ['update', 'append']) {
        expect(message(create, live(action, 'v2', 'b', bare))).toMatchObject({
          status,
          replyTo: 'p',
          error,
          declaredPhase: status,
        })
      }
    }
    const odd = live('create', 'v1', 'a', headers({ status: 'odd' }))
    expect(message(odd, live('update', 'v2', 'b', bare))?.status).toBe('streaming')
  })

  it('but headers that do come replace them all', () => {
    const create = live('create', 'v1', 'a', headers({ status: 'failed', error: 'broken', 'reply-to': 'p' }))
    for (const action of ['update', 'append']) {
      const next = message(create, live(action, 'v2', 'b', { extras: { headers: { role: 'assistant' } } }))
      const none = {
        status: 'streaming',
        error: undefined,
        replyTo: undefined,
        declaredPhase: undefined,
        headers: { role: 'assistant' },
      }
      expect(next).toMatchObject(none)
    }
  })

  it('the author, the role and the key', () => {
    const mine = { id: 'mine', clientId: 'me', extras: { headers: { role: 'user' } } }
    const prompt = message(live('create', 'v1', 'a', mine), live('update', 'v2', 'b', { clientId: undefined, id: 'other' }))
    expect(prompt).toMatchObject({ clientId: 'me', role: 'user', key: 'mine', status: 'complete' })
    const moderated = message(live('create', 'v1', 'a'), live('update', 'v2', 'b', { clientId: 'moderator' }))
    expect(moderated).toMatchObject({ clientId: 'moderator', role: 'assistant' })
  })

  it('an append may be the first version that has the format of frames', () => {
    const more = headers({ format: 'parts/1' })
    const frame = `${RS}{"type":"step"}\n`
    const appended = start(live('create', 'v1', 'a'), live('append', 'v2', frame, more))
    const whole = start(live('update', 'v2', `a${frame}`, more))
    expect(selectMessage(appended, 's1')?.parts).toEqual(selectMessage(whole, 's1')?.parts)
    expect(selectMessage(appended, 's1')?.parts.map(({ type }) => type)).toEqual(['text', 'step-start'])
  })

  it('a prompt’s key is the id that its author gave it, and not one that the service made', () => {
    const key = (id: string) => message(live('create', 'v1', 'a', { clientId: 'me', id }))?.key
    expect(key('aQ7-x_1-2:0')).toBe('aQ7-x_1-2:0')
    expect(key('12-34@56:7')).toBe('s1')
    for (const own of ['my 12-34@56:7', '12-34@56:7 is mine']) expect(key(own)).toBe(own)
  })

  it('a response’s key is its serial, whatever id its publisher chose; so is a prompt’s without one', () => {
    expect(message(live('create', 'v1', 'a', { id: 'mine' }))?.key).toBe('s1')
    expect(message(live('create', 'v1', 'a', { clientId: 'me' }))?.key).toBe('s1')
  })

  it('but not the error of a user’s message, which has none of its own', () => {
    const claims = { clientId: 'me', ...headers({ role: 'user', status: 'failed', error: 'broken' }) }
    expect(message(live('create', 'v1', 'a', claims))).toMatchObject({ role: 'user', status: 'complete', error: undefined })
  })

  it('a character that begins frames is one of a plain text', () => {
    const codec = defineCodec({
      decode: ({ action, data }) =>
        action === 'message.create'
          ? { data: String(data), headers: streaming }
          : { data: String(data), headers: undefined, revises: true },
    })
    const version = (action: string, version: string, data: string) =>
      normalise(raw(action, version, data), { agent: 'agent', codec })
    for (const action of ['append', 'update'])
      expect(message(version('create', 'v1', 'a'), version(action, 'v2', RS))?.text).toBe(action === 'append' ? `a${RS}` : RS)
    expect(message(version('append', 'v2', RS))).toBeUndefined()
  })

  it('the time of the last delivery: a snapshot is none', () => {
    const events = [live('create', 'v1', 'a'), { type: 'tick', now: 2_000 }] as const
    expect(message(...events, read('update', 'v2', 'ab', headers({ status: 'complete' })))?.lastActivityAt).toBe(1_000)
  })
})

describe('which versions are news', () => {
  const same = (events: readonly ConversationEvent[], event: ConversationEvent) => {
    const state = start(...events)
    expect(reduce(state, event)).toBe(state)
  }

  it('a snapshot that is not newer is none', () => {
    const ended = read('update', 'v3', 'abc', headers({ status: 'complete' }))
    for (const version of ['v2', 'v3']) {
      same([ended], read('update', version, 'x', headers({ status: 'complete' })))
      same([ended], read('delete', version, 'x'))
    }
  })

  it('a newer snapshot of what is only read is', () => {
    const ended = read('update', 'v3', 'abc', headers({ status: 'complete' }))
    expect(message(ended, read('update', 'v4', 'reopened'))).toMatchObject({ text: 'reopened', status: 'streaming' })
    expect(message(read('update', 'v3', 'abc'), read('update', 'v4', 'abcd'))).toMatchObject({ text: 'abcd' })
  })

  it('of what is followed live, a newer snapshot is only when it ends or deletes it', () => {
    const create = live('create', 'v1', 'a')
    same([create], read('update', 'v2', 'ab'))
    same([create], read('update', 'v2', 'ab', { extras: undefined }))
    expect(message(create, read('delete', 'v2', 'a'))).toMatchObject({ text: '', status: 'deleted' })
    for (const status of ['complete', 'cancelled', 'failed'])
      expect(message(create, read('update', 'v2', 'ab', headers({ status })))).toMatchObject({ text: 'ab', status })
  })

  it('the copy of what this client has published itself is, in the same version and no older one', () => {
    const local = (version: string, more: Record<string, unknown> = {}) =>
      normalise(raw('update', version, 'abc', more), { agent: 'agent', source: 'local' })
    const copies = [live('update', 'v3', 'abc'), read('update', 'v3', 'abc')]
    for (const copy of copies) expect(message(local('v3'), copy)?.source).toBe(copy === copies[0] ? 'live' : 'history')
    // Also where an append of the stream has come to it.
    expect(message(local('v3'), live('append', 'v3', 'c'), copies[1]!)?.source).toBe('history')
    same([local('v3')], local('v3'))
    same([copies[1]!], local('v3'))
    expect(message(local('v3'), live('create', 'v1', 'a'))).toMatchObject({ text: 'abc', source: 'local' })
    same([local('v3')], read('update', 'v2', 'ab'))
    // The service knows its author.
    expect(message(local('v3', { clientId: undefined }), copies[0]!)?.role).toBe('assistant')
  })

  it('the stream that has not yet come to the snapshot changes nothing', () => {
    const snapshot = read('update', 'v3', 'abc')
    same([snapshot], live('create', 'v1', 'a'))
    same([snapshot], live('append', 'v2', 'b'))
  })

  it('nor does what the stream has left behind', () => {
    const events = [read('update', 'v3', 'abc'), live('append', 'v5', 'e')]
    expect(message(...events)).toMatchObject({ text: 'abc', deliveredVersion: 'v5', continuity: 'gapped' })
    for (const version of ['v3', 'v4', 'v5']) same(events, live('append', version, 'x'))
  })

  it('a full version that comes after newer appends is shown, and its gap stays until it is mended', () => {
    const late = [live('append', 'v5', 'e'), live('update', 'v3', 'abc')]
    expect(message(...late)).toMatchObject({ text: 'abc', deliveredVersion: 'v5', continuity: 'gapped' })
    expect(selectEffects(start(...late))).toEqual([{ type: 'fetchMessage', serial: 's1', atLeast: 'v5' }])
    const mended = [...late, read('update', 'v5', 'abcde')]
    expect(message(...mended)).toMatchObject({ text: 'abcde', deliveredVersion: 'v5', continuity: 'contiguous' })
    expect(selectEffects(start(...mended))).toEqual([])
    expect(message(...mended, live('append', 'v6', 'f'))?.text).toBe('abcdef')
  })

  it('a stream that comes to the snapshot follows it from there', () => {
    const events = [read('update', 'v3', 'abc'), { type: 'tick', now: 4_000 }, live('create', 'v3', 'abc')] as const
    expect(message(...events)).toMatchObject({
      deliveredVersion: 'v3',
      continuity: 'contiguous',
      lastActivityAt: 4_000,
      source: 'history',
    })
  })

  it('an append does not extend a deleted record; only a full version can (P63)', () => {
    const events = [live('create', 'v1', 'a'), live('delete', 'v2', 'a'), live('append', 'v3', 'b')]
    expect(message(...events)).toMatchObject({ text: '', status: 'deleted', continuity: 'gapped' })
    expect(selectEffects(start(...events))).toEqual([{ type: 'fetchMessage', serial: 's1', atLeast: 'v3' }])
    expect(message(...events, read('update', 'v3', 'ab'))).toMatchObject({ text: 'ab', status: 'streaming' })
  })
})

describe('what surrounds the messages', () => {
  it('is the same value while a version changes nothing of it', () => {
    const state = start(live('create', 'v1', 'a'), { type: 'prompt-sent', key: 'k', text: 'hi', at: 1 })
    for (const event of [live('append', 'v2', 'b'), live('update', 'v3', 'c'), live('append', 'v2', 'b', { serial: 's2' })])
      expect(reduce(state, event).context === state.context).toBe(!('serial' in event) || event.serial === 's1')
  })

  it('lists the open responses: streaming or stalled, never a prompt', () => {
    const open = (...events: readonly ConversationEvent[]) => start(...events).context.open
    const create = live('create', 'v1', 'a')
    expect(open(create)).toEqual(['s1'])
    expect(open(create, { type: 'tick', now: 12_000 })).toEqual(['s1'])
    expect(open(create, { type: 'tick', now: 12_000 }, begun, live('update', 'v2', 'b'))).toEqual(['s1'])
    expect(open(create, { type: 'tick', now: 62_000 })).toEqual([])
    expect(open(create, live('append', 'v2', '', headers({ status: 'complete' })))).toEqual([])
    expect(open(create, live('append', 'v2', '', headers({ status: 'complete' })), live('append', 'v3', 'b'))).toEqual(['s1'])
    expect(open(create, live('create', 's2', 'b', { serial: 's2' }), live('delete', 'v2', ''))).toEqual(['s2'])
    const prompt = live('create', 'v1', 'a', { clientId: 'me' })
    expect(open(prompt)).toEqual([])
    expect(open(prompt, live('update', 'v2', 'b'))).toEqual([])
  })

  it('keeps a stalled response open when a passing version is only noted', () => {
    const stalled = [live('create', 'v1', 'a'), { type: 'tick', now: 12_000 }, begun, live('append', 'v3', 'c')] as const
    const state = start(...stalled)
    expect([selectMessage(state, 's1')?.status, selectStatus(state)]).toEqual(['stalled', 'streaming'])
  })

  it('asks for every response that the stream has passed, each until it is mended', () => {
    const orphans = [live('append', 'v3', 'c'), live('append', 'w3', 'c', { serial: 's2' })]
    const reads = (...events: readonly ConversationEvent[]) => selectEffects(start(...orphans, ...events))
    expect(reads()).toEqual([
      { type: 'fetchMessage', serial: 's1', atLeast: 'v3' },
      { type: 'fetchMessage', serial: 's2', atLeast: 'w3' },
    ])
    expect(reads(read('update', 'v3', 'abc'))).toEqual([{ type: 'fetchMessage', serial: 's2', atLeast: 'w3' }])
    // A snapshot that is too old does not repair it; one that is ahead of the stream needs no further read.
    expect(reads(read('update', 'v2', 'ab'))).toHaveLength(2)
    expect(reads(read('update', 'v4', 'abcd'))).toHaveLength(1)
  })

  it('asks on for one that fell silent meanwhile, also when it was kept as JSON', () => {
    const plain = { extras: undefined }
    const state = start(read('update', 'v3', 'abc', plain), live('append', 'v5', 'e', plain), { type: 'tick', now: 12_000 })
    expect(selectMessage(state, 's1')).toMatchObject({ text: 'abc', status: 'complete' })
    expect(selectEffects(state)).toEqual([{ type: 'fetchMessage', serial: 's1', atLeast: 'v5' }])
    expect(selectEffects(fromJSON(JSON.parse(JSON.stringify(toJSON(state)))))).toEqual(selectEffects(state))
  })
})
