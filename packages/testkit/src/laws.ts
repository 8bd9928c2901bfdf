import type { Appended, Conversation, ConversationEvent, Message, MessageRecord, Role, WireEvent } from '@streamfold/core'
import {
  emptyConversation,
  fromJSON,
  normalise,
  reduce,
  selectMessage,
  selectMessages,
  selectPath,
  toJSON,
} from '@streamfold/core'
import { replay } from '@streamfold/core/log'
import { alike } from './alike.ts'
import { AGENTS } from './command.ts'
import { expectedMessages } from './expected-messages.ts'
import { readAsOne } from './framed.ts'
import type { RawMessage, ServerModel } from './server-model.ts'
import type { Run, Session } from './session.ts'
import { runSession } from './session.ts'
import type { Step, Subscriber, SubscriberWire } from './subscriber.ts'

/** A law holds for a session, or throws an error with the place where it does not. */
export type Law = (session: Session) => void

/**
 * 1. A message version that was already folded on this attachment changes nothing: the same reference. A version that was passed over when
 * it arrived (a snapshot ahead of a stream that was then lost) was not folded, and may help later.
 */
export const replayChangesNothing: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    let folded: ConversationEvent[] = []
    for (const { event, before, after } of steps) {
      if (event.type === 'channel') folded = []
      // An acknowledgement answers one publish; no service repeats it as a delivery.
      if (isWire(event) && !isLocal(event) && after !== before) folded.push(event)
      for (const past of folded) if (reduce(after, past) !== after) fail('a replayed event changed the state', past)
    }
  })
}

/** 2. Once recovery has finished, every response's text and status equal the server's. */
export const convergence: Law = (session) => {
  const { server, subscribers, wire } = runSession(session)
  for (const subscriber of subscribers) {
    subscriber.recover()
    sameAsServer(subscriber.state(), server, wire)
  }
}

/**
 * 3. The text of a contiguous response is the text the server held at that version; of one that is made of several records, it is made of
 * the texts that the server held.
 */
export const noLie: Law = (session) => {
  eachSubscriber(session, ({ steps }, server) => {
    for (const { event, before, after } of steps) {
      if (after.records === before.records) continue
      const held = (record: MessageRecord) => {
        // What this client has published itself is shown as it was published; of a record never seen in full nothing is shown.
        const own = record.source === 'local' || record.version === ''
        return own ? record.text : (server.textAt(record.id, record.version) ?? 'nothing')
      }
      const truth = after.context.grouped
        ? expectedMessages(recordsOf(after).map((record) => ({ ...record, text: held(record) })))
        : recordsOf(after).map((record) => ({ id: record.id, text: textShown(record, held(record)) }))
      const shown = new Map(selectMessages(after).map((message) => [message.id, message]))
      for (const { id, text } of truth) {
        const message = shown.get(id)
        if (message?.continuity === 'contiguous' && message.text !== text)
          fail(`${id} shows ${quote(message.text)}, the server held ${quote(text)}`, event)
      }
    }
  })
}

/** 4. A gapped record never grows by append. (A gapped message may: by that of its records whose stream is whole.) */
export const gapsDoNotGrow: Law = (session) => {
  eachAppend(session, ({ event, before, after }) => {
    const known = recordOf(before, event.serial)
    if (known?.continuity === 'gapped' && recordOf(after, event.serial)?.text !== known.text)
      fail('a gapped response grew', event)
  })
}

/** 5. An append changes exactly one message reference, also of a message that is made of several records. */
export const sharing: Law = (session) => {
  eachAppend(session, ({ event, before, after }) => {
    const known = new Set(selectMessages(before))
    const fresh = selectMessages(after).filter((message) => !known.has(message))
    const own = selectMessage(after, event.serial)
    if (fresh.some((message) => message !== own)) fail('an append changed another message', event)
    if (before === after && fresh.length > 0) fail('the same state shows other messages', event)
  })
}

