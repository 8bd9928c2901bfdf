import type { Conversation, ConversationEvent } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessage, selectMessages } from '@streamfold/core'
import type { Codec } from '@streamfold/core/codec'
import { callName, defineCodec, frameHead } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import { answer, asks, callIn } from './asking.ts'
import { fold } from './build.ts'

/** A format whose data says everything: the text, the headers and the placement. */
const codec: Codec = defineCodec({ decode: ({ data }) => data as ReturnType<Parameters<typeof defineCodec>[0]['decode']> })

interface Given {
  readonly headers?: Readonly<Record<string, string>>
  readonly placement?: Readonly<Record<string, unknown>>
  readonly into?: string
  readonly text?: string
  readonly by?: string | undefined
  readonly id?: string
  readonly action?: string
  readonly version?: string
}

function written(serial: string, role: string, given: Given = {}): ConversationEvent {
  const { headers, placement, into, text = serial, by, id, action = 'create', version = serial } = given
  return normalise(
    {
      serial,
      action: `message.${action}`,
      version: { serial: version },
      clientId: by,
      id,
      data: { data: text, headers: { role, ...headers }, ...(placement && { placement }), ...(into !== undefined && { into }) },
    },
    { codec },
  )
}

const prompt = (serial: string, given: Given = {}) => written(serial, 'user', { by: 'ann', ...given })
const response = (serial: string, { headers, ...given }: Given = {}) =>
  written(serial, 'assistant', { by: 'agent', headers: { status: 'complete', ...headers }, ...given })
const shown = (...events: readonly ConversationEvent[]) => textsIn(fold(events))
const textsIn = (state: Conversation) => selectMessages(state).map(({ id, text }) => `${id}: ${text}`)

describe('a named group', () => {
  it('has nothing in common with a response whose serial is its name', () => {
    const parts = [
      response('s1'),
      response('s2', { headers: { continues: 's1' } }),
      response('s3', { placement: { group: 's1' } }),
    ] as const
    expect(shown(...parts)).toEqual(['s1: s1s2', 's3: s3'])
    expect(shown(...parts.toReversed())).toEqual(['s1: s1s2', 's3: s3'])
  })

  it('is continued by its own records only', () => {
    expect(shown(response('s1', { placement: { group: 'a' } }), response('s2', { headers: { continues: 's1' } }))).toEqual([
      's1: s1',
      's2: s2',
    ])
  })

  it('is not given over, whatever its headers name (P131)', () => {
    const given = { into: 's9' }
    expect(shown(response('s1', given), response('s2', { ...given, placement: { group: 'a' } }))).toEqual(['s2: s2'])
  })

  it('has its prompts for itself: a prompt has the place of the run that it was sent into, and a response has not', () => {
    const run = response('s1', { placement: { group: 'run' } })
    const placement = { group: 'own' }
    const parentOf = (event: ConversationEvent) => selectMessage(fold([run, event]), 's2')?.parent
    expect(parentOf(prompt('s2', { into: 'run', headers: { parent: 's0' }, placement }))).toBe('s1')
    expect(parentOf(response('s2', { into: 'run', headers: { parent: 's0' }, placement }))).toBe('s0')
    const undefinedRun = response('s1', { placement: { group: 'undefined' } })
    expect(selectMessage(fold([undefinedRun, prompt('s2', { headers: { parent: 's0' }, placement })]), 's2')?.parent).toBe('s0')
  })
})

it('an answer may name the group of the response that asks', () => {
  const asking = response('s1', {
    headers: { status: 'waiting', format: 'parts/1', 'reply-to': 's0' },
    placement: { group: 'run' },
    text: asks(),
  })
  const named = answer({ target: 'run' })
  for (const order of [
    [asking, named],
    [named, asking],
  ]) {
    const state = fold([prompt('s0', { by: 'alice' }), ...order])
    expect(callIn(state, 'c1', 's1').approval).toMatchObject({ approved: true, answer: 's3' })
    expect(selectMessages(state).at(-1)).toBe(selectMessage(state, 's1'))
  }
})

