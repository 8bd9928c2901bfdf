import type { Appended, Conversation, ConversationEvent, Message, WireEvent } from '@streamfold/core'
import { emptyConversation, fromJSON, normalise, reduce, selectMessage, selectMessages, toJSON } from '@streamfold/core'
import { replay } from '@streamfold/core/log'
import type { RawMessage, ServerModel } from './server-model.ts'
import type { Session } from './session.ts'
import { runSession } from './session.ts'
import type { Step, Subscriber } from './subscriber.ts'

/** A law holds for a session or throws, saying where it does not. */
export type Law = (session: Session) => void

/**
 * 1. A message version already folded on this attachment changes nothing: the same reference. What was passed over when it
 * came (a snapshot ahead of a stream that was then lost) was not folded, and may help later.
 */
export const replayChangesNothing: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    let folded: ConversationEvent[] = []
    for (const { event, before, after } of steps) {
      if (event.type === 'channel') folded = []
      // An acknowledgement answers one publish; it is no delivery that a service may repeat.
      if (isWire(event) && !isLocal(event) && after !== before) folded.push(event)
      for (const past of folded) if (reduce(after, past) !== after) fail('a replayed event changed the state', past)
    }
  })
}

/** 2. Once recovery has finished, every response's text and status equal the server's. */
export const convergence: Law = (session) => {
  const { server, subscribers } = runSession(session)
  for (const subscriber of subscribers) {
    subscriber.recover()
    sameAsServer(subscriber.state(), server)
  }
}

/** 3. The text of a contiguous response is the text the server held at that version. */
export const noLie: Law = (session) => {
  eachSubscriber(session, ({ steps }, server) => {
    for (const { event, after } of steps) {
      for (const message of selectMessages(after)) {
        // What this client has published itself is shown as it was published.
        if (message.continuity !== 'contiguous' || message.source === 'local') continue
        const truth = server.textAt(message.id, message.version)
        if (message.text !== truth) fail(`${message.id} shows ${quote(message.text)}, the server held ${quote(truth)}`, event)
      }
    }
  })
}

/** 4. A gapped response never grows by append. */
export const gapsDoNotGrow: Law = (session) => {
  eachAppend(session, ({ event, before, after }) => {
    const known = selectMessage(before, event.serial)
    if (known?.continuity === 'gapped' && selectMessage(after, event.serial)?.text !== known.text)
      fail('a gapped response grew', event)
  })
}

/** 5. An append changes exactly one message reference. */
export const sharing: Law = (session) => {
  eachAppend(session, ({ event, before, after }) => {
    const known = new Set(selectMessages(before))
    const fresh = selectMessages(after).filter((message) => !known.has(message))
    if (fresh.some(({ id }) => id !== event.serial)) fail('an append changed another message', event)
    if (before === after && fresh.length > 0) fail('the same state shows other messages', event)
  })
}

/** 6. Events of different serials commute. */
export const commutation: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (let i = 1; i < steps.length; i++) {
      const [first, second] = [steps[i - 1]!, steps[i]!]
      if (!isWire(first.event) || !isWire(second.event) || first.event.serial === second.event.serial) continue
      const swapped = reduce(reduce(first.before, second.event), first.event)
      if (shown(swapped) !== shown(second.after)) fail('two events of different messages do not commute', second.event)
    }
  })
}

/** 7. What was followed live equals what history alone gives; splitting and merging appends changes nothing. */
export const liveEqualsHistory: Law = (session) => {
  const { server } = runSession(session)
  const history = foldAll(server.serials.map((serial) => normalise(server.latest(serial), { agent: 'agent', source: 'history' })))
  const whole = follow(server, (entry) => [entry.data])
  const split = follow(server, (entry) => [...entry.data])
  const inHistory = texts(history)
  if (texts(whole) !== inHistory) fail(`live ${texts(whole)} is not history ${inHistory}`)
  if (texts(split) !== inHistory) fail(`split appends ${texts(split)} are not history ${inHistory}`)
}

