import type { Conversation, ConversationEvent, Headers } from '@streamfold/core'
import { emptyConversation, fromJSON, normalise, reduce, selectMessage, selectWaiting, toJSON } from '@streamfold/core'
import { frameHead, inputHash } from '@streamfold/core/codec'
import { exportLog, importLog, replay } from '@streamfold/core/log'
import { selectEffects } from '@streamfold/core/transport'
import * as fc from 'fast-check'
import { alike } from './alike.ts'
import type { RawMessage, ServerModel, StreamEntry } from './server-model.ts'
import { createServerModel } from './server-model.ts'

/** What people and an agent do on a channel where calls need decisions. Numbers name things of a kind, by index modulo their number. */
export type DecidingStep =
  | { readonly do: 'prompt'; readonly by: Person }
  | { readonly do: 'respond'; readonly to: number }
  | {
      readonly do: 'ask'
      readonly of: number
      readonly wants: 'approval' | 'output'
      readonly people?: readonly Person[]
      readonly within?: number
    }
  | { readonly do: 'revise'; readonly call: number }
  | { readonly do: 'answer'; readonly call: number; readonly by: Person; readonly kind: Kind; readonly wrong?: Wrong }
  | { readonly do: 'withdraw'; readonly answer: number; readonly how: 'update' | 'delete' }
  | { readonly do: 'decide'; readonly call: number }
  | { readonly do: 'write'; readonly of: number; readonly status: 'streaming' | 'waiting' | 'complete' | 'cancelled' }
  | { readonly do: 'take-back'; readonly prompt: number }
  /** A stranger changes a message of someone else. */
  | { readonly do: 'meddle'; readonly with: number; readonly how: 'update' | 'delete' }

type Person = 'alice' | 'bob' | 'mallory'
type Kind = 'approve' | 'deny' | 'output' | 'fault'
type Wrong = 'input' | 'call' | 'response' | 'data'

/** Small, so that several answers are about one call. */
const some = fc.nat(2)
const step = <Name extends DecidingStep['do'], Fields extends object>(
  name: Name,
  fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> },
) => fc.record({ do: fc.constant(name), ...fields })
const kind = fc.constantFrom<Kind>('approve', 'approve', 'deny', 'deny', 'output', 'fault')
const rarely = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })

/** Channels on which people answer calls, in time and too late, rightly and wrongly, and change their minds. */
export const deciding: fc.Arbitrary<readonly DecidingStep[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: step('prompt', { by: fc.constantFrom<Person>('alice', 'bob') }) },
    { weight: 2, arbitrary: step('respond', { to: some }) },
    {
      weight: 4,
      arbitrary: step('ask', {
        of: some,
        wants: fc.constantFrom('approval', 'output'),
        people: rarely(fc.subarray<Person>(['alice', 'bob'])),
        within: rarely(fc.integer({ min: 1, max: 12 })),
      }),
    },
    { weight: 1, arbitrary: step('revise', { call: some }) },
    {
      weight: 8,
      arbitrary: step('answer', {
        call: some,
        by: fc.constantFrom<Person>('alice', 'alice', 'bob', 'bob', 'mallory'),
        kind,
        wrong: rarely(fc.constantFrom<Wrong>('input', 'call', 'response', 'data')),
      }),
    },
    { weight: 3, arbitrary: step('withdraw', { answer: fc.nat(7), how: fc.constantFrom('update', 'delete') }) },
    { weight: 2, arbitrary: step('decide', { call: some }) },
    {
      weight: 2,
      arbitrary: step('write', { of: some, status: fc.constantFrom('streaming', 'waiting', 'complete', 'cancelled') }),
    },
    { weight: 1, arbitrary: step('take-back', { prompt: some }) },
    { weight: 2, arbitrary: step('meddle', { with: fc.nat(20), how: fc.constantFrom('update', 'delete') }) },
  ) as fc.Arbitrary<DecidingStep>, // A field that is undefined is as one that is missing.
  { minLength: 4, maxLength: 40 },
)

