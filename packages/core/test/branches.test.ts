import type { Conversation, ConversationEvent, Message, NormaliseOptions } from '@streamfold/core'
import {
  emptyConversation,
  fromJSON,
  normalise,
  reduce,
  selectMessages,
  selectPath,
  selectPrompt,
  selectPromptStates,
  selectSiblings,
  selectStatus,
  selectUnanswered,
  selectUnansweredReason,
  toJSON,
} from '@streamfold/core'
import { difference, exportLog, importLog, redactLog, replay, whyIgnored } from '@streamfold/core/log'
import { promptHeaders } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import { message } from './asking.ts'
import { attached, fold } from './build.ts'

type Event = Extract<ConversationEvent, { serial: string }>

/** A message in a line: its serial, `<` and what it answers or follows, `e:` what it edits, `a:` for which it asks again, `by`. */
function events(lines: string, options: NormaliseOptions = {}): readonly Event[] {
  return lines.split(/\s*;\s*|\n/).flatMap((line) => {
    const [serial = '', ...words] = line.trim().split(/\s+/)
    if (serial === '') return []
    const named = (mark: string) => words.find((word) => word.startsWith(mark))?.slice(mark.length)
    const isResponse = serial.startsWith('r') || serial.includes('r')
    const to = named('<')
    const headers = isResponse
      ? { role: 'assistant', status: named('is:') ?? 'complete', ...(to !== undefined && { 'reply-to': to }) }
      : promptHeaders({ parent: to, edits: named('e:'), again: named('a:') })
    const clientId = isResponse ? 'agent' : (named('by:') ?? 'alice')
    const data = named('a:') !== undefined && !words.includes('text') ? '' : `of ${serial}`
    const deleted = words.includes('deleted')
    const action = deleted ? 'message.delete' : 'message.create'
    const version = { serial: deleted ? `${serial}+` : serial, timestamp: 10, ...(deleted && { clientId }) }
    return [
      message(serial, { name: isResponse ? 'response' : 'prompt', data, clientId, headers, action, version }, options) as Event,
    ]
  })
}

const ids = (messages: readonly Message[]) => messages.map(({ id }) => id).join(' ')
const later = (now: number): ConversationEvent => ({ type: 'tick', now })
const start: readonly ConversationEvent[] = [...attached, later(1)]
const tree = (lines: string, options?: NormaliseOptions) => fold([...start, ...events(lines, options)])

/** Every order of the first seven, and a few of more. */
function orders<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length > 5) return [items.toReversed(), [...items.slice(3), ...items.slice(0, 3)]]
  if (items.length < 2) return [items]
  return items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))
}

