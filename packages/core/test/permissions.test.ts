import type { ConversationEvent, NormaliseOptions } from '@streamfold/core'
import { normalise, reduce, selectMessages } from '@streamfold/core'
import { aiTransport } from '@streamfold/core/ai-transport'
import { selectEffects } from '@streamfold/core/transport'
import { describe, expect, it } from 'vitest'
import { answer, asks, callIn, message, prompt, response } from './asking.ts'
import { attached, fold } from './build.ts'

/** A version of alice's prompt, or of the agent's response. */
function version(
  by: string | undefined,
  action: string,
  more: Record<string, unknown> = {},
  options: NormaliseOptions = {},
): ConversationEvent {
  return message(
    's1',
    {
      name: 'prompt',
      data: 'changed',
      clientId: 'alice',
      action: `message.${action}`,
      version: { serial: 's5', timestamp: 20, ...(by !== undefined && { clientId: by }) },
      headers: { role: 'user' },
      ...more,
    },
    options,
  )
}

const texts = (events: readonly ConversationEvent[]) =>
  selectMessages(fold([...attached, prompt, ...events])).map(({ text }) => text)
const mayEdit = (by: string | undefined) => (by === 'moderator' ? true : undefined)

describe('a version by another client than the author', () => {
  it.each(['update', 'append', 'delete'])('is ignored with a reason: %s', (action) => {
    const event = version('mallory', action)
    const refused = action === 'append' ? {} : { refused: { serial: 's1', version: 's5', delivered: true } }
    expect(event).toEqual({ type: 'ignored', reason: 'mallory may not change this message', ...refused })
    expect(texts([event])).toEqual(['invite bob'])
  })

  it('hides no version of the author with which it was merged on its way', () => {
    const state = fold([...attached, prompt, version('mallory', 'update')])
    expect(selectEffects(state)).toEqual([{ type: 'fetchVersions', serial: 's1', version: 's5' }])
    const edit = version('alice', 'update', { version: { serial: 's4', clientId: 'alice' } }, { source: 'history' })
    const after = fold([edit, { type: 'versions-read', serial: 's1', upTo: 's5' }], state)
    expect(selectMessages(after).map(({ text }) => text)).toEqual(['changed'])
    expect(selectEffects(after)).toEqual([])
    expect(reduce(after, version('mallory', 'update'))).toBe(after)
  })

  it.each([
    ['the author', version('alice', 'update')],
    ['an agent', version('agent', 'update')],
    ['a server with a key', version(undefined, 'update')],
    ['whom permissions allow', version('moderator', 'update', {}, { permissions: { mayEdit } })],
    ['the author, of whom permissions say nothing', version('alice', 'update', {}, { permissions: { mayEdit } })],
    ['the author, with other permissions', version('alice', 'update', {}, { permissions: { maySteer: () => false } })],
    ['an agent, whatever permissions say', version('agent', 'update', {}, { permissions: { mayEdit: () => false } })],
  ])('counts if it is by %s', (_, event) => {
    expect(texts([event])).toEqual(['changed'])
  })

  it('is ignored if permissions refuse its author', () => {
    expect(version('alice', 'update', {}, { permissions: { mayEdit: () => false } }).type).toBe('ignored')
  })

  it('is ignored, whatever else permissions are about', () => {
    for (const permissions of [{ maySteer: () => true }, { mayEdit }])
      expect(version('mallory', 'update', {}, { permissions })).toMatchObject({
        type: 'ignored',
        reason: 'mallory may not change this message',
        refused: { serial: 's1', version: 's5' },
      })
  })

  it('is one if it is no create, or has another serial; a create may be published by another client', () => {
    const by = (serial: string | undefined, action: string) =>
      version('mallory', action, { version: { clientId: 'mallory', ...(serial !== undefined && { serial }) } }).type
    expect([by('s1', 'create'), by(undefined, 'create')]).toEqual(['created', 'created'])
    expect([by('s5', 'create'), by('s1', 'update'), by(undefined, 'update')]).toEqual(['ignored', 'ignored', 'ignored'])
  })

  it('neither makes nor withdraws an answer or a cancel', () => {
    const open = fold([prompt, response(asks()), answer()])
    const change = (name: string, headers: Record<string, string>): ConversationEvent =>
      message('s3', {
        name,
        data: '{}',
        clientId: 'alice',
        action: 'message.update',
        version: { serial: 's9', clientId: 'mallory' },
        headers,
      })
    const after = reduce(open, change('answer', { target: 's2', call: 'c1', kind: 'deny', saw: '' }))
    expect(after.context.answers).toBe(open.context.answers)
    expect([after.records, callIn(after)]).toEqual([open.records, callIn(open)])
    expect(change('cancel', { target: 's2' }).type).toBe('ignored')
  })

  it('is ignored in the format of AI Transport, also as a sign of life', () => {
    const raw = {
      serial: 's1',
      action: 'message.update',
      name: 'ai-step-start',
      clientId: 'agent',
      version: { serial: 's5', clientId: 'mallory' },
      extras: { ai: { transport: { 'run-id': 'r' } } },
    }
    expect(normalise(raw, { codec: aiTransport, agent: 'agent' })).toEqual({
      type: 'ignored',
      reason: 'mallory may not change this message',
      refused: { serial: 's1', version: 's5', delivered: true },
    })
  })
})

