import type { ConversationEvent } from '@streamfold/core'
import { fromJSON, normalise, selectMessages, toJSON } from '@streamfold/core'
import { defineCodec } from '@streamfold/core/codec'
import { onlyTextChanged } from '@streamfold/core/transport'
import { describe, expect, test } from 'vitest'
import { attached, fold, live, read, streaming } from './build.ts'

const agent = ['agent', 'agent-2']
const part = (serial: string, text: string, continues?: string, clientId = 'agent') =>
  normalise(
    {
      serial,
      action: 'message.create',
      data: text,
      clientId,
      timestamp: 1,
      extras: { headers: { ...streaming, ...(continues !== undefined && { continues }) } },
    },
    { agent, source: 'history' },
  )

describe('a response that another agent continued, and its own agent after it', () => {
  const first = part('s1', 'a')
  const foreign = part('s2', 'b', 's1', 'agent-2')
  const after = part('s3', 'c', 's2')
  const orders: readonly (readonly ConversationEvent[])[] = [
    [first, foreign, after],
    [after, foreign, first],
    [after, first, foreign],
  ]

  test.each(orders)('is three messages, and each is open, in any order', (...events) => {
    const state = fold(events)
    expect(selectMessages(state).map(({ id, text }) => [id, text])).toEqual([
      ['s1', 'a'],
      ['s2', 'b'],
      ['s3', 'c'],
    ])
    expect(state.context.open.toSorted()).toEqual(['s1', 's2', 's3'])
  })
})

test('more than a text changes when no agent could be asked to answer a prompt', () => {
  const prompt = { serial: 's1', name: 'prompt', clientId: 'user', extras: { headers: { role: 'user' } } }
  const before = fold([read('create', 's1', 'why', prompt)])
  const after = fold([{ type: 'prompt-unanswered', serial: 's1', error: 'nobody' }], before)
  expect(onlyTextChanged(before, after)).toBe(false)
})

test('an append to a record that has ended brings back a group that was given up, live as in what was saved', () => {
  const chain = [
    live('create', 's1', 'a'),
    live('create', 's2', 'b', { serial: 's2', extras: { headers: { ...streaming, continues: 's1' } } }),
  ]
  const ended = live('append', 's3', '.', { extras: { headers: { ...streaming, status: 'complete' } } })
  const abandoned = fold([...attached, { type: 'tick', now: 1_000 }, ...chain, ended, { type: 'tick', now: 100_000 }])
  expect(selectMessages(abandoned).map(({ status }) => status)).toEqual(['abandoned'])
  const state = fold([live('append', 's4', '!', { extras: undefined })], abandoned)
  expect(selectMessages(state).map(({ text, status }) => [text, status])).toEqual([['a.!b', 'streaming']])
  expect(state.context.open).toEqual(['s1'])
  expect(selectMessages(fromJSON(JSON.parse(JSON.stringify(toJSON(state)))))).toEqual(selectMessages(state))
})

test('a response answers the prompt of this serial, not one that another user calls so and deletes', () => {
  const codec = defineCodec({
    decode: ({ name, data, extras }) => {
      const { headers } = extras as { headers: Record<string, string> } // As given below.
      const { group } = headers
      return { name: String(name), data, headers, ...(group !== undefined && { placement: { group } }) }
    },
  })
  const message = (serial: string, clientId: string, headers: Record<string, string>, action = 'create') =>
    normalise(
      {
        serial,
        action: `message.${action}`,
        name: clientId === 'agent' ? 'response' : 'prompt',
        clientId,
        data: 'x',
        extras: { headers },
      },
      { agent: 'agent', codec, source: 'history' },
    )
  const events = [
    message('s3', 'agent', { ...streaming, 'reply-to': 's1', group: 'g' }),
    message('s2', 'mallory', { group: 's1' }, 'delete'),
    message('s1', 'ann', {}),
  ]
  const statuses = (order: readonly ConversationEvent[]) => selectMessages(fold(order)).map(({ status }) => status)
  expect(statuses(events)).toEqual(['complete', 'deleted', 'streaming'])
  expect(statuses(events.toReversed())).toEqual(['complete', 'deleted', 'streaming'])
})

test('a response in the plain pattern is not assumed to be complete while a message that continues it says that it streams', () => {
  const plain = live('create', 's1', 'a', { extras: {} })
  const more = live('create', 's2', 'b', { serial: 's2', extras: { headers: { ...streaming, continues: 's1' } } })
  const after = (ms: number) => fold([...attached, { type: 'tick', now: 1_000 }, plain, more, { type: 'tick', now: 1_000 + ms }])
  const seen = [11_000, 70_000].map((ms) => selectMessages(after(ms)).map(({ status }) => status))
  expect(seen).toEqual([['stalled'], ['abandoned']])
})

test('a record of a group that arrives late is joined to the text before it, also where the record behind it has the same text', () => {
  const codec = defineCodec({
    decode: ({ data, extras }) => {
      const { continues } = extras as { continues?: string } // As given below.
      return {
        data,
        headers: { role: 'assistant', status: 'streaming' },
        placement: { group: 'g', ...(continues !== undefined && { continues }) },
      }
    },
  })
  const record = (serial: string, data: string, continues?: string) =>
    normalise(
      { serial, action: 'message.create', data, clientId: 'agent', timestamp: 1, extras: { continues } },
      { codec, agent: 'agent', source: 'history' },
    )
  const late = record('s2', 'b', 's1')
  const before = fold([record('s1', 'a'), record('s3', 'b')])
  expect(selectMessages(before).map(({ text }) => text)).toEqual(['a\n\nb'])
  expect(selectMessages(fold([late], before)).map(({ text }) => text)).toEqual(['ab\n\nb'])
})