describe('the default path', () => {
  it.each<[string, string, string]>([
    ['has everything where nobody has branched', '1; 2r <1; 3 <2r; 4r <3', '1 2r 3 4r'],
    ['has everything without headers', '1; 2r; 3; 4r', '1 2r 3 4r'],
    ['has prompts that were sent at the same time', '1; 2r <1; 3 <2r; 4 <2r; 5r <3; 6r <4', '1 2r 3 4 5r 6r'],
    ['has an edit and what follows it', '1; 2r <1; 3 <2r; 4 e:1; 5r <4; 6 <5r', '4 5r 6'],
    ['has an edit in the middle', '1; 2r <1; 3 <2r; 4r <3; 5 <2r e:3; 6r <5', '1 2r 5 6r'],
    ['has the newest of several edits', '1; 2 e:1; 3r <1; 4 e:1; 5r <2', '4'],
    ['has an edit of an edit', '1; 2r <1; 3 e:1; 4r <3; 5 e:3; 6r <5', '5 6r'],
    ['has an edit of an edit, whatever parent it names', '1; 2r <1; 3 <2r; 4 <2r e:3; 5 <4 e:4', '1 2r 5'],
    ['ignores an edit by a stranger', '1; 2r <1; 3 e:1 by:bob; 4r <3', '1 2r 3 4r'],
    ['ignores an edit by a stranger of an edit', '1; 2 e:1; 3 e:2 by:bob', '2 3'],
    ['ignores an edit of a response', '1; 2r <1; 3 e:2r', '1 2r 3'],
    ['ignores an edit of what is not there', '1; 2r <1; 3 e:0', '1 2r 3'],
    ['ignores an edit of itself and of a later prompt', '1 e:1; 2 e:3; 3', '1 2 3'],
    ['ignores what edits each other', '1 e:2; 2 e:1', '2'],
    ['has the newest response', '1; 2r <1; 3 a:1; 4r <3', '1 4r'],
    ['has the newest response of a response', '1; 2r <1; 3 a:2r; 4r <3', '1 4r'],
    ['has the newest response of a request', '1; 2r <1; 3 a:1; 4r <3; 5 a:3; 6r <5; 7 a:4r; 8r <7', '1 8r'],
    ['ends what followed an earlier response', '1; 2r <1; 3 <2r; 4r <3; 5 a:1; 6r <5', '1 6r'],
    ['has what follows the newest response', '1; 2r <1; 5 a:1; 6r <5; 7 <6r; 8r <7', '1 6r 7 8r'],
    ['has what follows a request before its response', '1; 2r <1; 3 a:1; 4 <3; 5r <3', '1 4 5r'],
    ['has what follows a prompt, whatever answers it', '1; 2 <1; 3r <1; 4r <2; 5 a:1; 6r <5', '1 2 4r 6r'],
    ['has all responses of one attempt', '1; 2r <1; 3r <1; 4 a:1; 5r <4; 6r <4', '1 5r 6r'],
    ['waits for a response', '1; 2r <1; 3 a:1', '1'],
    ['does not wait where the conversation went on without it', '1; 2r <1; 3 a:1; 4 <2r', '1 2r 4'],
    ['has what followed the prompt while it waits', '1; 2r <1; 3 a:1; 4 <1; 5r <4', '1 4 5r'],
    ['ignores a request by a stranger', '1; 2r <1; 3 a:1 by:bob', '1 2r'],
    ['shows what a stranger says in a request', '1; 2r <1; 3 a:1 text by:bob', '1 2r 3'],
    ['does not show a request for what is not loaded', '2r; 3 a:1; 4r <3', '2r 4r'],
    ['ignores a request for a response without a prompt', '1r; 2 a:1r text', '1r 2'],
    ['falls back where an edit was withdrawn', '1; 2r <1; 3 e:1 deleted; 4r <3', '1 2r'],
    ['has the edit of a deleted prompt', '1 deleted; 2 e:1', '2'],
    ['has the newest of deleted prompts', '1 deleted; 2 e:1 deleted', '2'],
    ['falls back where a request was withdrawn', '1; 2r <1; 3 a:1 deleted', '1 2r'],
    ['falls back also from its response', '1; 2r <1; 3 a:1 deleted; 4r <3', '1 2r'],
    ['follows what came before without a parent', '1; 2r <1; 3; 4r <3; 5 e:1; 6r <5; 7; 8r <7', '5 6r 7 8r'],
    ['ends what followed an edited prompt without a parent', '1; 2r <1; 3; 4r <3; 5 e:1', '5'],
    ['ends a plain response to an edited prompt', '1; 2r; 3 e:1', '3'],
    ['ends a plain response to which there is another', '1; 2r; 3 a:1; 4r <3', '1 4r'],
    ['has a prompt whose parent is not loaded', '3 <0; 4r <3; 5 e:3', '5'],
    ['has a prompt that is its own parent, or a later one’s', '1 <1; 2 <3; 3 <2; 4 e:3', '1 2 4'],
    ['has a response to what is not loaded', '1; 2r <0; 3 e:1', '2r 3'],
    ['has a response to a later prompt', '1; 2r <3; 3 <2r; 4 e:1', '2r 3 4'],
    ['goes on with what names no parent', '1; 2r <1; 3 e:1; 4r <3; 5 <2r; 6r <5; 7; 8r <7', '3 4r 7 8r'],
    ['goes on with it behind another response', '1; 2r <1; 3 a:1; 4r <3; 5 <2r; 6r <5; 7; 8r <7', '1 4r 7 8r'],
    [
      'goes on with it behind an edit of what two others follow',
      '1; 2r <1; 3 <2r; 4 <2r; 5r <3; 6r <4; 7 <2r e:3; 8 e:1; 9 <6r; a; br <a',
      '8 a br',
    ],
    ['goes on with it where an earlier alternative is edited again', '1; 2r <1; 3 <1; 4 e:1; 5 e:4; 6 <3; 7', '5 7'],
    ['waits though another prompt names a later one', '1; 2r <1; 3 a:1; 4 <5; 5', '1 4 5'],
    ['waits though another prompt names itself', '1; 2r <1; 3 a:1; 4 <4', '1 4'],
    ['has a response to a response, which has no place', '1; 2r <1; 3r <2r; 4 e:1', '3r 4'],
    ['has a prompt on another branch', '1; 2r <1; 3 e:1; 4r <3; 5 <2r; 6r <5', '3 4r'],
  ])('%s', (_, lines, expected) => {
    const state = tree(lines)
    expect(ids(selectPath(state))).toBe(expected)
    for (const order of orders(events(lines))) expect(ids(selectPath(fold([...start, ...order])))).toBe(expected)
    expect(ids(selectPath(fromJSON(JSON.parse(JSON.stringify(toJSON(state))))))).toBe(expected)
  })

  it('is the list of all messages where nobody has branched', () => {
    const state = tree('1; 2r <1; 3 <2r')
    expect(selectPath(state)).toBe(selectMessages(state))
    expect(selectPath(state, '1')).toBe(selectMessages(state))
    const twice = tree('1; 2r <1; 3r <1')
    expect(selectPath(twice)).toBe(selectMessages(twice))
  })
})