/** 6. Events of different serials commute, but for keys: of two messages under one id the first to arrive has it for its key, and keeps it. */
export const commutation: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (let i = 1; i < steps.length; i++) {
      const [first, second] = [steps[i - 1]!, steps[i]!]
      if (!isWire(first.event) || !isWire(second.event) || first.event.serial === second.event.serial) continue
      const swapped = reduce(reduce(first.before, second.event), first.event)
      if (swapped !== second.after && !alike(shown(swapped), shown(second.after)))
        fail('two events of different messages do not commute', second.event)
    }
  })
}

/** 7. Following live gives the same as reading history; splitting and merging appends changes nothing. */
export const liveEqualsHistory: Law = (session) => {
  const { server, wire } = runSession(session)
  const history = foldAll(server.serials.map((serial) => wire.read(server.latest(serial)!, 'history')))
  const whole = follow(server, wire, (entry) => [entry.data])
  const split = follow(server, wire, (entry) => [...entry.data])
  const inHistory = texts(history)
  if (texts(whole) !== inHistory) fail(`live ${texts(whole)} is not history ${inHistory}`)
  if (texts(split) !== inHistory) fail(`split appends ${texts(split)} are not history ${inHistory}`)
}

/** 8. After a newer update or delete no reader shows the old text; a reopened message grows again. */
export const redaction: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, before, after } of steps) {
      if (event.type !== 'replaced' && event.type !== 'deleted') continue
      const known = recordOf(before, event.serial)
      if (known && event.version <= known.version) continue
      const expected = event.type === 'deleted' ? '' : event.text
      const record = recordOf(after, event.serial)
      if (record?.text !== expected) fail('the old text can still be seen', event)
      // A late duplicate may find the stream already ahead of it; what it shows is then a gap, and rightly does not grow.
      if (event.type === 'deleted' || record?.deliveredVersion !== event.version) continue
      const version = `${event.version}+`
      const grown = reduce(after, { ...event, type: 'appended', version, text: 'more', len: expected.length + 4 })
      if (recordOf(grown, event.serial)?.text !== `${expected}more`) fail('a replaced response does not grow again', event)
    }
  })
}

/** 9. Replaying the log gives the live state, at any point of it; JSON keeps a conversation complete. */
export const replayEqualsLive: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    const log = steps.map(({ event }) => event)
    const middle = Math.floor(steps.length / 2)
    for (const until of [middle, steps.length]) {
      const live = until === 0 ? emptyConversation() : steps[until - 1]!.after
      if (!alike(full(replay(log, { until })), full(live))) fail(`the replay of ${until} events differs from the live state`)
      const thawed = fromJSON(JSON.parse(JSON.stringify(toJSON(live))))
      if (!alike(full(thawed), full(live))) fail('JSON did not keep the conversation')
      const rest = log.slice(until, until + 5)
      if (!alike(full(replay({ start: thawed, events: rest })), full(replay({ start: live, events: rest }))))
        fail('a conversation from JSON folds on otherwise')
    }
  })
}

/**
 * 11. The keys in a list are unique, whatever ids were published. A message keeps its key, and so does a prompt that was shown before the
 * channel had it.
 */
export const keysAreUnique: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, before, after } of steps) {
      if (after === before) continue
      const shown = selectMessages(after)
      if (new Set(shown.map(({ key }) => key)).size < shown.length) fail('two messages have the same key', event)
      for (const { id, key } of selectMessages(before)) {
        const now = selectMessage(after, id)
        // The beginning of a response may arrive after its continuation, which then is no message by itself.
        if (now?.id !== id || now.key === key) continue
        // What its author moves into another group is another message.
        const moved = recordOf(before, id)?.placement?.group !== recordOf(after, id)?.placement?.group
        if (!moved) fail(`${id} had the key ${key} and has ${now.key}`, event)
      }
      const arrived = isWire(event) && !selectMessage(before, event.serial) ? selectMessage(after, event.serial) : undefined
      for (const { key } of before.context.pending) {
        if (arrived && !after.context.pending.some((prompt) => prompt.key === key) && arrived.key !== key)
          fail(`a prompt had the key ${key} and has ${arrived.key} on the channel`, event)
      }
    }
  })
}

