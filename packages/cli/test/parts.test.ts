import type { Conversation, ConversationEvent } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessage, selectMessages } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { escapeBody, frameHead } from '@streamfold/core/codec'
import { difference } from '@streamfold/core/log'
import { sessions, runSession } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatConversation } from '../src/format/format-conversation.ts'
import { formatDifference } from '../src/format/format-difference.ts'
import { formatEvent } from '../src/format/format-event.ts'
import { jsonEvent } from '../src/format/json-event.ts'
import { createNames } from '../src/format/names.ts'
import { visible } from '../src/format/visible.ts'
import type { Paint } from '../src/output.ts'

const plain: Paint = (_, text) => text
const marked: Paint = (format, text) => (format === 'plain' ? text : `<${String(format)}>${text}</>`)
// oxlint-disable-next-line no-control-regex -- The pattern must contain control characters.
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

function frame(head: Head, body = ''): string {
  return frameHead(head) + escapeBody(body)
}

function version(action: string, data: string, serial: string, status = 'streaming'): ConversationEvent {
  const extras = { headers: { role: 'assistant', status, format: 'parts/1' } }
  return normalise({ serial: 's1', action: `message.${action}`, data, clientId: 'agent', extras, version: { serial } })
}

function lines(events: readonly ConversationEvent[], columns = Infinity): readonly (string | undefined)[] {
  const name = createNames()
  let state: Conversation = emptyConversation()
  return events.map((event) => {
    const before = state
    state = reduce(state, event)
    return formatEvent({ before, event, after: state, at: undefined }, name, { paint: plain, columns })
  })
}

const run = [
  version('create', '', 'v0'),
  version('append', frame({ type: 'reasoning' }, 'Let me look'), 'v1'),
  version('append', frame({ type: 'end', ms: 1_500 }), 'v2'),
  version('append', frame({ type: 'tool', id: 'c', name: 'search' }, '{"q":'), 'v3'),
  version('append', '"x"}', 'v4'),
  version('append', frame({ type: 'input', id: 'c' }) + frame({ type: 'run', id: 'c', epoch: 'e' }), 'v5'),
  version('append', frame({ type: 'output', id: 'c' }, '{"pages":2}') + frame({ type: 'end' }), 'v6'),
  version('append', frame({ type: 'source', id: 'u', url: 'https://a.test', title: 'A page' }), 'v7'),
  version('append', frame({ type: 'text' }, 'Found'), 'v8'),
  version('append', ' it', 'v9', 'complete'),
]
const state = run.reduce(reduce, emptyConversation())

describe('an event of a message with parts', () => {
  it('says what it added', () => {
    expect(lines(run)).toEqual([
      'create     #1  agent: no content  streaming',
      'append     #1  + 11 characters of reasoning',
      'append     #1  + the reasoning is complete, after 1.5 s',
      'append     #1  + a call of search, 5 characters of the input of search',
      'append     #1  + 4 characters of the input of search',
      'append     #1  + the input of search is complete, search is executed',
      'append     #1  + the call of search got its output',
      'append     #1  + the source A page',
      'append     #1  + Found',
      'append     #1  +  it  complete',
    ])
  })

  it('fits into narrow columns', () => {
    for (const line of lines(run, 40)) expect(line!.length).toBeLessThanOrEqual(40)
    expect(lines(run, 40)[5]).toBe('append     #1  + the input of search is…')
  })

  it('says that an append was lost', () => {
    const lost = normalise({
      serial: 's1',
      action: 'message.append',
      data: 'x',
      clientId: 'agent',
      version: { serial: 'v1', metadata: { len: '13' } },
    })
    expect(lines([version('create', '', 'v0'), lost])[1]).toBe(
      'append     #1  + 1 character of data  gap  12 characters are missing: an append was lost',
    )
  })

  it('of a record that continues another says only what it added', () => {
    const created = version('create', frame({ type: 'text' }, 'Found'), 'v0')
    const continuing = (data: string) =>
      normalise({
        serial: 's2',
        action: 'message.create',
        data,
        clientId: 'agent',
        extras: { headers: { role: 'assistant', status: 'streaming', format: 'parts/1', continues: 's1' } },
        version: { serial: 'v1' },
      })
    expect(lines([created, continuing(frame({ type: 'more' }))])[1]).toBe(
      'create     #2  agent: 17 characters of data  #1 streaming',
    )
    expect(lines([created, continuing(frame({ type: 'more' }, ' it'))])[1]).toBe('create     #2  agent:  it  #1 streaming')
  })

  it('as JSON has its changes in words, and the parts at the end', () => {
    const before = run.slice(0, -1).reduce(reduce, emptyConversation())
    expect(jsonEvent(before, run.at(-1)!, state)).toMatchObject({
      changes: ['3 characters of text'],
      parts: [{ type: 'reasoning' }, { type: 'tool-search', output: { pages: 2 } }, { type: 'source-url' }, { type: 'text' }],
    })
    const [first, second] = run
    const begun = reduce(emptyConversation(), first!)
    expect(jsonEvent(begun, second!, reduce(begun, second!))).not.toHaveProperty('parts')
  })
})