describe('the path of a head', () => {
  it.each<[string, string, string, string]>([
    ['an earlier text', '1; 2r <1; 3 <2r; 4 e:1; 5r <4', '1', '1 2r 3'],
    ['what followed an earlier text', '1; 2r <1; 3 <2r; 4 e:1; 5r <4', '3', '1 2r 3'],
    ['a response to an earlier text', '1; 2r <1; 4 e:1; 5r <4', '2r', '1 2r'],
    ['an earlier response', '1; 2r <1; 3 <2r; 4 a:1; 5r <4', '2r', '1 2r 3'],
    ['what followed an earlier response', '1; 2r <1; 3 <2r; 4 a:1; 5r <4', '3', '1 2r 3'],
    ['a request', '1; 2r <1; 4 a:1; 5r <4; 6 a:1; 7r <6', '4', '1 5r'],
    ['a request that waits', '1; 2r <1; 4 a:1', '4', '1'],
    ['a request that was withdrawn', '1; 2r <1; 4 a:1 deleted', '4', '1 2r'],
    ['the newest behind the head', '1; 2r <1; 3 <2r; 4r <3; 5 <2r e:3; 6 e:1', '1', '1 2r 5'],
    ['other choices', '1; 2r <1; 3 <2r; 4 <2r; 5 <2r e:3; 6 <2r e:4', '3', '1 2r 3 6'],
    ['a deleted text', '1; 2r <1; 3 e:1 deleted; 4r <3', '4r', '3 4r'],
    ['a withdrawn attempt', '1; 2r <1; 3 a:1 deleted; 4r <3', '4r', '1 4r'],
    ['what is not known', '1; 2 e:1', '9', '2'],
  ])('%s', (_, lines, head, expected) => {
    expect(ids(selectPath(tree(lines), head))).toBe(expected)
  })

  it('goes through every message that is not hidden', () => {
    const state = tree('1; 2r <1; 3 <2r; 4 e:1; 5r <4; 6 a:4; 7r <6; 8 <5r; 9 a:4 deleted; a <9; br <9')
    for (const { id } of selectMessages(state))
      if (!['6', '9'].includes(id)) expect(ids(selectPath(state, id)).split(' ')).toContain(id)
  })
})

describe('siblings', () => {
  const stateOf = () => tree('1; 2r <1; 3 e:1; 4r <3; 5 e:3; 6 a:5; 7r <5; 8r <6; 9r <6; a <8r; b a:5')

  it.each([
    ['1', '1 3 5'],
    ['3', '1 3 5'],
    ['5', '1 3 5'],
    ['2r', '2r'],
    ['7r', '7r 8r'],
    ['8r', '7r 8r'],
    ['9r', '7r 8r'],
    ['6', '7r 8r'],
    ['a', 'a'],
    ['unknown', ''],
  ])('of %s are %s', (id, expected) => {
    const state = stateOf()
    expect(ids(selectSiblings(state, id))).toBe(expected)
    expect(selectSiblings(state, id)).toBe(selectSiblings(state, id))
  })

  it('are a message alone where it has no prompt, and a prompt alone where it is not edited', () => {
    const state = tree('1; 2r <1; 3r <2r; 4; 5 e:1')
    for (const id of ['2r', '3r', '4']) expect([id, ids(selectSiblings(state, id))]).toEqual([id, id])
  })

  it('are a message alone where nobody has branched', () => {
    expect(ids(selectSiblings(tree('1; 2r <1'), '2r'))).toBe('2r')
    expect(selectSiblings(tree('1; 2r <1'), '3')).toEqual([])
  })
})

