import type { ConversationEvent } from '@streamfold/core'
import { emptyConversation, toJSON } from '@streamfold/core'
import { importLog } from '@streamfold/core/log'
import { describe, expect, it } from 'vitest'
import type { ConversationJson } from '../src/log/json.ts'
import type { MessageRecord } from '../src/fold/record.ts'
import type { Fields } from '../src/protocol/fields.ts'

/** A value that has each of its fields: a field that is added to the type does not compile until an example has it. */
type Whole<T> = T extends readonly (infer Each)[]
  ? readonly Whole<Each>[]
  : T extends object
    ? { readonly [Field in keyof T]-?: Whole<Exclude<T[Field], undefined>> }
    : T
type Json = null | string | number | boolean | readonly Json[] | { readonly [name: string]: Json }
type Place = readonly string[]

/** The last millisecond that every calendar shows. */
const lastTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

const fields: Whole<Fields> = {
  replyTo: 's0',
  error: 'e',
  finish: 'stop',
  format: 'parts/1',
  phase: 'streaming',
  into: 's1',
  parent: 's2',
  edits: 's3',
  again: 's4',
  placement: {
    continues: 's5',
    group: 'g',
    mark: false,
    step: '1',
    attempt: '2',
    promptAuthor: 'ann',
    name: 'n',
    byParent: true,
  },
}
const version = {
  serial: 's1',
  version: 'v1',
  text: 'a',
  role: 'user',
  phase: 'complete',
  headers: { role: 'user' },
  fields,
  clientId: 'ann',
  messageId: 'm',
  createdAt: 1,
  at: 2,
  len: 3,
  permitted: true,
  mayEdit: false,
  revises: false,
} as const
const draft = { target: 's1', call: 'c', kind: 'approve', saw: 'h', text: '{}' } as const
const own = { ...draft, key: 'k', clientId: 'ann', at: 5 } as const
const answer = {
  ...draft,
  serial: 's3',
  withdrawn: false,
  clientId: 'ann',
  messageId: 'm',
  at: 4,
  permitted: true,
  local: true,
  matches: true,
  unbound: true,
} as const
const turned = { serial: 's1', version: 'v2' }

const events: { readonly [Type in ConversationEvent['type']]: Whole<Extract<ConversationEvent, { type: Type }>> } = {
  created: { type: 'created', ...version },
  appended: { type: 'appended', ...version },
  replaced: { type: 'replaced', ...version },
  deleted: { type: 'deleted', ...version },
  snapshot: { type: 'snapshot', ...version, source: 'history', deleted: false },
  cancel: { type: 'cancel', target: 's1', clientId: 'ann', at: 3, permitted: true },
  answer: { type: 'answer', ...answer, turned },
  'answer-sent': { type: 'answer-sent', ...own },
  'answer-failed': { type: 'answer-failed', key: 'k', error: 'e' },
  ignored: {
    type: 'ignored',
    reason: 'r',
    activityOf: 'g',
    refused: { serial: 's1', version: 'v2', delivered: true },
    changed: 's2',
    turned,
  },
  'versions-read': { type: 'versions-read', serial: 's1', upTo: 'v2' },
  channel: { type: 'channel', state: 'attached', resumed: true, error: 'e', unopened: true },
  connection: { type: 'connection', state: 'failed', error: 'e', refused: true, retryIn: 5 },
  history: { type: 'history', state: 'loaded', hasOlder: true, error: 'e' },
  presence: { type: 'presence', agents: ['agent'] },
  'prompt-sent': {
    type: 'prompt-sent',
    key: 'k',
    text: 'a',
    files: [{ url: 'https://a.example/', mediaType: 'image/png', name: 'n', alt: 'a' }],
    clientId: 'ann',
    into: 's1',
    parent: 's2',
    edits: 's3',
    again: 's4',
    mayEdit: true,
    at: 6,
  },
  'prompt-failed': { type: 'prompt-failed', key: 'k', error: 'e' },
  'prompt-unanswered': { type: 'prompt-unanswered', serial: 's1', error: 'e' },
  tick: { type: 'tick', now: 7, awoke: true },
}

