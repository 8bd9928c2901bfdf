import { expect, it } from 'vitest'
import { createStore, selectMessages } from '@streamfold/core'
import { exportLog, redactLog, replay } from '@streamfold/core/log'
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

it('a redacted log of records that make groups folds to the same groups', () => {
  const store = createStore({ log: true })
  const part = (serial: string) => say(answer('create', serial, 'SECRET', { serial }))
  store.dispatch([part('s1'), part('s2')])
  expect(selectMessages(store.getState())).toHaveLength(1)
  expect(selectMessages(replay(redactLog(store.log!)))).toMatchObject([{ text: '······\n\n······' }])
})

function liveOf(message: Record<string, unknown>) {
  return live('create', '', '', message)
}