it('a call is in the message whose name its agent gave, of those that count', () => {
  const part = (serial: string, call: string | undefined, placement: Readonly<Record<string, unknown>>) =>
    response(serial, {
      headers: { format: 'parts/1' },
      placement: { group: 'run', ...placement },
      text: call === undefined ? 'Well' : `Well${asks({}, call)}`,
    })
  const state = fold([
    part('s1', undefined, { name: 'text' }),
    part('s2', 'c1', { name: 'first', step: 'one', attempt: '01' }),
    part('s3', 'c1', { name: 'again', step: 'one', attempt: '02' }),
    part('s4', 'c2', { name: 'second' }),
    part('s5', 'c3', {}),
    response('s6', { headers: { format: 'parts/1' }, text: asks({}, 'c1') }),
  ])
  const names = ['c1', 'c2', 'c3', 'c4'].map((call) => callName(state, 's1', call))
  expect(names).toEqual(['again', 'second', undefined, undefined])
  expect([callName(state, 's6', 'c1'), callName(state, 's7', 'c1')]).toEqual([undefined, undefined])
})

it('a group is deleted with its texts, where the rest of it only says how it was made', () => {
  const part = (serial: string, frames: string) =>
    response(serial, { headers: { format: 'parts/1' }, placement: { group: 'run' }, text: frames })
  const deleted = response('s1', { placement: { group: 'run' }, action: 'delete', version: 's9' })
  const statusOf = (frames: string) => selectMessage(fold([deleted, part('s2', frames)]), 's1')?.status
  const head = (type: 'step' | 'end', body = '') => frameHead({ type }) + body
  const meta = frameHead({ type: 'meta' })
  for (const frames of ['', head('step'), head('step') + head('end'), `${meta}{"model":"m"}${head('end')}`])
    expect([frames, statusOf(frames)]).toEqual([frames, 'deleted'])
  for (const frames of ['a', `a${head('step')}`, `${head('step')}${frameHead({ type: 'text' })}a`, asks()])
    expect([frames, statusOf(frames)]).toEqual([frames, 'complete'])
})

describe('the attempts at a step', () => {
  const attempts = (...all: readonly (readonly [step: string | undefined, attempt: string | undefined])[]) =>
    shown(
      ...all.map(([step, attempt], at) =>
        response(`s${at}`, {
          placement: { group: 'a', ...(step !== undefined && { step }), ...(attempt !== undefined && { attempt }) },
        }),
      ),
    )[0]

  // The serials of the service begin with a digit.
  it.each<[string, readonly (readonly [string | undefined, string | undefined])[], string]>([
    [
      'the last one counts',
      [
        ['one', '01'],
        ['one', '02'],
      ],
      's0: s1',
    ],
    [
      'what names no attempt counts beside it',
      [
        ['one', undefined],
        ['one', '01'],
        ['one', '02'],
      ],
      's0: s0\n\ns2',
    ],
    [
      'each step has its own',
      [
        ['one', '02'],
        ['two', '01'],
      ],
      's0: s0\n\ns1',
    ],
    [
      'what names no step counts, whatever attempt it names',
      [
        [undefined, '01'],
        [undefined, '02'],
      ],
      's0: s0\n\ns1',
    ],
  ])('%s', (_, all, expected) => {
    expect(attempts(...all)).toBe(expected)
  })
})