describe('the prompt of a message', () => {
  const stateOf = () => tree('1; 2r <1; 3 a:2r; 4r <3; 5 a:4r by:bob; 6r <0; 7r')

  it.each([
    ['1', '1'],
    ['2r', '1'],
    ['3', '1'],
    ['4r', '1'],
    ['5', '5'],
    ['6r', undefined],
    ['7r', undefined],
    ['8', undefined],
  ])('of %s is %s', (id, expected) => {
    expect(selectPrompt(stateOf(), id)?.id).toBe(expected)
  })
})

it('is the same tree when the page with the edited prompt is loaded later', () => {
  const all = events('1; 2r <1; 3 e:1; 4r <3; 5 <4r; 6r <5; 7 a:5; 8r <7')
  for (let page = 1; page < all.length; page++) {
    const newer = fold([...start, ...all.slice(page)])
    // The newer page alone is shown.
    expect(selectPath(newer).length).toBeGreaterThan(0)
    expect(ids(selectPath(fold(all.slice(0, page), newer)))).toBe('3 4r 5 8r')
  }
  expect(ids(selectPath(fold([...start, ...all.slice(1)])))).toBe('2r 3 4r 5 8r')
})

it('a path follows what changes while its messages stay where they are', () => {
  // The first message goes on.
  const state = tree('1r is:streaming; 2; 3 e:2')
  expect(selectPath(state).map(({ text }) => text)).toEqual(['of 1r', 'of 3'])
  const append = message('1r', {
    action: 'message.append',
    data: '!',
    clientId: 'agent',
    version: { serial: '1r+', timestamp: 12 },
  })
  expect(selectPath(reduce(state, append)).map(({ text }) => text)).toEqual(['of 1r!', 'of 3'])
  expect(selectPath(state).map(({ text }) => text)).toEqual(['of 1r', 'of 3'])
  // Nobody answers the request in time.
  const waiting = tree('1; 2r <1; 3 a:1')
  expect(ids(selectPath(waiting))).toBe('1')
  expect(ids(selectPath(reduce(waiting, later(40_000))))).toBe('1 2r')
  expect(ids(selectPath(waiting))).toBe('1')
})

it('a path goes through a message that is named by its id or its key', () => {
  const named = message('1', { id: 'mine', name: 'prompt', data: 'a', clientId: 'alice', headers: { role: 'user' } })
  const state = fold([...start, named, ...events('2r <1; 3 e:1')])
  expect(['1', 'mine', '3', 'other', undefined].map((head) => ids(selectPath(state, head)))).toEqual([
    '1 2r',
    '1 2r',
    '3',
    '3',
    '3',
  ])
  expect(['1', 'mine', '3'].map((id) => ids(selectSiblings(state, id)))).toEqual(['1 3', '1 3', '1 3'])
  expect(['2r', 'other'].map((id) => ids(selectSiblings(state, id)))).toEqual(['2r', ''])
})

it('a response to a response has no prompt', () => {
  for (const lines of ['1; 2r <1; 3r <2r', '1; 2r <1; 3r <2r; 4 e:1']) {
    const state = tree(lines)
    expect(['1', '2r', '3r', '9'].map((id) => selectPrompt(state, id)?.id)).toEqual(['1', '1', undefined, undefined])
  }
})