const record: Whole<Omit<MessageRecord, 'frames'>> = {
  id: 's1',
  key: 'k',
  role: 'assistant',
  text: 'a',
  status: 'streaming',
  continuity: 'contiguous',
  source: 'live',
  replyTo: 's0',
  clientId: 'agent',
  error: 'e',
  finish: 'stop',
  into: 's1',
  parent: 's2',
  edits: 's3',
  again: 's4',
  mayEdit: true,
  createdAt: 1,
  updatedAt: 2,
  version: 'v1',
  headers: { role: 'assistant' },
  placement: fields.placement,
  declaredPhase: 'streaming',
  deliveredVersion: 'v1',
  lastActivityAt: 3,
  format: 'parts/1',
  doubted: { version: 'v2', text: 'ab' },
}

const conversation: Whole<Omit<ConversationJson, 'records' | 'pending' | 'rest'>> & {
  readonly records: readonly (typeof record)[]
  readonly pending: readonly (typeof record)[]
  readonly rest: Whole<Omit<ConversationJson['rest'], 'effects'>> & { readonly effects: Json }
} = {
  version: 2,
  options: {
    stalledAfter: 1,
    abandonedAfter: 2,
    absentAfter: 3,
    unansweredAfter: 4,
    retryAfter: 5,
    checkLengths: true,
  },
  records: [record],
  pending: [{ ...record, id: 'k', status: 'sending' }],
  rest: {
    channel: {
      status: 'live',
      place: 'live',
      known: true,
      attempt: 1,
      retryAt: 5,
      error: 'e',
      unopened: true,
    },
    connection: { state: 'connected', error: 'e', refused: true, retryAt: 5 },
    effects: [{ type: 'fetchHistory', attempt: 1, downTo: 's1' }],
    agents: ['agent'],
    answers: [answer],
    refused: [{ serial: 's1', version: 'v2', delivered: true, read: true }],
    turned: [turned],
    pendingAnswers: [own],
    grouped: true,
    hasOlder: true,
    groundlessDoubts: 1,
    now: 6,
    liveSince: 7,
  },
}

const wires = ['created', 'appended', 'replaced', 'deleted', 'snapshot']
/** What must be there, under any of these names; and where the others need it. */
const required = new Set(
  (
    'serial version text role createdAt at mark url mediaType target call kind saw withdrawn source deleted reason upTo state ' +
    'agents key now id status continuity updatedAt lastActivityAt headers place known attempt connection channel effects grouped hasOlder ' +
    'liveSince options records pending rest'
  ).split(' '),
)
const requiredAt = new Set(['answer-failed error', 'prompt-failed error'])
/** The ends of places that may lack it all the same. */
const optionalAt = ['placement attempt', 'rest agents', 'history hasOlder', ...wires.map((type) => `${type} headers`)]

/** Every place in a value, from the outermost on. */
function places(value: Json, at: Place = []): readonly Place[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [...(at.length > 0 ? [at] : []), ...inner.flatMap(([name, each]) => places(each as Json, [...at, name]))]
}

function valueAt(value: Json, at: Place): Json {
  return at.reduce((outer, name) => (outer as Record<string, Json>)[name]!, value)
}

/** The value with another one in a place. @param to undefined: none */
function withAt(value: Json, [name, ...more]: Place, to: Json | undefined): Json {
  if (name === undefined) return to!
  const copy: Record<string, Json> = Array.isArray(value) ? ([...value] as never) : { ...(value as object) }
  if (to === undefined && more.length === 0) delete copy[name]
  else copy[name] = withAt(copy[name]!, more, to)
  return copy
}

/** Values of other types, and numbers that are no time. */
function others(value: Json): readonly Json[] {
  if (typeof value === 'string') return [7, true, null, [], {}]
  if (typeof value === 'number') return ['7', true, [], {}]
  if (typeof value === 'boolean') return ['true', 7, null, {}]
  return Array.isArray(value) ? [7, 'a', {}, null, [null]] : [7, 'a', [], null]
}