interface Call {
  readonly id: string
  readonly response: Response
  readonly wants: 'approval' | 'output'
  readonly people: readonly Person[] | undefined
  readonly until: number | undefined
  input: { readonly to: number }
  decided: string | undefined
}

interface Response {
  readonly serial: string
  readonly prompt: Prompt
  text: string
  status: string
}

interface Prompt {
  readonly serial: string
  readonly by: Person
  deleted: boolean
}

interface Answer {
  readonly serial: string
  readonly by: Person
  readonly call: Call
  readonly kind: Kind
  /** The input that its author saw; undefined for an answer that is wrong in another way. */
  readonly saw: Call['input'] | undefined
  readonly at: number
  withdrawn: boolean
}

/** What all must agree on about a call. */
interface Shown {
  readonly call: string
  readonly by: string | undefined
  readonly approved: boolean | undefined
  readonly answer: string | undefined
  readonly late: readonly string[]
}

/**
 * However a channel reaches a reader (as it happens, from history, in part from each, twice, or written out and read again), each call has the
 * decision that its answers make, told in the plainest way from PROTOCOL.md (P109, P111, P116). A replay of the log sees the same.
 */
export function decisionsAgree(steps: readonly DecidingStep[]): void {
  const { server, calls, expected } = play(steps)
  const half = Math.floor(server.stream.length / 2)
  const followed = server.stream.map(delivered)
  const reads = server.serials.map((serial) => read(server.latest(serial)!, 'history')).toReversed()
  const rewound = server.serials.map((serial) => read(server.latest(serial)!, 'rewind'))
  const live = fold(server, [attached, ...followed])
  const readers: Readonly<Record<string, Conversation>> = {
    live,
    'from history': fold(server, [attached, ...reads]),
    rewound: fold(server, [attached, ...rewound, ...reads]),
    'live from the middle': fold(server, [attached, ...followed.slice(half), ...reads]),
    'interrupted in the middle': fold(server, [attached, ...followed.slice(0, half), attached, ...reads]),
    twice: fold(server, [attached, ...followed, ...followed, ...reads]),
    reloaded: fold(
      server,
      [...followed.slice(half), ...reads],
      reloaded([attached, ...followed.slice(0, half)].reduce(reduce, emptyConversation())),
    ),
  }
  for (const [name, state] of Object.entries(readers)) {
    const shown = calls.map((call) => shownIn(state, call))
    if (!alike(shown, expected))
      throw new Error(`${name}: the calls show ${JSON.stringify(shown)}, their answers make ${JSON.stringify(expected)}`)
    const waiting = selectWaiting(state).map(({ call }) => call.toolCallId)
    const open = calls.filter((call, at) => !isEnded(call.response) && expected[at]?.by === undefined).map(({ id }) => id)
    if (waiting.toSorted().join() !== open.toSorted().join())
      throw new Error(`${name}: ${waiting.join()} wait for a person, and ${open.join()} have no decision`)
  }
  const events = [attached, ...followed]
  const log = { start: emptyConversation(), events }
  const seen = events.reduce(reduce, emptyConversation())
  for (const again of [replay(log), replay(events), replay(importLog(exportLog(log)))])
    if (!alike(toJSON(again), toJSON(seen))) throw new Error('a replay is not what was seen')
}