/** 8. After a newer update or delete no reader can see the old text; a reopened message grows again. */
export const redaction: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, before, after } of steps) {
      if (event.type !== 'replaced' && event.type !== 'deleted') continue
      const known = selectMessage(before, event.serial)
      if (known && event.version <= known.version) continue
      const expected = event.type === 'deleted' ? '' : event.text
      if (selectMessage(after, event.serial)?.text !== expected) fail('the old text can still be seen', event)
      // A late duplicate may find the stream already ahead of it; what it shows is then a gap, and rightly does not grow.
      const record = toJSON(after).records.find(({ id }) => id === event.serial)
      if (event.type === 'deleted' || record?.deliveredVersion !== event.version) continue
      const version = `${event.version}+`
      const grown = reduce(after, { ...event, type: 'appended', version, text: 'more' })
      if (selectMessage(grown, event.serial)?.text !== `${expected}more`) fail('a replaced response does not grow again', event)
    }
  })
}

/** 9. Replaying the log gives the live state, at any point of it; JSON keeps a conversation whole. */
export const replayEqualsLive: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    const log = steps.map(({ event }) => event)
    const middle = Math.floor(steps.length / 2)
    for (const until of [middle, steps.length]) {
      const live = until === 0 ? emptyConversation() : steps[until - 1]!.after
      if (full(replay(log, { until })) !== full(live)) fail(`the replay of ${until} events differs from the live state`)
      const thawed = fromJSON(JSON.parse(JSON.stringify(toJSON(live))))
      if (full(thawed) !== full(live)) fail('JSON did not keep the conversation')
      const rest = log.slice(until, until + 5)
      if (full(replay({ start: thawed, events: rest })) !== full(replay({ start: live, events: rest })))
        fail('a conversation from JSON folds on otherwise')
    }
  })
}

/**
 * 11. The keys in a list are unique, whatever ids were published. A message keeps its key, and a prompt that was shown before
 * it was on the channel keeps it too.
 */
export const keysAreUnique: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, before, after } of steps) {
      const shown = selectMessages(after)
      if (new Set(shown.map(({ key }) => key)).size < shown.length) fail('two messages have the same key', event)
      for (const { id, key } of selectMessages(before)) {
        const now = selectMessage(after, id)
        if (now && now.key !== key) fail(`${id} had the key ${key} and has ${now.key}`, event)
      }
      const arrived = isWire(event) && !selectMessage(before, event.serial) ? selectMessage(after, event.serial) : undefined
      for (const { key } of before.context.pending) {
        if (arrived && !after.context.pending.some((prompt) => prompt.key === key) && arrived.key !== key)
          fail(`a prompt had the key ${key} and has ${arrived.key} on the channel`, event)
      }
    }
  })
}

/** 12. An answer to a prompt that is deleted is over, whatever its agent last said, and in whatever order this is learnt. */
export const deletedPromptsEndAnswers: Law = (session) => {
  eachSubscriber(session, ({ steps }) => {
    for (const { event, after } of steps) {
      for (const { id, replyTo, status, headers } of selectMessages(after)) {
        const prompt = replyTo === undefined ? undefined : selectMessage(after, replyTo)
        if (!prompt || status === 'deleted') continue
        const open = status === 'streaming' || status === 'stalled' || status === 'abandoned'
        if (prompt.status === 'deleted' && open) fail(`${id} is ${status} though its prompt was deleted`, event)
        if (prompt.status !== 'deleted' && status === 'cancelled' && headers['status'] !== 'cancelled')
          fail(`${id} is cancelled though its prompt is there`, event)
      }
    }
  })
}

/** 10. Hostile input is ignored with a reason and never throws. */
export function hostileInputIsIgnored(raw: unknown): void {
  for (const source of ['live', 'history', 'rewind', 'cache'] as const) {
    const event = normalise(raw, { source })
    if (event.type === 'ignored' && event.reason === '') fail('ignored without a reason', event)
    const before = emptyConversation()
    const after = reduce(before, event)
    if (event.type === 'ignored' && after !== before) fail('an ignored event changed the state', event)
  }
}

