import type { Event, Message as AgUiMessage } from '@ag-ui/core'
import { EventType } from '@ag-ui/client'
import type { ConversationHandle } from '@streamfold/client'
import { unopenedConversation } from '@streamfold/client'
import type { Conversation, Store } from '@streamfold/core'
import {
  createStore,
  emptyConversation,
  normalise,
  reduce,
  selectConnectionStatus,
  selectMessages,
  selectPath,
} from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { escapeBody, frameHead } from '@streamfold/core/codec'
import type { Session } from '@streamfold/testkit'
import { createServerModel, runSession, sessions } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { ConversationAgent } from '../src/index.ts'
import { entriesOf } from '../src/shown/entries-of.ts'
import type { Entry } from '../src/shown/entry.ts'
import { messagesIn } from '../src/shown/entry.ts'
import { createShowing } from '../src/shown/showing.ts'
import { shownByAgUi } from './client-of-ag-ui.ts'

const numRuns = Number(process.env['LAW_RUNS'] ?? 200)
/** Each has a client of AG-UI that follows it. */
const runs = Math.ceil(numRuns / 4)
const seed = process.env['LAW_SEED'] === undefined ? {} : { seed: Number(process.env['LAW_SEED']) }
const timeout = 60_000 + 200 * numRuns

/** What a page may show before a run begins: what was shown at another time, messages of its own, in any order. */
type Before = readonly { readonly own: boolean; readonly of: number }[]

const before: fc.Arbitrary<Before> = fc.array(fc.record({ own: fc.boolean(), of: fc.nat(40) }), { maxLength: 4 })

/** The branch that a page shows at each step, by the index of a message; the newest where there is none. */
const heads: fc.Arbitrary<readonly (number | undefined)[]> = fc.oneof(
  fc.constant([]),
  fc.array(fc.option(fc.nat(12), { nil: undefined, freq: 2 }), { maxLength: 8 }),
)

describe('the laws of the events', () => {
  it(`what the client of AG-UI shows is the conversation, after every change (${numRuns} sessions)`, { timeout }, async () => {
    const warn = vi.spyOn(console, 'warn')
    await fc.assert(
      fc.asyncProperty(sessions(), before, fc.nat(), heads, async (session, had, start, chosen) => {
        for (const states of statesOf(session)) await isShown(states, had, start, chosen)
        expect(warn.mock.calls).toEqual([])
      }),
      { numRuns, ...seed },
    )
  })
})

/** Each state of each reader of a session. */
function statesOf(session: Session): readonly (readonly Conversation[])[] {
  const { subscribers } = runSession(session)
  return subscribers.map((subscriber) => {
    subscriber.recover()
    return subscriber.steps.map(({ after }) => after)
  })
}

async function isShown(
  states: readonly Conversation[],
  had: Before,
  start: number,
  chosen: readonly (number | undefined)[],
): Promise<void> {
  if (states.length === 0) return
  const all = states.map((state, at) => {
    const of = chosen[Math.floor(at / 5) % Math.max(1, chosen.length)]
    return entriesOf(selectPath(state, of === undefined ? undefined : selectMessages(state)[of]?.id))
  })
  const earlier = had.flatMap(({ own, of }, at): AgUiMessage[] => {
    if (own) return [{ id: `own-${at}`, role: at % 2 === 0 ? 'user' : 'reasoning', content: 'mine' }]
    const message = messagesIn(all.at(-1)!)[of]
    return message ? [message] : []
  })
  const unique = earlier.filter((message, at) => earlier.findIndex(({ id }) => id === message.id) === at)
  const showing = createShowing(unique)
  const followed = all.slice(start % all.length)
  const batches: (readonly Event[])[] = followed.map((entries) => showing.show(entries))
  const shown = await shownByAgUi([...batches, showing.close()], unique)
  for (const [at, entries] of followed.entries()) expect(shown[at]).toEqual(messagesIn(entries))
  expect(shown.at(-1)).toEqual(messagesIn(followed.at(-1)!))
}

/** What a response says next, in frames: each piece in deltas. @param n its number, for ids */
const piece: fc.Arbitrary<(n: number) => readonly string[]> = fc.oneof(
  fc
    .record({
      type: fc.constantFrom('text', 'reasoning'),
      deltas: fc.array(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 4 }),
    })
    .map(({ type, deltas }) => () => [frameHead({ type } as Head), ...deltas.map(escapeBody)]),
  fc.record({ args: fc.json(), cut: fc.nat(8), output: fc.option(fc.json()) }).map(({ args, cut, output }) => (n: number) => [
    frameHead({ type: 'tool', id: `c${n}`, name: 'look' }),
    escapeBody(args.slice(0, cut)),
    escapeBody(args.slice(cut)),
    frameHead({ type: 'input', id: `c${n}` }),
    ...(output === null
      ? []
      : [frameHead({ type: 'output', id: `c${n}` }), escapeBody(output), frameHead({ type: 'end', id: `c${n}` })]),
  ]),
  fc.constant((n: number) => [frameHead({ type: 'source', id: `s${n}`, url: 'https://example.com/' })]),
  fc
    .json()
    .map((data) => () => [frameHead({ type: 'data', name: 'chart' }), escapeBody(data), frameHead({ type: 'end' } as Head)]),
  fc.constant(() => [frameHead({ type: 'step' })]),
)