describe('a message that is read, whose newest version is by another client', () => {
  const read = version('mallory', 'update', {}, { source: 'history' })
  const versions = [
    message('s1', { name: 'prompt', data: 'invite bob', clientId: 'alice', headers: { role: 'user' } }, { source: 'history' }),
    version(
      'alice',
      'update',
      { data: 'invite bob, please', version: { serial: 's4', clientId: 'alice' } },
      { source: 'history' },
    ),
    read,
  ]

  it('is not shown until its older versions are read', () => {
    const state = fold([...attached, read])
    expect(selectMessages(state)).toEqual([])
    expect(selectEffects(state)).toEqual([{ type: 'fetchVersions', serial: 's1', version: 's5' }])
    expect(selectEffects(reduce(state, { type: 'tick', now: 5 }))[0]).toBe(selectEffects(state)[0])
    const after = fold([...versions, { type: 'versions-read', serial: 's1', upTo: 's5' }], state)
    expect(selectMessages(after).map(({ text }) => text)).toEqual(['invite bob, please'])
    expect(selectEffects(after)).toEqual([])
    expect(reduce(after, read)).toBe(after)
  })

  it('keeps the text that is known, and misses no permitted version', () => {
    const known = fold([...attached, { type: 'channel', state: 'attached' }, versions[0]!, read])
    expect(selectMessages(known).map(({ text }) => text)).toEqual(['invite bob'])
    expect(selectMessages(fold(versions, known)).map(({ text }) => text)).toEqual(['invite bob, please'])
  })

  it('is not read again while the stream has followed it', () => {
    const state = fold([...attached, prompt])
    expect(reduce(state, read)).toBe(state)
  })

  it('asks for its versions once, also where nothing permitted is among them', () => {
    const state = fold([...attached, read, { type: 'versions-read', serial: 's1', upTo: 's5' }, read])
    expect([selectMessages(state), selectEffects(state)]).toEqual([[], []])
  })

  it('may be an answer', () => {
    const changed = message(
      's3',
      {
        name: 'answer',
        data: '{}',
        clientId: 'alice',
        action: 'message.update',
        version: { serial: 's9', clientId: 'mallory' },
        headers: { target: 's2', call: 'c1', kind: 'deny', saw: '' },
      },
      { source: 'history' },
    )
    const state = fold([...attached, prompt, response(asks()), changed])
    expect(callIn(state).state).toBe('approval-requested')
    expect(selectEffects(state)).toEqual([{ type: 'fetchVersions', serial: 's3', version: 's9' }])
    const created = answer({ options: { source: 'history' } })
    expect(callIn(fold([created, changed, { type: 'versions-read', serial: 's3', upTo: 's9' }], state)).approval?.approved).toBe(
      true,
    )
  })
})