describe('who may edit', () => {
  const mayEdit = (by: string | undefined) => (by === 'moderator' ? true : by === 'banned' ? false : undefined)
  const options = { permissions: { mayEdit } }

  it.each([
    ['1; 2 e:1 by:moderator', '2'],
    ['1; 2 e:1 by:bob', '1 2'],
    ['1; 2r <1; 3 a:1 by:moderator; 4r <3', '1 4r'],
    ['1 by:banned; 2 e:1 by:banned', '1 2'],
  ])('is decided by permissions: %s', (lines, expected) => {
    const state = tree(lines, options)
    expect(ids(selectPath(state))).toBe(expected)
    // JSON and logs need no permissions.
    expect(ids(selectPath(fromJSON(JSON.parse(JSON.stringify(toJSON(state))))))).toBe(expected)
    const log = importLog(exportLog({ start: emptyConversation(), events: events(lines, options) }))
    expect(ids(selectPath(replay(log)))).toBe(expected)
    expect(ids(selectPath(replay(redactLog(log))))).toBe(expected)
  })

  it('is no agent: a response neither edits a prompt nor asks for another response', () => {
    const other = (header: string) =>
      message('3', {
        name: 'response',
        clientId: 'agent',
        headers: { role: 'assistant', status: 'complete', 'reply-to': '1', [header]: '1' },
      })
    for (const header of ['edits', 'again'])
      expect(ids(selectPath(fold([...start, ...events('1; 2r <1'), other(header)])))).toBe('1 2r 3')
  })

  it('is no response without an author either, and nobody without an identity but the prompt’s own author', () => {
    const anonymous = (serial: string, headers: Record<string, string>) =>
      normalise({ serial, action: 'message.create', data: 'hi', extras: { headers: { status: 'complete', ...headers } } })
    const asked = anonymous('1', { role: 'user' })
    const answered = anonymous('2r', { role: 'assistant', edits: '1' })
    expect(ids(selectPath(fold([...start, asked, answered])))).toBe('1 2r')
    expect(ids(selectPath(fold([...start, asked, anonymous('2', { role: 'user', edits: '1' })])))).toBe('2')
    expect(ids(selectPath(fold([...start, ...events('1'), anonymous('2', { role: 'user', edits: '1' })])))).toBe('1 2')
  })

  it('shows a response that asks for another one and says nothing', () => {
    const other = message('2r', {
      name: 'response',
      clientId: 'agent',
      headers: { role: 'assistant', status: 'complete', 'reply-to': '1', again: '1' },
    })
    expect(ids(selectPath(fold([...start, ...events('1'), other, ...events('3; 4 e:3')])))).toBe('1 2r 4')
  })

  it('does not count where another client sends an edit of its own that is not there yet', () => {
    const sent = (clientId?: string): ConversationEvent => ({
      type: 'prompt-sent',
      key: 'k',
      text: 'hi',
      edits: '1',
      at: 1,
      ...(clientId !== undefined && { clientId }),
    })
    expect(ids(selectPath(reduce(tree('1'), sent('bob'))))).toBe('1 k')
    expect(ids(selectPath(reduce(tree('1'), sent('alice'))))).toBe('k')
    // It does not know its own id before it has connected.
    expect(ids(selectPath(reduce(tree('1'), sent())))).toBe('k')
    expect(ids(selectPath(reduce(tree('1'), { ...sent('bob'), mayEdit: true } as ConversationEvent)))).toBe('k')
  })

  it.each([
    ['1', '2 e:1', undefined],
    ['1', '2 a:1', undefined],
    ['1', '2 e:1 by:bob', 'it is an ordinary prompt, because bob may not edit this prompt'],
    ['1', '2 a:1 by:bob', 'bob may not ask for another response to this prompt'],
    ['1', '2 e:0', 'it is an ordinary prompt, because the message that it names is not known'],
    ['1', '2 a:0', 'the message that it names is not known'],
    ['1r', '2 e:1r', 'it is an ordinary prompt, because it names no earlier prompt'],
    ['1r', '2 a:2', 'it names no earlier prompt'],
    ['1; 2r <1', '3 a:2r', undefined],
    ['1; 2r <1; 3r <2r', '4 a:3r', 'it names no earlier prompt'],
    ['1; 2r <3; 3', '4 a:2r', 'it names no earlier prompt'],
    ['1; 2 e:1', '3', undefined],
    ['1; 2 e:1', '3r <2', undefined],
  ])('is said in the log: after %s, %s', (before, line, expected) => {
    const state = tree(before)
    const [event] = events(line)
    expect(whyIgnored(state, event!)).toBe(expected)
    expect(whyIgnored(reduce(state, event!), event!)).toBe(expected)
  })
})