describe('a record of a group', () => {
  const statusOf = { headers: { status: 'streaming' } }
  const of = (more: Readonly<Record<string, unknown>> = {}) => ({ group: 'a', ...more })
  const kept: readonly ConversationEvent[] = [
    prompt('s1', { placement: { group: 'name' } }),
    prompt('s2', { placement: { group: 'name' }, by: 'ben', action: 'delete', version: 's3' }),
  ]

  // Each decides how the group stands, or which one it is.
  it.each<[string, Given['placement'], Given['placement'], readonly ConversationEvent[]]>([
    ['group', of(), of({ group: 'b' }), [response('s4', { placement: of() })]],
    ['mark', of(), of({ mark: true }), [response('s6', { placement: of() })]],
    [
      'step',
      of({ step: 'one', attempt: '01' }),
      of({ step: 'two', attempt: '01' }),
      [response('s4', { placement: of({ step: 'one', attempt: '02' }) })],
    ],
    [
      'attempt',
      of({ step: 'one', attempt: '01' }),
      of({ step: 'one', attempt: '03' }),
      [response('s6', { placement: of({ step: 'one', attempt: '02' }) })],
    ],
    ['continues', undefined, { continues: 's4' }, [response('s4', statusOf)]],
    ['continues', { continues: 's3' }, { continues: 's4' }, [response('s3'), response('s4', statusOf)]],
    ['promptAuthor', of({ promptAuthor: 'ann' }), of({ promptAuthor: 'ben' }), kept],
    ['name', of(), of({ name: 'n' }), []],
    ['byParent', of(), of({ byParent: true }), []],
  ])('is the same whether an append or a full version moves it: %s', (field, before, after, others) => {
    const headers = { status: 'streaming', ...(field === 'promptAuthor' && { 'reply-to': 'name' }) }
    const begun = response('s5', { headers, ...(before && { placement: before }) })
    const version = (action: string, text: string) =>
      response('s5', { headers, ...(after && { placement: after }), action, version: 's7', text })
    const state = fold([...others, begun])
    const [appended, whole] = [version('append', '!'), version('update', 's5!')].map((event) => reduce(state, event))
    expect(selectMessages(appended!)).toEqual(selectMessages(whole!))
    expect(appended!.context).toEqual(whole!.context)
    const moved = field !== 'name' && field !== 'byParent'
    expect([field, JSON.stringify(appended!.context.open) !== JSON.stringify(state.context.open)]).toEqual([field, moved])
  })

  it('has the key of the group that it moves into, and a prompt keeps its own', () => {
    const keysOf = (...all: readonly ConversationEvent[]) => selectMessages(fold(all)).map(({ key }) => key)
    const alone = response('s1', { headers: { status: 'streaming' } })
    const moved = response('s1', { placement: { group: 'a' }, action: 'update', version: 's2' })
    expect(keysOf(alone)).toEqual(['s1'])
    expect(keysOf(alone, moved)).toEqual(['a'])
    expect(keysOf(moved)).toEqual(['a'])
    const mine = { id: 'mine' }
    const asked = prompt('s1', mine)
    const named = prompt('s1', { ...mine, placement: { group: 'a' }, action: 'update', version: 's2' })
    expect([keysOf(asked), keysOf(asked, named), keysOf(named)]).toEqual([['mine'], ['mine'], ['mine']])
  })
})

describe('a response that continues another', () => {
  it('is by the same author in the same role', () => {
    const anonymous = { by: undefined }
    expect(shown(prompt('s1', anonymous), response('s2', { ...anonymous, headers: { continues: 's1' } }))).toEqual([
      's1: s1',
      's2: s2',
    ])
    expect(shown(response('s1', anonymous), response('s2', { ...anonymous, headers: { continues: 's1' } }))).toEqual(['s1: s1s2'])
  })

  it('names other messages by their serials alone', () => {
    const [first, second] = [response('s1', { headers: { parent: 'mine' } }), response('s2', { headers: { continues: 's1' } })]
    const called = prompt('s3', { placement: { group: 'mine' } })
    expect(selectMessage(fold([first, second, called]), 's1')?.parent).toBe('mine')
  })
})