describe('the messages whose older versions are read', () => {
  const refused = (serial: string, version: string, delivered?: boolean): ConversationEvent => ({
    type: 'ignored',
    reason: 'mallory may not change this message',
    refused: { serial, version, ...(delivered !== undefined && { delivered }) },
  })
  const listed = (...events: readonly ConversationEvent[]) =>
    (fold(events).context.refused ?? []).map(({ serial, version, read }) => `${serial} ${version}${read ? ' read' : ''}`)

  it('are each listed once, with the newest version', () => {
    expect(listed(refused('s1', 's5'), refused('s2', 's6'))).toEqual(['s1 s5', 's2 s6'])
    expect(listed(refused('s1', 's5'), refused('s2', 's6'), refused('s1', 's7'))).toEqual(['s2 s6', 's1 s7'])
    const state = fold([refused('s1', 's5'), refused('s2', 's2')])
    for (const known of ['s4', 's5']) expect(reduce(state, refused('s1', known))).toBe(state)
    expect(reduce(state, refused('s2', 's3'))).not.toBe(state)
  })

  it('are read up to a version', () => {
    const both = [refused('s1', 's5'), refused('s2', 's6')]
    expect(listed(...both, { type: 'versions-read', serial: 's2', upTo: 's6' })).toEqual(['s1 s5', 's2 s6 read'])
    const state = fold([...both, { type: 'versions-read', serial: 's2', upTo: 's6' }])
    expect(reduce(state, { type: 'versions-read', serial: 's2', upTo: 's6' })).toBe(state)
    expect(reduce(state, { type: 'versions-read', serial: 's1', upTo: 's4' })).toBe(state)
    expect(reduce(state, { type: 'versions-read', serial: 's3', upTo: 's9' })).toBe(state)
  })

  it('are none of which as much is known already', () => {
    const read = version('alice', 'update', { version: { serial: 's4', clientId: 'alice' } }, { source: 'history' })
    expect(listed(read, refused('s1', 's3'))).toEqual([])
    expect(listed(read, refused('s1', 's4'))).toEqual([])
    expect(listed(read, refused('s1', 's5'))).toEqual(['s1 s5'])
    expect(listed(read, refused('s2', 's3'))).toEqual(['s2 s3'])
    expect(listed(...attached, prompt, refused('s1', 's5'))).toEqual([])
    expect(listed(...attached, prompt, refused('s1', 's5', true))).toEqual(['s1 s5'])
  })

  it('are not read as messages too: a newest version that is refused shows nothing', () => {
    const behind = fold([
      ...attached,
      response('a', 'streaming'),
      message('s2', { action: 'message.append', data: 'c', clientId: 'agent', version: { serial: 's5', timestamp: 12 } }),
      { type: 'channel', state: 'attached', resumed: false },
      message('s2', { action: 'message.append', data: 'd', clientId: 'agent', version: { serial: 's7', timestamp: 12 } }),
    ])
    const reads = (...events: readonly ConversationEvent[]) =>
      selectEffects(fold(events, behind)).flatMap((effect) => ('serial' in effect ? [`${effect.type} ${effect.serial}`] : []))
    expect(reads()).toEqual(['fetchMessage s2'])
    for (const version of ['s7', 's8']) expect(reads(refused('s2', version, true))).toEqual(['fetchVersions s2'])
    expect(reads(refused('s2', 's6', true))).toEqual(['fetchMessage s2', 'fetchVersions s2'])
    expect(reads(refused('s3', 's8', true))).toEqual(['fetchMessage s2', 'fetchVersions s3'])
    const state = fold([refused('s2', 's8', true)], behind)
    expect(selectEffects(state).map(({ type }) => type)).toContain('fetchVersions')
    const done = reduce(state, { type: 'versions-read', serial: 's2', upTo: 's8' })
    expect(selectEffects(done).map(({ type }) => type)).not.toContain('fetchVersions')
  })

  it('are no answers that were withdrawn', () => {
    const withdrawn = answer({ action: 'message.delete', version: 's9' })
    expect(listed(withdrawn, refused('s3', 's9'))).toEqual([])
    expect(listed(withdrawn, refused('s4', 's9'))).toEqual(['s4 s9'])
    expect(listed(answer(), refused('s3', 's9'))).toEqual(['s3 s9'])
  })
})

describe('permissions', () => {
  const cancel = (by: string | undefined, options: NormaliseOptions = {}): ConversationEvent =>
    message('s3', { name: 'cancel', clientId: by, headers: { target: 's2' } }, options)

  const permittedOf = (event: ConversationEvent) => ('permitted' in event ? event.permitted : undefined)

  it('stamp what they say of a cancel, an answer and a prompt into a response', () => {
    const permissions = {
      mayCancel: (by: string | undefined) => (by === 'boss' ? true : undefined),
      mayAnswer: (by: string | undefined) => (by === 'bob' ? false : undefined),
      maySteer: (by: string | undefined) => by === 'boss',
    }
    const into = (by: string): ConversationEvent =>
      message('s3', { name: 'prompt', clientId: by, headers: { role: 'user', into: 's2' } }, { permissions })
    expect([cancel('boss', { permissions }), cancel('bob', { permissions }), cancel('agent')].map(permittedOf)).toEqual([
      true,
      undefined,
      true,
    ])
    expect(
      [answer({ by: 'bob', options: { permissions } }), answer({ by: 'alice', options: { permissions } })].map(permittedOf),
    ).toEqual([false, undefined])
    expect([into('boss'), into('bob')].map(permittedOf)).toEqual([true, false])
    const permit = { permissions: { maySteer: () => false, mayEdit: () => false } }
    for (const [header, field] of [
      ['into', 'permitted'],
      ['edits', 'mayEdit'],
      ['again', 'mayEdit'],
      ['parent', undefined],
    ] as const) {
      const event = message('s3', { name: 'prompt', clientId: 'bob', headers: { role: 'user', [header]: 's2' } }, permit)
      expect(['permitted', 'mayEdit'].filter((each) => each in event)).toEqual(field ? [field] : [])
    }
    // A response is of the agent, whatever it names.
    const givenOver = { name: 'response', clientId: 'agent', headers: { role: 'assistant', into: 's2' } }
    expect(message('s3', givenOver, { permissions })).not.toHaveProperty('permitted')
  })
})