function play(steps: readonly DecidingStep[]): {
  readonly server: ServerModel
  readonly calls: readonly Call[]
  readonly expected: readonly Shown[]
} {
  const server = createServerModel()
  const prompts: Prompt[] = []
  const responses: Response[] = []
  const calls: Call[] = []
  const answers: Answer[] = []

  function headersOf({ status, prompt }: Response): Headers {
    return { role: 'assistant', status, format: 'parts/1', 'reply-to': prompt.serial }
  }

  function write(response: Response, more: string): void {
    response.text += more
    server.append(response.serial, more, headersOf(response))
  }

  function ask({ of, wants, people: named = [], within }: Extract<DecidingStep, { do: 'ask' }>): void {
    const response = pick(responses, of)
    if (!response || isEnded(response)) return
    const id = `call-${calls.length}`
    const input = { to: calls.length }
    const until = within === undefined ? undefined : Number(server.stream.at(-1)!.full.version.timestamp) + within
    const people = named.length === 0 ? undefined : named
    calls.push({ id, response, wants, people, until, input, decided: undefined })
    const asked = { ...(people && { of: people }), ...(until !== undefined && { until }) }
    const heads = frameHead({ type: 'input', id }) + frameHead({ type: 'ask', id, approval: id, wants, ...asked })
    write(response, frameHead({ type: 'tool', id, name: 'invite' }) + JSON.stringify(input) + heads)
  }

  function answer({ call: at, by, kind, wrong }: Extract<DecidingStep, { do: 'answer' }>): void {
    const call = pick(calls, at)
    if (!call) return
    const saw = wrong === 'input' ? { to: -1 } : call.input
    const headers = {
      role: 'user',
      target: wrong === 'response' ? call.response.prompt.serial : call.response.serial,
      call: wrong === 'call' ? 'another' : call.id,
      kind,
      saw: inputHash(saw),
    }
    const data = wrong === 'data' ? '{' : JSON.stringify(kind === 'fault' ? { error: 'failed' } : {})
    const serial = server.create(data, headers, { name: 'answer', clientId: by })
    const isOtherwiseWrong = wrong !== undefined && wrong !== 'input'
    const { timestamp } = server.latest(serial)!
    answers.push({ serial, by, call, kind, saw: isOtherwiseWrong ? undefined : saw, at: timestamp, withdrawn: false })
  }

  function meddle(index: number, how: 'update' | 'delete'): void {
    const message = server.latest(pick(server.serials, index) ?? '')
    if (!message || message.clientId === 'mallory') return
    const { serial, extras } = message
    if (how === 'delete') server.delete(serial, 'mallory')
    else server.update(serial, 'meddled', { ...extras.headers, kind: 'deny', status: 'failed' }, undefined, 'mallory')
    // An agent repairs its message by a full update (P65): the versions that its appends made are not kept.
    const response = responses.find((one) => one.serial === serial)
    if (response) server.update(serial, response.text, headersOf(response), undefined, 'agent')
  }

  function perform(step: DecidingStep): void {
    switch (step.do) {
      case 'prompt': {
        const serial = server.create('do it', { role: 'user' }, { name: 'prompt', clientId: step.by })
        prompts.push({ serial, by: step.by, deleted: false })
        return
      }
      case 'respond': {
        const prompt = pick(prompts, step.to)
        if (!prompt || prompt.deleted) return
        const begun = { prompt, text: '', status: 'streaming' }
        responses.push({ ...begun, serial: server.create('', headersOf({ ...begun, serial: '' })) })
        return
      }
      case 'ask':
        return ask(step)
      case 'revise': {
        const call = pick(calls, step.call)
        if (!call || isEnded(call.response)) return
        call.input = { to: call.input.to + 100 }
        return write(call.response, frameHead({ type: 'input', id: call.id, input: call.input }))
      }
      case 'answer':
        return answer(step)
      case 'withdraw': {
        const one = pick(answers, step.answer)
        if (!one) return
        one.withdrawn = true
        const { headers } = server.latest(one.serial)!.extras
        if (step.how === 'delete') server.delete(one.serial, one.by)
        else server.update(one.serial, '{}', headers, undefined, one.by)
        return
      }
      case 'decide': {
        const call = pick(calls, step.call)
        if (!call || isEnded(call.response) || call.decided !== undefined) return
        const decision = counting(call, answers).find((one) => isInTime(one, call))
        if (!decision) return
        call.decided = decision.serial
        const { serial, by, at, kind } = decision
        const approved = kind !== 'deny'
        return write(call.response, frameHead({ type: 'decided', id: call.id, approved, answer: serial, by, at }))
      }
      case 'write': {
        const response = pick(responses, step.of)
        if (!response || isEnded(response)) return
        response.status = step.status
        return write(response, '')
      }
      case 'take-back': {
        const prompt = pick(prompts, step.prompt)
        if (!prompt || prompt.deleted) return
        prompt.deleted = true
        return server.delete(prompt.serial, prompt.by)
      }
      case 'meddle':
        return meddle(step.with, step.how)
      default:
        step satisfies never
    }
  }

  steps.forEach(perform)
  return { server, calls, expected: calls.map((call) => expectedOf(call, answers)) }
}