describe('a request for another response', () => {
  const state = tree('1; 2r <1; 3 a:1')
  const states = (given: Conversation) => Object.fromEntries(selectPromptStates(given))
  const view = (given: Conversation, head?: string) => [
    ids(selectPath(given, head)),
    selectStatus(given, head),
    selectUnanswered(given, head)?.id,
    selectUnansweredReason(given, head),
  ]

  it('waits, and the path ends at its prompt', () => {
    expect(states(state)).toEqual({ 1: 'answered', 3: 'submitted' })
    expect(view(state)).toEqual(['1', 'submitted', '3', undefined])
    expect(view(state, '3')).toEqual(['1', 'submitted', '3', undefined])
    expect(view(state, '2r')).toEqual(['1 2r', 'ready', undefined, undefined])
  })

  it('streams on its own branch', () => {
    const streaming = fold(events('4r <3 is:streaming'), state)
    expect(states(streaming)).toEqual({ 1: 'answered', 3: 'answered' })
    expect(view(streaming)).toEqual(['1 4r', 'streaming', undefined, undefined])
    expect(view(streaming, '2r')).toEqual(['1 2r', 'ready', undefined, undefined])
  })

  it('falls back to the earlier response when nobody answers it, and says why', () => {
    const reason = 'no agent has answered yet'
    const late = fold([later(30_000)], state)
    expect(states(late)).toEqual({ 1: 'answered', 3: 'unanswered' })
    expect(view(late)).toEqual(['1 2r', 'error', '3', reason])
    expect(view(late, '3')).toEqual(['1 2r', 'error', '3', reason])
    expect(view(late, '2r')).toEqual(['1 2r', 'ready', undefined, undefined])
    // The conversation goes on.
    expect(view(fold(events('5 <2r; 6r <5'), late))).toEqual(['1 2r 5 6r', 'ready', undefined, undefined])
    expect(view(fold(events('4r <3'), late))).toEqual(['1 4r', 'ready', undefined, undefined])
  })

  it('is shown at once, and falls back when it cannot be published', () => {
    const sent = fold([{ type: 'prompt-sent', key: 'k', text: '', again: '2r', at: 1 }], tree('1; 2r <1'))
    expect(view(sent)).toEqual(['1', 'submitted', 'k', undefined])
    const failed = fold([{ type: 'prompt-failed', key: 'k', error: 'no network' }], sent)
    expect(view(failed, 'k')).toEqual(['1 2r', 'error', 'k', 'no network'])
    expect(states(failed)).toEqual({ 1: 'answered', k: 'failed' })
    const withdrawn = fold(events('3 a:1 deleted'), state)
    expect(view(withdrawn, '3')).toEqual(['1 2r', 'ready', undefined, undefined])
  })

  it('may be for a later prompt than the first', () => {
    expect(view(tree('1; 2r <1; 3 <2r; 4r <3; 5 a:3'))).toEqual(['1 2r 3', 'submitted', '5', undefined])
  })

  it('answers a prompt that had no response', () => {
    const first = fold([later(30_000)], tree('1'))
    expect(states(first)).toEqual({ 1: 'unanswered' })
    const again = fold(events('2 a:1'), first)
    expect(states(again)).toEqual({ 1: 'submitted', 2: 'submitted' })
    expect(view(again)).toEqual(['1', 'submitted', '2', undefined])
    const answered = fold(events('3r <2'), again)
    expect(states(answered)).toEqual({ 1: 'answered', 2: 'answered' })
    expect(view(answered)).toEqual(['1 3r', 'ready', undefined, undefined])
    const neither = fold([later(60_000)], again)
    expect(states(neither)).toEqual({ 1: 'unanswered', 2: 'unanswered' })
    expect(view(neither)).toEqual(['1', 'error', '2', 'no agent has answered yet'])
  })

  it('is not answered by a response to what is not loaded', () => {
    expect(view(tree('1; 2 a:1; 3r <0'))).toEqual(['1 3r', 'submitted', '2', undefined])
  })

  it('that does not count is unanswered, and nobody waits for it', () => {
    const refused = tree('1; 2r <1; 3 a:1 by:bob')
    expect(states(refused)).toEqual({ 1: 'answered', 3: 'unanswered' })
    expect(view(refused)).toEqual(['1 2r', 'ready', undefined, undefined])
  })

  it('may name any message of a response', () => {
    const more = message('3r', {
      name: 'response',
      data: 'more',
      clientId: 'agent',
      headers: { role: 'assistant', status: 'complete', 'reply-to': '1', continues: '2r' },
    })
    expect(ids(selectPath(fold([...start, ...events('1; 2r <1'), more, ...events('4 a:3r; 5r <4')])))).toBe('1 5r')
  })

  it('may be for a response that has no prompt here before its page is loaded', () => {
    const newer = tree('2r <1; 3 a:2r; 4r <3')
    expect(ids(selectPath(newer))).toBe('2r 4r')
    expect(ids(selectPath(fold(events('1'), newer)))).toBe('1 4r')
  })
})