const header = JSON.stringify({ format: 'streamfold-log', version: 3, start: toJSON(emptyConversation()) })
const eventOf = (json: Json) => importLog(`${header}\n${JSON.stringify(json)}`).events[0]!
const isRead = (start: Json) => {
  try {
    importLog(JSON.stringify({ format: 'streamfold-log', version: 3, start }))
    return true
  } catch (error) {
    expect(String(error)).toBe('Error: unable to read the log; its start is not a conversation: export it again')
    return false
  }
}
const asJson = (value: object) => JSON.parse(JSON.stringify(value)) as Json
const isRequired = (whole: string, at: Place) => {
  const place = [whole, ...at].join(' ')
  return (required.has(at.at(-1)!) || requiredAt.has(place)) && !optionalAt.some((end) => place.endsWith(end))
}

describe.each(Object.entries(events))('an event of a log: %s', (type, event) => {
  const json = asJson(event)
  const refused = (name: string) => ({
    type: 'ignored',
    reason: `not an event: its ${name} is not that of an event "${type}"`,
  })

  it('is read as it is, with its own fields', () => {
    expect(eventOf(json)).toStrictEqual(event)
    expect(eventOf({ ...(json as object), other: 1 })).toStrictEqual(event)
  })

  it('is not read with a value of another type', () => {
    for (const at of places(json).filter(([name]) => name !== 'type'))
      for (const other of others(valueAt(json, at)))
        expect([at, other, eventOf(withAt(json, at, other))]).toEqual([at, other, refused(at[0]!)])
  })

  it('may lack what it may lack', () => {
    for (const at of places(json).filter((place) => place.at(-1) !== 'type' && !/^\d+$/.test(place.at(-1)!))) {
      if (at.at(-2) === 'headers') continue
      const without = withAt(json, at, undefined)
      expect([at, eventOf(without)]).toStrictEqual([at, isRequired(type, at) ? refused(at[0]!) : without])
    }
  })

  it('has times that a date can show', () => {
    for (const at of places(json).filter((place) => typeof valueAt(json, place) === 'number')) {
      for (const time of [0, 1.5, lastTime]) expect(eventOf(withAt(json, at, time))).toStrictEqual(withAt(json, at, time))
      for (const time of [-1, lastTime + 1, null]) expect(eventOf(withAt(json, at, time))).toEqual(refused(at[0]!))
    }
  })
})

it('an event of another type is ignored with a reason', () => {
  for (const type of ['', 'other', 'toString', '__proto__'])
    expect(eventOf({ type })).toStrictEqual({ type: 'ignored', reason: 'not an event: its type is not known here' })
})

