import type { ConversationEvent, Log } from '@streamfold/core'
import { emptyConversation, fromJSON, reduce, toJSON } from '@streamfold/core'
import { difference, exportLog, importLog, replay } from '@streamfold/core/log'
import { expect, it } from 'vitest'
import { formatConversation, formatStanding } from '../src/format/format-conversation.ts'
import { formatDifference } from '../src/format/format-difference.ts'
import { formatEvent } from '../src/format/format-event.ts'
import { logTo } from '../src/log/log-file.ts'
import { createNames } from '../src/format/names.ts'
import type { Paint } from '../src/output.ts'

const bad = '\u001b]0;owned\u0007\u001b[2J\u009b31m\r\b\u0000\u007f\u202eforged\u2066\u2028\u2029'
// oxlint-disable-next-line no-control-regex -- The pattern must contain control characters.
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/
const plain: Paint = (_, text) => text

const version = {
  serial: bad,
  version: 'v1',
  text: bad,
  role: 'assistant',
  phase: 'failed',
  headers: { status: 'failed', error: bad, finish: bad, [bad]: bad },
  fields: {
    replyTo: bad,
    error: bad,
    finish: undefined,
    phase: 'failed',
    into: undefined,
    parent: bad,
    edits: bad,
    again: bad,
    placement: undefined,
  },
  clientId: bad,
  messageId: bad,
  createdAt: 1,
  at: 1,
} as const
const events: readonly ConversationEvent[] = [
  { type: 'connection', state: 'failed', error: bad },
  { type: 'channel', state: 'failed', error: bad },
  { type: 'history', state: 'failed', error: bad },
  { type: 'presence', agents: [bad] },
  { ...version, type: 'created' },
  { ...version, type: 'appended', version: 'v2' },
  { ...version, type: 'replaced', version: 'v3' },
  { ...version, type: 'snapshot', version: 'v4', source: 'history', deleted: false, role: 'user', serial: `${bad}2` },
  { type: 'prompt-sent', key: bad, text: bad, clientId: bad, at: 1 },
  { type: 'prompt-failed', key: bad, error: bad },
  { type: 'prompt-unanswered', serial: `${bad}2`, error: bad },
  { type: 'cancel', target: bad, clientId: bad, at: 1 },
  { type: 'ignored', reason: bad },
  { type: bad } as unknown as ConversationEvent, // Any client may write this into a log.
  { ...version, type: 'snapshot', source: bad, deleted: false } as unknown as ConversationEvent,
  { type: 'connection', state: bad } as unknown as ConversationEvent,
]
const log: Log = { start: emptyConversation(), events }

it.each([
  ['as they come', log],
  ['from a log', importLog(exportLog(log))],
])('prints nothing that a terminal obeys, for any events, %s', (_name, { events }) => {
  const name = createNames()
  const printed: (string | undefined)[] = []
  let state = emptyConversation()
  for (const event of events) {
    const before = state
    // An invalid state comes only from a log, which is checked as it is read.
    if (event.type !== 'connection' || event.state === 'failed') state = reduce(state, event)
    printed.push(formatEvent({ before, event, after: state, at: 1 }, name, { paint: plain, columns: 300 }))
  }
  printed.push(formatConversation(state, plain), formatStanding(state))
  for (const one of difference(emptyConversation(), state)) printed.push(formatDifference(one, plain))
  for (const one of difference(state, replay(events.slice(0, 6)))) printed.push(formatDifference(one, plain))
  expect(printed.length).toBeGreaterThan(15)
  expect(printed.filter((line) => line !== undefined && unsafe.test(line))).toEqual([])
})

it('records to a terminal what reads back the same, and obeys nothing', () => {
  let written = ''
  const file = logTo({ write: (text) => void (written += text) })
  file.begin(emptyConversation())
  file.append({ events: events.slice(0, 13), arrivals: [] } as never) // No more of it is used.
  expect(written).not.toMatch(unsafe)
  expect(importLog(written).events).toEqual(importLog(exportLog({ ...log, events: events.slice(0, 13) })).events)
})

it('refuses a log whose start has a message with an unknown status', () => {
  const json = toJSON(replay(events.slice(0, 13)))
  const forged = { ...json, records: json.records.map((record) => ({ ...record, finish: bad })) }
  expect(() => importLog(JSON.stringify({ format: 'streamfold-log', version: 3, start: forged }))).toThrow(
    'its start is not a conversation',
  )
  expect(fromJSON(JSON.parse(JSON.stringify(json)))).toBeDefined()
})