/** 12. An answer to a deleted prompt has ended, whatever status its agent gave last, and in any order of arrival. */
export const deletedPromptsEndAnswers: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, before, after } of steps) {
      if (after.records === before.records) continue
      for (const { id, role, replyTo, status } of selectMessages(after)) {
        const prompt = promptOf(after, role, replyTo)
        const open = status === 'streaming' || status === 'stalled' || status === 'abandoned'
        if (prompt?.status === 'deleted' && open) fail(`${id} is ${status} though its prompt was deleted`, event)
      }
      for (const { id, role, replyTo, status, declaredPhase } of recordsOf(after)) {
        const prompt = promptOf(after, role, replyTo)
        if (prompt && prompt.status !== 'deleted' && status === 'cancelled' && declaredPhase !== 'cancelled')
          fail(`${id} is cancelled though its prompt is there`, event)
      }
    }
  })
}

/**
 * 13. Records make the messages that the protocol says, whatever order they arrive in: a response and what continues it, and the records of
 * a named group.
 */
export const groupsAreComposed: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, before, after } of steps) {
      // While no record names a group or continues another, each is a message by itself.
      if (after.records !== before.records && after.context.grouped) composedAsExpected(after, event)
    }
  })
  const { server, wire } = runSession(session)
  const events = server.serials.map((serial) => wire.read(server.latest(serial)!, 'history'))
  const inOrder = shown(foldAll(events))
  const half = Math.ceil(events.length / 2)
  for (const order of [events.toReversed(), [...events.slice(half), ...events.slice(0, half)], dealt(events)])
    if (!alike(shown(foldAll(order)), inOrder))
      fail(`read in another order: ${quote(shown(foldAll(order)))} is not ${quote(inOrder)}`)
}

/**
 * 14. Parts are a function of the data: however it arrived, a message has the parts that a reader finds who reads all of it at once. Parts
 * that do not change stay the same objects.
 */
export const partsFollowTheData: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, before, after } of steps) {
      if (after.records === before.records) continue
      for (const record of recordsOf(after)) {
        const { id, format, text, role, status, placement } = record
        if (format === undefined || role !== 'assistant' || placement !== undefined) continue
        const message = selectMessage(after, id)
        if (message?.id !== id || message.text === '' || after.context.grouped) continue
        const expected = readAsOne([{ text, framed: true }], role, ended.has(status) ? status : 'streaming')
        if (!alike(message.parts, expected.parts) || !alike(message.metadata, expected.metadata))
          fail(`${id} has the parts ${quote(message.parts)}, its data has ${quote(expected.parts)}`, event)
      }
    }
  })
}

/** 15. A response that has ended has no open part. */
export const endedHasNoOpenPart: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, before, after } of steps) {
      if (after.records === before.records) continue
      for (const { id, status, parts } of selectMessages(after)) {
        if (!ended.has(status)) continue
        const open = parts.find((part) => 'state' in part && !closed.has(part.state))
        if (open) fail(`${id} is ${status}, and has ${quote(open)}`, event)
      }
    }
  })
}

/** 16. No text of a model, a tool or a user makes a frame: nobody wrote a head with the id that the hostile text has. */
export const noTextMakesAFrame: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, before, after } of steps) {
      if (after.records === before.records) continue
      for (const { id, role, parts } of selectMessages(after)) {
        const calls = parts.filter((part) => 'toolCallId' in part)
        if (calls.some(({ toolCallId }) => toolCallId === 'forged')) fail(`${id} shows a call that nobody wrote`, event)
        if (role === 'user' && calls.length > 0) fail(`${id} is a user’s, and shows a call`, event)
      }
    }
  })
}

const ended: ReadonlySet<string> = new Set(['complete', 'cancelled', 'failed', 'deleted'])
const closed: ReadonlySet<string> = new Set(['done', 'output-available', 'output-error', 'output-denied', 'interrupted'])

/**
 * 17. A reader notices an append that was lost or came twice with the next delivery of the message: it never shows a text that the server
 * did not hold, and in the end shows what the server holds. Of sessions with spoilt deliveries.
 */