function eachSubscriber(session: Session, check: (subscriber: Subscriber, server: ServerModel) => void): void {
  const { server, subscribers } = runSession(session)
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
function follow(server: ServerModel, pieces: (entry: { data: string }) => readonly string[]): Conversation {
  const raws = server.stream.flatMap((entry): readonly RawMessage[] => {
    if (entry.action !== 'message.append') return [{ ...entry.full, action: entry.action }]
    const parts = pieces(entry)
    // Versions of the pieces order like the pieces, the last being the append's own.
    return (parts.length === 0 ? [''] : parts).map((data, index, all) => {
      const version =
        index === all.length - 1
          ? entry.full.version
          : { ...entry.full.version, serial: before(entry.full.version.serial, index) }
      return { ...entry.full, action: 'message.append', data, version }
    })
  })
  // A soft delete hides text that an append brings back; only a full version can tell, as after any gap.
  const state = foldAll([
    { type: 'channel', state: 'attaching' },
    { type: 'channel', state: 'attached', resumed: false },
    ...raws.map((raw) => normalise(raw, { agent: 'agent' })),
  ])
  return foldAll(
    state.context.behind.map((serial) => normalise(server.latest(serial), { agent: 'agent', source: 'history' })),
    state,
  )
}

/** A version just before `serial`: a shorter string of the same prefix is less, and longer counters order among themselves. */
function before(serial: string, index: number): string {
  return `${serial.slice(0, -1)}${String.fromCodePoint(serial.codePointAt(serial.length - 1)! - 1)}${String(index).padStart(6, '0')}`
}

function foldAll(events: readonly ConversationEvent[], initial = emptyConversation()): Conversation {
  return events.reduce(reduce, initial)
}

function sameAsServer(state: Conversation, server: ServerModel): void {
  for (const serial of server.serials) {
    const raw = server.latest(serial)!
    const message = selectMessage(state, serial)
    const text = raw.action === 'message.delete' ? '' : (raw.data ?? '')
    if (message?.text !== text) fail(`${serial} shows ${quote(message?.text)}, the server holds ${quote(text)}`)
    if (!agrees(message, raw, server))
      fail(`${serial} is ${message.status}, the server says ${raw.action} ${raw.extras.headers['status']}`)
  }
}

/** A prompt's deletion ends its answer. Silence may turn what the server calls streaming into stalled, abandoned or assumed complete; nothing else may differ. */
function agrees(message: Message, raw: RawMessage, server: ServerModel): boolean {
  if (raw.action === 'message.delete') return message.status === 'deleted'
  const status = raw.extras.headers['status']
  if (status === undefined) return message.status === 'streaming' || message.status === 'complete'
  const deleted = server.latest(raw.extras.headers['reply-to'] ?? '')?.action === 'message.delete'
  if (status === 'streaming' && deleted) return message.status === 'cancelled'
  if (status === 'streaming') return ['streaming', 'stalled', 'abandoned'].includes(message.status)
  return message.status === status
}

function isWire(event: ConversationEvent): event is WireEvent {
  return ['created', 'appended', 'replaced', 'deleted', 'snapshot'].includes(event.type)
}

function isLocal(event: WireEvent): boolean {
  return event.type === 'snapshot' && event.source === 'local'
}

function texts(state: Conversation): string {
  return JSON.stringify(selectMessages(state).map(({ id, text, status }) => [id, text, status]))
}

/** Without keys: of two messages under one id the first to arrive has it for its key, and keeps it. */
function shown(state: Conversation): string {
  return JSON.stringify({
    messages: selectMessages(state).map(({ key: _key, ...message }) => message),
    open: state.context.open.toSorted(),
    behind: state.context.behind.toSorted(),
  })
}

/** The whole state, in an order of keys that does not depend on how it was made. */
function full(state: Conversation): string {
  return JSON.stringify(
    {
      ...toJSON(state),
      open: state.context.open.toSorted(),
      behind: state.context.behind.toSorted(),
    },
    sortKeys,
  )
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function quote(text: string | undefined): string {
  return JSON.stringify(text) ?? 'nothing'
}

function fail(what: string, event?: ConversationEvent): never {
  throw new Error(event ? `${what}: ${JSON.stringify(event)}` : what)
}