function pick<Item>(items: readonly Item[], index: number): Item | undefined {
  return items[index % Math.max(1, items.length)]
}

/** The answers that count, also those that came too late, in the order of the channel. */
function counting(call: Call, answers: readonly Answer[]): readonly Answer[] {
  const asked = call.wants === 'output' ? ['output', 'fault'] : ['approve', 'deny']
  const people: readonly Person[] = call.people ?? [call.response.prompt.by]
  return answers.filter(
    (one) =>
      one.call === call && !one.withdrawn && asked.includes(one.kind) && people.includes(one.by) && one.saw?.to === call.input.to,
  )
}

function isInTime({ at }: Answer, { until }: Call): boolean {
  return until === undefined || at <= until
}

function expectedOf(call: Call, answers: readonly Answer[]): Shown {
  const all = counting(call, answers)
  const written = answers.find(({ serial }) => serial === call.decided)
  const decision = written ?? (isEnded(call.response) ? undefined : all.find((one) => isInTime(one, call)))
  return {
    call: call.id,
    by: decision?.by,
    approved: decision && call.wants === 'approval' ? decision.kind === 'approve' : undefined,
    answer: decision?.serial,
    late: all.filter((answer) => answer !== decision).map(({ serial }) => serial),
  }
}

function isEnded({ status, prompt }: Response): boolean {
  return status === 'complete' || status === 'cancelled' || prompt.deleted
}

function shownIn(state: Conversation, { id, response }: Call): Shown | undefined {
  const part = selectMessage(state, response.serial)?.parts.find((each) => 'toolCallId' in each && each.toolCallId === id)
  if (!part || !('toolCallId' in part)) return undefined
  const { by, answer, late = [] } = part.wanted ?? part.approval ?? {}
  return { call: id, by, approved: part.approval?.approved, answer, late: late.map(({ serial }) => serial) }
}

const attached: ConversationEvent = { type: 'channel', state: 'attached', resumed: false }

function read(raw: RawMessage, source?: 'history' | 'rewind'): ConversationEvent {
  return normalise(raw, { agent: 'agent', ...(source && { source }) })
}

function delivered({ action, data, full }: StreamEntry): ConversationEvent {
  return read({ ...full, action, data })
}

/** Folds events, and performs the effects that are due in the end. */
function fold(server: ServerModel, events: readonly ConversationEvent[], start = emptyConversation()): Conversation {
  let state = events.reduce(reduce, start)
  for (const effect of selectEffects(state)) {
    if (effect.type === 'fetchMessage') state = reduce(state, read(server.latest(effect.serial)!, 'history'))
    if (effect.type !== 'fetchVersions') continue
    const { serial, version } = effect
    state = server
      .versions(serial)
      .map((raw) => read(raw, 'history'))
      .reduce(reduce, state)
    state = reduce(state, { type: 'versions-read', serial, upTo: version })
  }
  return state
}

function reloaded(state: Conversation): Conversation {
  return fromJSON(JSON.parse(JSON.stringify(toJSON(state))))
}