it('shows the parts of a message', () => {
  expect(formatConversation(state, marked)).toBe(
    [
      '<bold,blue>agent</>  <gray>assistant, complete</>',
      '<dim>  reasoning for 1.5 s</>',
      '<dim>  Let me look</>',
      '  <bold>search</>  <green>done</>',
      '    input   {"q":"x"}',
      '    output  {"pages":2}',
      '  <gray>source</>  A page (https://a.test)',
      '  Found it',
    ].join('\n'),
  )
})

it('lists the parts that differ', () => {
  const before = run.slice(0, 6).reduce(reduce, emptyConversation())
  const [one] = [difference(before, state).find(({ type }) => type === 'changed')]
  const text = formatDifference(one!, plain)
  expect(text).toContain('    ~ the call of search got its output\n    + the source A page')
  const again = run.map((event) => ({ ...event })).reduce(reduce, emptyConversation())
  expect(difference(again, state)).toEqual([])
  const [added] = difference(emptyConversation(), before)
  expect(formatDifference(added!, plain)).toContain('    + the call of search, input-available, input {"q":"x"}')
})

it('prints nothing of a model or a tool that a terminal obeys', () => {
  const bad = '\u001b]0;owned\u0007\u001b[2J\u009b31m\r\b\u0000\u007f\u202eforged\u2066\u2028\u001e{}\n'
  const hostile = [
    version('create', '', 'v0'),
    version('append', frame({ type: 'reasoning' }, bad), 'v1'),
    version('append', frame({ type: 'tool', id: bad, name: bad, title: bad }, bad) + frame({ type: 'input', id: bad }), 'v2'),
    version('append', frame({ type: 'fault', id: bad }, bad) + frame({ type: 'end' }), 'v3'),
    version('append', frame({ type: 'source', id: bad, url: bad, title: bad }), 'v4'),
    version('append', frame({ type: 'file', mediaType: bad, url: bad, filename: bad }), 'v5'),
    version('append', frame({ type: 'data', name: bad, id: bad }, JSON.stringify(bad)) + frame({ type: 'end' }), 'v6'),
    version('append', frame({ type: 'custom', kind: bad }, JSON.stringify(bad)) + frame({ type: 'end' }), 'v7'),
    version('append', frame({ type: 'steer', serial: bad }) + frame({ type: 'step' }), 'v8'),
    version('update', frame({ type: 'tool', id: bad, name: bad, dynamic: true }, bad), 'v9'),
  ]
  const states = hostile.map((_, at) => hostile.slice(0, at + 1).reduce(reduce, emptyConversation()))
  const printed = [
    ...lines(hostile, 200),
    ...states.map((each) => formatConversation(each, plain)),
    ...states.flatMap((each) => difference(states[0]!, each).map((one) => formatDifference(one, plain))),
    ...states.flatMap((each) => difference(each, states.at(-1)!).map((one) => formatDifference(one, plain))),
  ]
  expect(printed.filter((line) => unsafe.test(line ?? ''))).toEqual([])
})

it('prints no frame, whatever is delivered', () => {
  fc.assert(
    fc.property(sessions({ maxLength: 60 }), (session) => {
      const name = createNames()
      for (const { before, event, after } of steps(session)) {
        const line = formatEvent({ before, event, after, at: undefined }, name, { paint: plain, columns: Infinity })
        const framed = 'version' in event && event.fields?.format !== undefined
        if (framed) {
          // The line names a part that is gone, too.
          const content = contentOf(before, event.serial) + contentOf(after, event.serial)
          expect(framesIn(line)).toEqual(framesIn(line).filter((each) => content.includes(each)))
        }
        formatEvent({ before, event, after, at: undefined }, name, { paint: plain, columns: 80 })
        JSON.stringify(jsonEvent(before, event, after))
        for (const message of selectMessages(after)) expect(message.parts).toBeInstanceOf(Array)
        formatConversation(after, plain)
        for (const one of difference(before, after)) formatDifference(one, plain)
      }
    }),
    { numRuns: 60 },
  )
})

function framesIn(line = ''): readonly string[] {
  return Array.from(line.matchAll(/\\u001e\{[^}\s]*/g), ([each]) => each)
}

/** What a model or a person wrote may look like a frame, also as the address of a file: it is text, and printed. */
function contentOf(state: Conversation, serial: string): string {
  const parts = selectMessage(state, serial)?.parts ?? []
  return visible(
    parts
      .map((part) => ('text' in part ? part.text : 'url' in part ? `${part.url} ${'filename' in part ? part.filename : ''}` : ''))
      .join(' '),
  )
}

function steps(session: Parameters<typeof runSession>[0]) {
  let state: Conversation = emptyConversation()
  return runSession(session).subscribers[0]!.steps.map(({ event }) => {
    const before = state
    state = reduce(state, event)
    return { before, event, after: state }
  })
}