describe('what a message names', () => {
  it('is no prompt where a response has that name or that serial', () => {
    const run = response('s1', { headers: { 'reply-to': 'run' }, placement: { group: 'run' } })
    expect(selectMessage(fold([run]), 's1')?.replyTo).toBe('run')
    const deleted = response('s1', { action: 'delete', version: 's9' })
    const streaming = response('s2', { headers: { 'reply-to': 's1', status: 'streaming' } })
    for (const order of [
      [deleted, streaming],
      [streaming, deleted],
    ])
      expect(selectMessage(fold(order), 's2')?.status).toBe('streaming')
  })

  it('is what agents have written under that name, and nothing that a user gives it to', () => {
    const named = (event: ConversationEvent) =>
      selectMessage(fold([event, prompt('s2', { headers: { parent: 'name' }, placement: { group: 'own' } })]), 's2')?.parent
    expect(named(response('s1', { placement: { group: 'run', name: 'name' } }))).toBe('s1')
    expect(named(prompt('s1', { placement: { group: 'other', name: 'name' } }))).toBe('name')
  })

  it.each(['reply-to', 'parent', 'edits', 'again'])('is found as soon as it is read: `%s`', (header) => {
    const isReply = header === 'reply-to'
    const naming = isReply
      ? response('s2', { headers: { [header]: 'name' }, placement: { group: 'run' } })
      : prompt('s2', { headers: { [header]: 'name' }, placement: { group: 'own' } })
    const named = prompt('s1', { placement: { group: 'name' } })
    const field = isReply ? 'replyTo' : (header as 'parent' | 'edits' | 'again')
    const before = fold([naming])
    expect(selectMessage(before, 's2')?.[field]).toBe('name')
    const after = reduce(before, named)
    expect(selectMessage(after, 's2')?.[field]).toBe('s1')
    expect(selectMessage(before, 's2')?.[field]).toBe('name')
    expect(selectMessage(reduce(before, response('s3')), 's2')).toBe(selectMessage(before, 's2'))
  })
})

describe('a response whose prompt’s name belongs to two users', () => {
  // Of the user whose present version is the oldest: first ann's, and since she has changed hers, ben's, of which one was deleted.
  const group = { group: 'name' }
  const events = [
    prompt('s1', { placement: group }),
    prompt('s2', { placement: group, by: 'ben' }),
    prompt('s3', { placement: group, by: 'ben', action: 'delete', version: 's4' }),
    response('s5', { headers: { 'reply-to': 'name', status: 'streaming' }, placement: { group: 'run' } }),
    prompt('s1', { placement: group, action: 'update', version: 's6' }),
  ]

  it('has ended with the deleted prompt, in whatever order they were read', () => {
    const statusOf = (all: readonly ConversationEvent[]) => selectMessage(all.reduce(reduce, emptyConversation()), 's5')?.status
    expect(statusOf(events.slice(0, 4))).toBe('streaming')
    for (let at = 0; at < events.length; at++) expect(statusOf([...events.slice(at), ...events.slice(0, at)])).toBe('cancelled')
  })
})

describe('a prompt that its author calls another name', () => {
  const named = (name: string, action: string, version: string) => prompt('s1', { placement: { group: name }, action, version })
  const answering = (name: string) =>
    response('s2', { headers: { 'reply-to': name, status: 'streaming' }, placement: { group: 'run' } })

  it('takes and leaves responses with its names, in whatever order they are read', () => {
    const [one, other] = [named('one', 'delete', 's3'), named('other', 'delete', 's4')]
    for (const [name, before, after] of [
      ['one', 'cancelled', 'streaming'],
      ['other', 'streaming', 'cancelled'],
    ] as const) {
      const statusOf = (...all: readonly ConversationEvent[]) => selectMessage(fold(all), 's2')?.status
      const asked = answering(name)
      expect([name, statusOf(one, asked), statusOf(asked, one)]).toEqual([name, before, before])
      expect([name, statusOf(one, asked, other), statusOf(one, other, asked), statusOf(asked, one, other)]).toEqual([
        name,
        after,
        after,
        after,
      ])
    }
  })
})