describe('what a user says', () => {
  const says = (serial: string, headers: Record<string, string>) =>
    message(serial, { name: 'prompt', data: 'hi', clientId: 'alice', headers: { role: 'user', ...headers } })

  it('answers no request', () => {
    const state = fold([says('4', { 'reply-to': '3', parent: '1' }), later(40_000)], tree('1; 2r <1; 3 a:1'))
    expect(ids(selectPath(state))).toBe('1 2r 4')
  })

  it('follows the path, although it names an unknown message that it answers', () => {
    const state = fold([says('4', { 'reply-to': '0' })], tree('1; 2r <1; 3 e:1'))
    expect([ids(selectPath(state)), ids(selectPath(state, '1'))]).toEqual(['3 4', '1 2r'])
  })

  it('replaces nothing where it could not be published', () => {
    const sent: ConversationEvent = { type: 'prompt-sent', key: 'k', text: 'hi', edits: '1', at: 1 }
    const sending = reduce(tree('1; 2r <1'), sent)
    expect(ids(selectPath(sending))).toBe('k')
    const failed = reduce(sending, { type: 'prompt-failed', key: 'k', error: 'no network' })
    expect([ids(selectPath(failed)), ids(selectPath(failed, 'k'))]).toEqual(['1 2r', 'k'])
  })

  it('has its response behind it before the channel has acknowledged it', () => {
    const state = fold([{ type: 'prompt-sent', key: 'k', text: 'hi', at: 1 }, ...events('5r <4')], tree('1; 2 e:1'))
    expect([ids(selectPath(state)), ids(selectPath(state, '1'))]).toEqual(['2 k 5r', '1'])
    // What answers an unknown prompt is on every path.
    expect(ids(selectPath(tree('1; 2 e:1; 5r <4'), '1'))).toBe('1 5r')
  })
})

describe('an edited prompt', () => {
  it('that was never answered ends as unanswered, and no other branch waits for it', () => {
    const state = fold([later(30_000)], tree('1; 2 e:1; 3r <2'))
    expect(Object.fromEntries(selectPromptStates(state))).toEqual({ 1: 'unanswered', 2: 'answered' })
    expect([selectStatus(state), selectStatus(state, '1')]).toEqual(['ready', 'error'])
    expect(selectUnanswered(state, '1')?.id).toBe('1')
  })

  it('does not make the other branch stream', () => {
    const state = tree('1; 2r <1 is:streaming; 3 e:1; 4r <3')
    expect([selectStatus(state), selectStatus(state, '1')]).toEqual(['ready', 'streaming'])
    const both = tree('1; 2r <1 is:streaming; 3 e:1; 4r <3 is:streaming')
    expect([selectStatus(both), selectStatus(both, '1')]).toEqual(['streaming', 'streaming'])
  })
})