describe('a conversation of a log', () => {
  const json = asJson(conversation)

  it('is read with all of its fields', () => {
    expect(isRead(json)).toBe(true)
    expect(isRead({ ...(json as object), version: 1 + 2 })).toBe(false)
  })

  it('is not read with a value of another type', () => {
    for (const at of places(json)) {
      // JSON writes null for Infinity, and a product may have options that this version does not know.
      const isOption = at.length === 2 && at[0] === 'options'
      for (const other of others(valueAt(json, at)).filter(
        (value) => !isOption || (value !== true && value !== null && value !== 7),
      ))
        expect([at, other, isRead(withAt(json, at, other))]).toEqual([at, other, false])
    }
  })

  it('may lack what it may lack', () => {
    for (const at of places(json).filter(
      (place) => !/^\d+$/.test(place.at(-1)!) && !['options', 'headers'].includes(place.at(-2)!),
    )) {
      // The first effect's type is looked up by name.
      const needed = isRequired('conversation', at) || at.at(-1) === 'type'
      expect([at, isRead(withAt(json, at, undefined))]).toEqual([at, !needed])
    }
  })

  it('has numbers that its fields can have', () => {
    const isCount = (at: Place) => ['attempt', 'groundlessDoubts'].includes(at.at(-1)!)
    for (const at of places(json).filter((place) => typeof valueAt(json, place) === 'number' && place[0] !== 'options')) {
      if (at[0] === 'version') continue
      const read = (number: number | null) => isRead(withAt(json, at, number))
      // A time of this device may be any number.
      const isAny = at.at(-1) === 'retryAt'
      expect([at, ...[0, lastTime].map(read)]).toEqual([at, true, true])
      expect([at, ...[-1, lastTime + 1].map(read)]).toEqual([at, isAny, isAny])
      expect([at, read(1.5), read(null)]).toEqual([at, !isCount(at), false])
    }
  })

  it('has numbers that end: JSON can write what is read as Infinity', () => {
    const text = JSON.stringify(json).replace('"retryAt":5', '"retryAt":1e999')
    expect(() => importLog(`{"format":"streamfold-log","version":3,"start":${text}}`)).toThrow('its start is not a conversation')
  })

  it('has options that are numbers, never or flags', () => {
    for (const value of [0, -1, null, true, false]) expect(isRead(withAt(json, ['options', 'stalledAfter'], value))).toBe(true)
  })

  it('has no frames: they are read from the text', () => {
    expect(isRead(withAt(json, ['records', '0', 'frames'], {}))).toBe(false)
  })

  it('has its records and its answers in their order', () => {
    const ordered = (list: Place, name: string, ...serials: readonly string[]) => {
      const [first] = valueAt(json, list) as readonly Record<string, Json>[]
      return isRead(
        withAt(
          json,
          list,
          serials.map((serial) => ({ ...first, [name]: serial })),
        ),
      )
    }
    for (const [list, name] of [
      [['records'], 'id'],
      [['rest', 'answers'], 'serial'],
    ] as const) {
      expect(ordered(list, name)).toBe(true)
      expect(ordered(list, name, 's1', 's2', 's3')).toBe(true)
      expect(ordered(list, name, 's1', 's3', 's2')).toBe(false)
      expect(ordered(list, name, 's1', 's1')).toBe(false)
    }
  })
})

describe('a name in a log is one that its field can have', () => {
  const phases = 'streaming waiting complete cancelled failed'
  const finishes = 'stop length content-filter tool-calls error other'
  const sources = 'history rewind cache local'

  it.each<[ConversationEvent['type'], string, string]>([
    ['created', 'role', 'user assistant'],
    ['created', 'phase', phases],
    ['created', 'fields.phase', phases],
    ['created', 'fields.finish', finishes],
    ['created', 'fields.format', 'parts/1'],
    ['snapshot', 'source', sources],
    ['answer', 'kind', 'approve deny output fault'],
    ['channel', 'state', 'attaching attached detached suspended failed'],
    ['connection', 'state', 'connecting connected disconnected suspended closed failed'],
    ['history', 'state', 'loaded failed older'],
  ])('of an event: %s %s', (type, path, names) => {
    const at = path.split('.')
    const read = (name: string) => eventOf(withAt(asJson(events[type]), at, name)).type
    for (const name of names.split(' ')) expect([name, read(name)]).toEqual([name, type])
    for (const name of ['', 'another', 'live']) expect([name, read(name)]).toEqual([name, 'ignored'])
  })

  it.each([
    ['records.0.role', 'user assistant'],
    ['records.0.status', 'streaming waiting stalled abandoned complete cancelled failed deleted sending'],
    ['records.0.continuity', 'contiguous gapped'],
    ['records.0.source', `live ${sources}`],
    ['records.0.finish', finishes],
    ['records.0.declaredPhase', phases],
    ['records.0.format', 'parts/1'],
    ['rest.channel.status', 'detached attaching hydrating live interrupted recovering suspended failed'],
    ['rest.channel.place', 'detached attaching hydrating live interrupted.whole interrupted.partial recovering suspended failed'],
    ['rest.connection.state', 'connecting connected disconnected suspended closed failed'],
    ['rest.effects.0.type', 'fetchHistory'],
  ])('of a conversation: %s', (path, names) => {
    const read = (name: string) => isRead(withAt(asJson(conversation), path.split('.'), name))
    for (const name of names.split(' ')) expect([name, read(name)]).toEqual([name, true])
    for (const name of ['', 'another', 'interrupted.other']) expect([name, read(name)]).toEqual([name, false])
  })
})