it('the arguments of a call go on under its new id, when an earlier call of the same id has gone', async () => {
  const server = createServerModel()
  const headers = { role: 'assistant', status: 'streaming', format: 'parts/1' }
  const call = frameHead({ type: 'tool', id: 'c', name: 'look' })
  const [first, second] = [server.create(`${call}{}`, headers), server.create(`${call}{"a":`, headers)]
  server.append(second, '1', headers)
  server.delete(first)
  server.append(second, ',"b":2', headers)
  let state = emptyConversation()
  const showing = createShowing([])
  const batches = server.stream.map(({ action, data, full }) => {
    state = reduce(state, normalise({ ...full, action, data }))
    return showing.show(entriesOf(selectPath(state)))
  })
  const shown = await shownByAgUi([...batches, showing.close()], [])
  expect(shown.at(-1)).toEqual(messagesIn(entriesOf(selectPath(state))))
  expect(shown.at(-1)).toMatchObject([{ toolCalls: [{ id: 'c', function: { arguments: '{"a":1,"b":2' } }] }])
})

describe('the events of a response that only grows', () => {
  it(`are deltas: one snapshot, however long it is (${numRuns} responses)`, { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const server = createServerModel()
        const headers = (status: string) => ({ role: 'assistant', status, format: 'parts/1' })
        const prompt = server.create('why', { role: 'user' }, { name: 'prompt', clientId: 'ann' })
        const serial = server.create('', { ...headers('streaming'), 'reply-to': prompt })
        for (const data of pieces.flatMap((frames, n) => frames(n))) server.append(serial, data, headers('streaming'))
        server.append(serial, '', headers('complete'))
        let state = emptyConversation()
        const showing = createShowing([])
        const all: (readonly Entry[])[] = []
        const batches: (readonly Event[])[] = []
        for (const { action, data, full } of server.stream) {
          state = reduce(state, normalise({ ...full, action, data }))
          all.push(entriesOf(selectPath(state)))
          batches.push(showing.show(all.at(-1)!))
        }
        const shown = await shownByAgUi([...batches, showing.close()], [])
        expect(shown.at(-1)).toEqual(messagesIn(all.at(-1)!))
        const snapshots = batches.flat().filter(({ type }) => type === EventType.MESSAGES_SNAPSHOT)
        // A result can not be said to be an error with an event: a call that has none is interrupted when the response ends.
        const failed = all.at(-1)!.filter((entry) => entry.kind === 'call' && entry.result?.error !== undefined)
        expect(snapshots.length).toBe(failed.length > 0 ? 2 : 1)
      }),
      { numRuns, ...seed },
    )
  })
})

describe('the runs of an agent that follows a conversation', () => {
  it(`are valid, and leave what the conversation shows (${runs} sessions)`, { timeout }, async () => {
    const [warn, error] = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')]
    await fc.assert(
      fc.asyncProperty(sessions(), async (session) => {
        const errors: unknown[] = []
        const [reader] = runSession(session).subscribers
        reader!.recover()
        const store = createStore()
        const agent = new ConversationAgent(conversationIn(store), { onError: (failure) => void errors.push(failure) })
        const stop = agent.follow()
        for (const [at, { event }] of reader!.steps.entries()) {
          store.dispatch(event)
          if (at % 3 === 0) await turn()
        }
        // A run that has failed with its connection is followed by another one, in a later task.
        const isShown = () => expect(agent.messages).toEqual(messagesIn(entriesOf(selectPath(store.getState()))))
        if (selectConnectionStatus(store.getState()) === 'live') await vi.waitFor(isShown, { timeout: 20_000, interval: 1 })
        stop()
        await agent.detachActiveRun()
        expect(errors).toEqual([])
        expect([...warn.mock.calls, ...error.mock.calls]).toEqual([])
      }),
      { numRuns: runs, ...seed },
    )
  })
})

/** Lets the client of AG-UI handle what has arrived. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A conversation that is open already, to which nothing can be sent. */
function conversationIn(store: Store): ConversationHandle {
  return { ...unopenedConversation(), store, head: () => undefined, release: () => undefined }
}
