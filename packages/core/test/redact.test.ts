import { expect, it } from 'vitest'
import type { Conversation } from '@streamfold/core'
import { createStore, emptyConversation, selectMessages } from '@streamfold/core'
import { exportLog, importLog, redactLog, replay } from '@streamfold/core/log'
import * as chat from './asking.ts'
import { live, raw } from './build.ts'
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

it('a redacted log of records that make groups folds to the same groups', () => {
  const store = createStore({ log: true })
  const part = (serial: string) => say(answer('create', serial, 'SECRET', { serial }))
  store.dispatch([part('s1'), part('s2')])
  expect(selectMessages(store.getState())).toHaveLength(1)
  expect(selectMessages(replay(redactLog(store.log!)))).toMatchObject([{ text: '······\n\n······' }])
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

function liveOf(message: Record<string, unknown>) {
  return live('create', '', '', message)
}