export const spoiltDeliveriesAreNoticed: Law = (session) => {
  noLie(session)
  convergence(session)
}

/** 10. Hostile input is ignored with a reason and never throws. */
export function hostileInputIsIgnored(raw: unknown): void {
  for (const source of ['live', 'history', 'rewind', 'cache'] as const) {
    const event = normalise(raw, { source })
    if (event.type === 'ignored' && event.reason === '') fail('ignored without a reason', event)
    const before = emptyConversation()
    const after = reduce(before, event)
    // A refused version may ask for those before it (P116). Of a prompt that has become something else no older version counts (P132).
    const isNoted = event.type === 'ignored' && (event.refused !== undefined || event.turned !== undefined)
    const same = isNoted ? after.records === before.records : after === before
    if (event.type === 'ignored' && !same) fail('an ignored event changed the state', event)
  }
}

function eachSubscriber(session: Session, check: (subscriber: Subscriber, server: ServerModel) => void): void {
  const { server, subscribers }: Run = runSession(session)
  for (const subscriber of subscribers) {
    subscriber.recover()
    check(subscriber, server)
  }
}

function eachAppend(session: Session, check: (step: Step & { readonly event: Appended }) => void): void {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, ...states } of steps) if (event.type === 'appended') check({ event, ...states })
  })
}

/** Follows the whole stream on one attachment that saw every create, each append in the given pieces. */
function follow(server: ServerModel, wire: SubscriberWire, pieces: (entry: { data: string }) => readonly string[]): Conversation {
  const raws = server.stream.flatMap((entry): readonly RawMessage[] => {
    if (entry.action !== 'message.append') return [{ ...entry.full, action: entry.action }]
    const parts = pieces(entry)
    // The versions of pieces order like the pieces; the last one is the append's own.
    return (parts.length === 0 ? [''] : parts).map((data, index, all) => {
      const version =
        index === all.length - 1
          ? entry.full.version
          : // Only the last piece is the append that gives the length.
            { serial: before(entry.full.version.serial, index), timestamp: entry.full.version.timestamp }
      return { ...entry.full, action: 'message.append', data, version }
    })
  })
  // A soft delete hides text that an append restores (P7); only a full version shows it, as after any gap.
  const state = foldAll([
    { type: 'channel', state: 'attaching' },
    { type: 'channel', state: 'attached', resumed: false },
    ...raws.map((raw) => wire.read(raw)),
  ])
  return foldAll(
    state.context.behind.map((serial) => wire.read(server.latest(serial)!, 'history')),
    state,
  )
}

/** A version just before `serial`: a shorter string with the same prefix is less, and longer counters order among themselves. */
function before(serial: string, index: number): string {
  return `${serial.slice(0, -1)}${String.fromCodePoint(serial.codePointAt(serial.length - 1)! - 1)}${String(index).padStart(6, '0')}`
}

function foldAll(events: readonly ConversationEvent[], initial = emptyConversation()): Conversation {
  return events.reduce(reduce, initial)
}

function sameAsServer(state: Conversation, server: ServerModel, wire: SubscriberWire): void {
  for (const serial of server.serials) {
    const raw = server.latest(serial)!
    const record = recordOf(state, serial)
    // A cancel is for the agent, and only an agent says how its group stands.
    if (!isWire(wire.read(raw, 'history'))) {
      if (record) fail(`${serial} is shown, and is no message`)
      continue
    }
    const text = raw.action === 'message.delete' ? '' : (raw.data ?? '')
    if (record?.text !== text) fail(`${serial} shows ${quote(record?.text)}, the server holds ${quote(text)}`)
    if (!agrees(record, raw, server, state.context.grouped))
      fail(`${serial} is ${record.status}, the server says ${raw.action} ${raw.extras.headers['status']}`)
  }
  composedAsExpected(state)
}

/** The text of a message that one record makes, from what the record holds. */
function textShown({ format, role }: MessageRecord, text: string): string {
  return format === undefined ? text : readAsOne([{ text, framed: true }], role).text
}

