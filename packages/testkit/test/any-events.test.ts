import type { Conversation, ConversationEvent, Fields, Headers, Message, Placement } from '@streamfold/core'
import {
  createStore,
  emptyConversation,
  fromJSON,
  normalise,
  reduce,
  selectMessage,
  selectMessages,
  selectPath,
  selectPromptStates,
  selectSiblings,
  selectWaiting,
  toJSON,
} from '@streamfold/core'
import { aiTransport } from '@streamfold/core/ai-transport'
import { frameHead, inputHash } from '@streamfold/core/codec'
import { exportLog, importLog, redactLog, replay, whyIgnored } from '@streamfold/core/log'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

// Sessions hold what a platform may do. Events that none would send, in any order, must be folded soundly all the same.
const numRuns = Number(process.env['LAW_RUNS'] ?? 500)
const seed = process.env['LAW_SEED'] === undefined ? {} : { seed: Number(process.env['LAW_SEED']) }

const serial = fc.constantFrom('s1', 's2', 's3', 's4', 's5')
const time = fc.integer({ min: 0, max: 400_000 })
const phase = fc.constantFrom('streaming', 'waiting', 'complete', 'failed', 'cancelled')

/** Calls that ask, and what says how they were decided. */
const call = `${frameHead({ type: 'tool', id: 'c', name: 'n' })}{}${frameHead({ type: 'input', id: 'c' })}`
const texts = [
  call + frameHead({ type: 'ask', id: 'c', approval: 'a' }),
  call + frameHead({ type: 'ask', id: 'c', approval: 'a', wants: 'output', of: ['me'], until: 200_000 }),
  frameHead({ type: 'decided', id: 'c', approved: true, answer: 's1' }),
  frameHead({ type: 'steer', serial: 's2' }),
]

interface Author {
  readonly role: string
  readonly clientId: string
  readonly messageId: string | undefined
}

/** The author and id of each message. An id may be that of another message, its serial, or the name of a message group. */
const authors: fc.Arbitrary<Readonly<Record<string, Author>>> = fc.dictionary(
  serial,
  fc.record({
    role: fc.constantFrom('user', 'assistant'),
    clientId: fc.constantFrom('me', 'you'),
    messageId: fc.constantFrom(undefined, 'k1', 'k1', 'k2', 's1', 's3', 'w1', 'k1~'),
  }),
)