describe('a prompt on one branch while a response streams on another', () => {
  const stateOf = (lines: string, id: string, ...events: readonly ConversationEvent[]) =>
    selectPromptStates(fold(events, tree(lines))).get(id)

  it.each<[string, string, string, string]>([
    ['an edit is not queued behind the response to the earlier text', '1; 2r <1 is:streaming; 3 e:1', '3', 'submitted'],
    ['nor is an edit of an edit', '1; 2r <1; 3 e:1; 4r <3 is:streaming; 5 e:3', '5', 'submitted'],
    ['nor a request for another response', '1; 2r <1 is:streaming; 3 a:1', '3', 'submitted'],
    ['nor a prompt that follows the edit', '1; 2r <1 is:streaming; 3 e:1; 4r <3; 5 <4r', '5', 'submitted'],
    ['nor an edit of an earlier prompt', '1; 2r <1; 3 <2r; 4r <3 is:streaming; 5 e:1', '5', 'submitted'],
    ['nor what follows an answer that is not the newest', '1; 2r <1; 3 a:1; 4r <3 is:streaming; 5 <2r', '5', 'submitted'],
    [
      'a prompt is queued behind what it follows, which was edited since',
      '1; 2r <1 is:streaming; 3; 4 e:1; 5r <4',
      '3',
      'queued',
    ],
    ['an edit is queued behind what is before it', '1; 2r <1 is:streaming; 3 <1; 4r <3; 5 e:3', '5', 'queued'],
    ['a prompt is queued on its own branch', '1; 2r <1; 3 e:1; 4r <3 is:streaming; 5 <4r', '5', 'queued'],
    ['and on the branch of another response', '1; 2r <1; 3 a:1; 4r <3 is:streaming; 5 <4r', '5', 'queued'],
    ['nor is it behind what answers a later prompt', '1; 2r <1 is:streaming; 3 e:1; 4 <3; 5r <4 is:streaming', '3', 'submitted'],
    ['and behind another response to what it follows', '1; 2 <1; 3 a:1; 4r <3 is:streaming', '2', 'queued'],
  ])('%s', (_, lines, id, expected) => {
    expect(stateOf(lines, id)).toBe(expected)
  })

  it('is overdue though the other branch was busy a moment ago', () => {
    const version = { serial: '2r+', timestamp: 11 }
    const headers = { role: 'assistant', status: 'complete', 'reply-to': '1' }
    const ends = message('2r', { action: 'message.update', data: '.', clientId: 'agent', version, headers })
    const lines = '1; 2r <1 is:streaming; 3 e:1'
    expect(stateOf(lines, '3', later(19_000), ends, later(19_500))).toBe('submitted')
    expect(stateOf(lines, '3', later(19_000), ends, later(30_000))).toBe('unanswered')
    expect(stateOf('1; 2r <1 is:streaming; 3', '3', later(19_000), ends, later(30_000))).toBe('submitted')
  })

  it('is overdue though the other branch is busy', () => {
    const version = { serial: '2r+', timestamp: 11 }
    const goesOn = message('2r', { action: 'message.append', data: '.', clientId: 'agent', version })
    const busy = [later(29_000), goesOn, later(30_000)]
    expect(stateOf('1; 2r <1 is:streaming; 3 e:1', '3', ...busy)).toBe('unanswered')
    expect(stateOf('1; 2r <1 is:streaming; 3 <1; 4r <3; 5 e:3', '5', ...busy)).toBe('queued')
    // So it is though another prompt was changed a moment ago.
    const failed: ConversationEvent = { type: 'prompt-unanswered', serial: '3', error: 'no agent' }
    expect(stateOf('1; 2r <1 is:streaming; 3 e:1; 4 <3', '4', later(29_000), failed, ...busy)).toBe('unanswered')
  })
})

describe('nothing new is the same value', () => {
  const append = (serial: string, version: string): ConversationEvent =>
    message(serial, { action: 'message.append', data: '.', clientId: 'agent', version: { serial: version, timestamp: 11 } })
  const state = fold(events('1; 2r <1; 3 e:1; 4r <3; 5 a:3; 6r <5 is:streaming'), fold(start))

  it('a path and siblings', () => {
    const path = selectPath(state)
    const siblings = selectSiblings(state, '6r')
    const grown = fold([append('6r', 'v1')], state)
    expect(selectPath(grown)).not.toBe(path)
    expect(selectPath(grown).map(({ text }) => text)).toEqual(['of 3', 'of 6r.'])
    expect(selectPath(grown)[0]).toBe(path[0])
    expect(selectSiblings(grown, '6r')).not.toBe(siblings)
    expect(selectSiblings(grown, '1')).toBe(selectSiblings(state, '3'))
    expect(selectPath(fold([append('2r', 'v2')], grown))).toBe(selectPath(grown))
    expect(selectPath(fold([later(1_000)], grown))).toBe(selectPath(grown))
    expect(selectPath(fold(events('7 <2r'), grown))).toBe(selectPath(grown))
    expect(selectPath(grown, '4r')).toBe(selectPath(fold([append('6r', 'v2')], grown), '4r'))
  })

  it('what a stranger adds to a request is shown at once', () => {
    const request = fold(events('1; 2r <1; 3 a:1 by:bob'), fold(start))
    expect(ids(selectPath(request))).toBe('1 2r')
    const says = message('3', { action: 'message.append', data: 'hi', clientId: 'bob', version: { serial: 'v1', timestamp: 11 } })
    expect(ids(selectPath(fold([says], request)))).toBe('1 2r 3')
  })

  it('is compared with what a log says', () => {
    const [one, other] = [tree('1; 2 e:1'), tree('1; 2 <1')]
    expect(difference(one, other)).toMatchObject([{ type: 'changed', fields: ['parent', 'edits', 'headers'] }])
  })
})