function composedAsExpected(state: Conversation, event?: ConversationEvent): void {
  const composed = selectMessages(state).filter(({ id }) => !isPending(state, id))
  const expected = expectedMessages(recordsOf(state))
  const same = composed.every(({ id, text, status }, at) => {
    const one = expected[at]
    return one?.id === id && one.text === text && one.status === status
  })
  if (!same || composed.length < expected.length)
    fail(`${quote(composed)} is composed, and the records make ${quote(expected)}`, event)
}

/** The deletion of a prompt ends its answer. Idle rules may turn streaming into stalled, abandoned or assumed complete; nothing else may differ. */
function agrees(message: Pick<Message, 'status'>, raw: RawMessage, server: ServerModel, grouped: boolean): boolean {
  if (raw.action === 'message.delete') return message.status === 'deleted'
  if (!isAgent(raw)) return message.status === 'complete'
  if (raw.version.metadata?.['phase'] === 'done') return message.status === 'complete'
  const status = raw.extras.headers['status']
  const prompt = server.latest(raw.extras.headers['reply-to'] ?? '')
  const deleted = prompt?.action === 'message.delete' && !isAgent(prompt)
  // Of several records it is enough that one says how it stands: then silence is no end of the others.
  if (status === undefined && !deleted) return ['streaming', 'complete', ...(grouped ? unended : [])].includes(message.status)
  if ((status === undefined || status === 'streaming') && deleted) return message.status === 'cancelled'
  if (status === 'streaming') return unended.includes(message.status)
  return message.status === status
}

function isAgent({ clientId }: RawMessage): boolean {
  return AGENTS.some((agent) => agent === clientId)
}

function isPending(state: Conversation, id: string): boolean {
  return state.context.pending.some((prompt) => prompt.id === id)
}

const lists = new WeakMap<Conversation['records'], readonly MessageRecord[]>()

function recordsOf(state: Conversation): readonly MessageRecord[] {
  let list = lists.get(state.records)
  if (!list) lists.set(state.records, (list = toJSON(state).records))
  return list
}

function recordOf(state: Conversation, serial: string): MessageRecord | undefined {
  return recordsOf(state).find(({ id }) => id === serial)
}

/** The prompt of a response, as far as it is known. */
function promptOf(state: Conversation, role: Role, replyTo: string | undefined): MessageRecord | undefined {
  const prompt = role === 'assistant' && replyTo !== undefined ? recordOf(state, replyTo) : undefined
  return prompt?.role === 'user' ? prompt : undefined
}

/** First those at even places, then those at odd places, backwards. */
function dealt<Item>(items: readonly Item[]): readonly Item[] {
  return [...items.filter((_, at) => at % 2 === 0), ...items.filter((_, at) => at % 2 === 1).toReversed()]
}

const unended: readonly string[] = ['streaming', 'stalled', 'abandoned']

function isWire(event: ConversationEvent): event is WireEvent {
  return ['created', 'appended', 'replaced', 'deleted', 'snapshot'].includes(event.type)
}

function isLocal(event: WireEvent): boolean {
  return event.type === 'snapshot' && event.source === 'local'
}

function texts(state: Conversation): string {
  return JSON.stringify(selectMessages(state).map(({ id, text, parts, status }) => [id, text, parts, status]))
}

/** Without keys: of two messages under one id the first to arrive has it for its key, and keeps it. */
function shown(state: Conversation): unknown {
  const { open, behind } = state.context
  const messages = selectMessages(state).map((message) => ({ ...message, key: '' }))
  return { messages, path: selectPath(state).map(({ id }) => id), open: open.toSorted(), behind: behind.toSorted() }
}

/** The whole state. */
function full(state: Conversation): unknown {
  const { open, behind } = state.context
  return { ...toJSON(state), open: open.toSorted(), behind: behind.toSorted() }
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}

function fail(what: string, event?: ConversationEvent): never {
  throw new Error(event ? `${what}: ${JSON.stringify(event)}` : what)
}