const headers = fc.option(
  fc.record(
    {
      status: phase,
      error: fc.constant('why'),
      continues: serial,
      'reply-to': fc.constantFrom('s1', 's2', 'k1'),
      into: fc.constantFrom('f1', 's2'),
      parent: serial,
      edits: serial,
      again: serial,
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
)

const placement: fc.Arbitrary<Partial<Placement>> = fc.record(
  {
    group: fc.constantFrom('w1', 'w2'),
    mark: fc.boolean(),
    step: fc.constantFrom('a', 'b'),
    attempt: fc.constantFrom('1', '2'),
  },
  { requiredKeys: [] },
)

/** A message with frames says so in each version that has headers. */
const framed = {
  serial: fc.constantFrom('f1', 'f2'),
  text: fc.constantFrom('', 'a', ...texts),
  headers: headers.map((all) => ({ ...all, format: 'parts/1' })),
}
const plain = { serial, text: fc.constantFrom('', 'a', 'bc'), headers }

const versions = (parted: boolean, { serial, text, headers }: typeof plain | typeof framed) =>
  fc.record({
    type: fc.constantFrom('created', 'appended', 'appended', 'appended', 'replaced', 'deleted', 'snapshot'),
    serial,
    version: fc.integer({ min: 10, max: 22 }).map((position) => `v${position}`),
    text,
    headers,
    placement: parted ? fc.option(placement, { nil: undefined }) : fc.constant(undefined),
    phase: fc.option(phase, { nil: undefined }),
    createdAt: fc.constant(5),
    at: time,
    source: fc.constantFrom('history', 'rewind', 'cache', 'local'),
    deleted: fc.boolean(),
  })

/** Everything that is said of one message says the same of its author. */
function by(known: Readonly<Record<string, Author>>, event: ConversationEvent): ConversationEvent {
  if (!('serial' in event) || !('version' in event)) return event
  const { role, clientId, messageId } = known[event.serial] ?? { role: 'assistant', clientId: 'me', messageId: undefined }
  const phase = role === 'user' ? 'complete' : event.phase
  const { placement: given, headers: said } = event as { placement?: Partial<Placement>; headers?: Headers } // As generated.
  const fields = said && fieldsOf(said, given)
  return { ...event, role, fields, clientId: role === 'user' ? clientId : 'agent', messageId, phase } as ConversationEvent // As generated.
}

/** What the headers say, and where a codec places the record. */
function fieldsOf(headers: Headers, given: Partial<Placement> | undefined): Fields | undefined {
  const event = normalise({ serial: 's', action: 'message.create', clientId: 'agent', extras: { headers } })
  if (!('fields' in event) || !event.fields) return undefined
  const none = {
    continues: undefined,
    group: undefined,
    mark: false,
    step: undefined,
    attempt: undefined,
    promptAuthor: undefined,
  }
  return given ? { ...event.fields, placement: { ...none, ...event.fields.placement, ...given } } : event.fields
}

const others = fc.oneof(
  fc.record({
    type: fc.constant('channel'),
    state: fc.constantFrom('attaching', 'attached', 'attached', 'detached', 'suspended', 'failed'),
    resumed: fc.boolean(),
  }),
  fc.record({ type: fc.constant('connection'), state: fc.constantFrom('connecting', 'connected', 'disconnected', 'failed') }),
  fc.record({ type: fc.constant('history'), state: fc.constantFrom('loaded', 'failed', 'older'), hasOlder: fc.boolean() }),
  fc.record({ type: fc.constant('presence'), agents: fc.constantFrom([], ['agent']) }),
  fc.record({
    type: fc.constant('prompt-sent'),
    key: fc.constantFrom('k1', 'k2', 'k3'),
    text: fc.constant('p'),
    files: fc.constantFrom(undefined, [], [{ url: 'https://a.test', mediaType: 'image/png' }]),
    edits: fc.constantFrom(undefined, 's1'),
    again: fc.constantFrom(undefined, 's2'),
    at: time,
    clientId: fc.constantFrom(undefined, 'me'),
  }),
  fc.record({ type: fc.constant('prompt-failed'), key: fc.constantFrom('k1', 'k2', 'k3'), error: fc.constant('no') }),
  fc.record({ type: fc.constant('prompt-unanswered'), serial, error: fc.constantFrom(undefined, 'why') }),
  fc.record({ type: fc.constant('tick'), now: time, awoke: fc.boolean() }),
  fc.record({
    type: fc.constant('answer'),
    serial: fc.constantFrom('s1', 's6', 's7', 's8'),
    target: fc.constantFrom('f1', 'f2', 's1'),
    call: fc.constant('c'),
    kind: fc.constantFrom('approve', 'deny', 'output', 'fault'),
    saw: fc.constantFrom(inputHash({}), inputHash({}), ''),
    text: fc.constantFrom('{}', '{"error":"e","reason":"r"}', '', 'no JSON'),
    withdrawn: fc.constantFrom(false, false, true),
    clientId: fc.constantFrom('me', 'you', undefined),
    messageId: fc.constantFrom('k1', 'k2', undefined),
    at: time,
    permitted: fc.constantFrom(undefined, undefined, true, false),
  }),
  fc.record({
    type: fc.constant('answer-sent'),
    key: fc.constantFrom('k1', 'k2'),
    target: fc.constantFrom('f1', 'f2', 's1'),
    call: fc.constant('c'),
    kind: fc.constantFrom('approve', 'deny', 'output', 'fault'),
    saw: fc.constant(''),
    text: fc.constantFrom('{}', ''),
    at: time,
  }),
  fc.record({ type: fc.constant('answer-failed'), key: fc.constantFrom('k1', 'k2'), error: fc.constant('no') }),
  fc.record({ type: fc.constant('versions-read'), serial, upTo: fc.constantFrom('v12', 'v20') }),
  fc.record({
    type: fc.constant('ignored'),
    reason: fc.constant('refused'),
    refused: fc.record({ serial, version: fc.constantFrom('v12', 'v20') }),
  }),
  fc.record({ type: fc.constant('ignored'), reason: fc.constant('x'), activityOf: fc.constantFrom('w1', 'w2', undefined) }),
)

const json = (state: Conversation) => JSON.parse(JSON.stringify(toJSON(state))) as unknown
const prompts = (shown: readonly Message[]) =>
  shown
    .filter(({ role }) => role === 'user')
    .map(({ id }) => id)
    .toSorted()
const ids = (shown: readonly Message[]) => shown.map(({ id }) => id)
const derived = ({ context: { open, behind } }: Conversation) => [open, behind].map((set) => set.toSorted())
const idempotent = new Set([
  'created',
  'appended',
  'replaced',
  'deleted',
  'snapshot',
  'answer',
  'answer-failed',
  'versions-read',
  'presence',
  'tick',
])

describe.each([
  ['our own wire', undefined],
  ['message groups', aiTransport],
])('any events in any order, on %s', (_name, codec) => {
  const said = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: versions(codec !== undefined, plain) },
      { weight: 2, arbitrary: versions(codec !== undefined, framed) },
      { weight: 3, arbitrary: others },
    ),
    {
      maxLength: 50,
    },
  ) as fc.Arbitrary<unknown> as fc.Arbitrary<readonly ConversationEvent[]> // More than what the types allow.
  const events = fc.tuple(said, authors).map(([all, known]) => all.map((event) => by(known, event)))

  it('fold to a state that holds together, comes back from JSON, and is what its bounded log says', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 20 }), (all, limit) => {
        const store = createStore({ log: { limit } })
        let state: Conversation = emptyConversation()
        for (const [index, event] of all.entries()) {
          state = reduce(state, event)
          store.dispatch(event)
          if (idempotent.has(event.type)) expect(reduce(state, event)).toBe(state)
          const shown = selectMessages(state)
          expect(selectMessages(state)).toBe(shown)
          expect(new Set(shown.map(({ key }) => key)).size).toBe(shown.length)
          expect(new Set(shown.map(({ id }) => id)).size).toBe(shown.length)
          expect(selectWaiting(state)).toBe(selectWaiting(state))
          expect([...selectPromptStates(state).keys()].toSorted()).toEqual(prompts(shown))
          whyIgnored(state, event)
          expect(selectPath(state)).toBe(selectPath(state))
          for (const { id, again } of shown) {
            if (again === undefined) expect(ids(selectPath(state, id))).toContain(id)
            expect(selectSiblings(state, id).length).toBeGreaterThan(0)
          }
          // Without what is remembered of the states before.
          const fresh = { ...state, context: { ...state.context, options: { ...state.context.options } } }
          expect(ids(selectPath(fresh))).toEqual(ids(selectPath(state)))
          expect([...selectPromptStates(fresh)]).toEqual([...selectPromptStates(state)])
          for (const message of shown) expect(selectMessage(state, message.id)).toBe(message)
          const thawed = fromJSON(json(state))
          expect(derived(thawed)).toEqual(derived(state))
          const next = all.slice(index + 1, index + 3)
          expect(json(next.reduce(reduce, thawed))).toEqual(json(next.reduce(reduce, state)))
        }
        const { log } = store
        for (const kept of [log!, importLog(exportLog(log!))]) expect(json(replay(kept))).toEqual(json(state))
        const outline = (from: Conversation) =>
          selectMessages(from).map(({ id, status, continuity, text }) => [id, status, continuity, text.length])
        expect(outline(replay(redactLog(log!)))).toEqual(outline(state))
      }),
      { numRuns, ...seed },
    )
  }, 60_000)
})
