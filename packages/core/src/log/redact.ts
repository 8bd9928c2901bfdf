import type { Conversation } from '../fold/conversation.ts'
import { emptyConversation } from '../fold/conversation.ts'
import type { Answer, AnswerDraft, PendingAnswer } from '../protocol/answer.ts'
import type { ConversationEvent } from '../protocol/event.ts'
import { fromJSON, toJSON } from './json.ts'
import type { Arrival, Log } from './log.ts'
import { checkLog } from './log.ts'
import type { MessageRecord } from '../fold/record.ts'
import { reservedHeaders } from '../protocol/fields.ts'
import type { Headers } from '../protocol/message-types.ts'
import { find } from '../fold/record-list.ts'
import { isAsked } from '../messages/part-index.ts'
import { mayDecide } from '../messages/decisions.ts'
import { selectMessage } from '../messages/select-messages.ts'
import { inputHash } from '../protocol/input-hash.ts'
import { reduce } from '../fold/reduce.ts'
import type { PromptFile } from '../protocol/prompt-file.ts'
import { readTraceparent } from '../protocol/traceparent.ts'
import { isObject } from '../shared/json.ts'
import type { FramesRedactor } from './redact-frames.ts'
import { createFramesRedactor, redactJson } from './redact-frames.ts'

/** Of the reserved headers only `error` has contents, and `saw` is a hash of contents. Anybody may write anything into `traceparent`. */
const kept = (header: string, value: unknown): boolean =>
  reservedHeaders.has(header) &&
  header !== 'error' &&
  header !== 'saw' &&
  (header !== 'traceparent' || readTraceparent(value) === value)
/** Texts of a delivered message that say what and where, but have no contents. Times are numbers, which stay anyway. */
const envelope = new Set(['serial', 'action', 'id', 'connectionId', 'name', 'encoding'])

/**
 * Removes all contents from a log: every text keeps its length, so the log folds in the same way. Serials, versions, times, message ids and
 * the names of agents stay; every other client id becomes `reader-1`, `reader-2` and so on.
 */
export function redactLog(log: Log): Log {
  checkLog(log, 'redact')
  const name = namer(log)
  const redact = redactorOf(log.start, name)
  return { ...log, start: redactConversation(log.start, name), ...redact(log) }
}

/** Events of a log, and how they arrived. */
export type LogPiece = Pick<Log, 'events' | 'arrivals'>

/**
 * Redacts a log piece by piece, as it is recorded: see `redactLog`. Every client id keeps one replacement throughout.
 *
 * @param start the conversation before the first event
 */
export function createLogRedactor(start: Conversation = emptyConversation()): (piece: LogPiece) => LogPiece {
  return redactorOf(start, namer({ start, events: [] }))
}

function redactorOf(start: Conversation, name: Namer): (piece: LogPiece) => LogPiece {
  const redactText = textRedactor(start)
  return ({ events, arrivals }) => {
    const texts = events.map((event) => redactText.text(event))
    const redacted = events.map((event, at) => {
      name.meet(event)
      const stamped = event.type === 'answer' ? stamp(event, redactText.state()) : event
      return redactEvent(stamped, texts[at]!, name) // As many as events.
    })
    return {
      events: redacted,
      ...(arrivals && { arrivals: arrivals.map((arrival, at) => redactArrival(arrival, events[at], redacted[at], name)) }),
    }
  }
}

/**
 * Redacts the texts of events, in their order. A text with frames keeps them, so its parts keep their kinds and states. It is given the other events,
 * too: after a gap in the stream, the fold does not use an increment.
 */
function textRedactor(start: Conversation): {
  readonly text: (event: ConversationEvent) => string
  readonly state: () => Conversation
} {
  let state = start
  const redactors = new Map<string, FramesRedactor>()
  const text = (event: ConversationEvent): string => {
    if ('call' in event) return redactAnswer(event)
    const { records } = state
    state = reduce(state, event)
    if (!('text' in event)) return ''
    if (!('version' in event)) return blank(event.text)
    const before = find(records, event.serial)
    const after = find(state.records, event.serial)
    if (event.type !== 'appended') {
      const format = event.fields ? event.fields.format : before?.format
      if (!format) return blank(event.text)
      const redactor = createFramesRedactor(event.role)
      if (after?.text === event.text) redactors.set(event.serial, redactor)
      return redactor.redact(event.text)
    }
    // An increment that the fold does not use is read by nobody, and where it belongs is not known.
    const isUsed = before && after?.frames && after.text.length === before.text.length + event.text.length
    if (!isUsed) return blank(event.text)
    let redactor = redactors.get(event.serial)
    if (redactor?.length !== before.text.length) {
      redactors.set(event.serial, (redactor = createFramesRedactor(before.role)))
      redactor.redact(before.text)
    }
    return redactor.redact(event.text)
  }
  return { text, state: () => state }
}

/**
 * The answer with what its redaction would hide: whether its author is among those who are asked, and whether it is about the input that was shown.
 * Where the call is not known, it is taken to be.
 *
 * @param state the conversation as far as it is known
 */
function stamp<Any extends Answer>(answer: Any, state: Conversation): Any {
  const message = selectMessage(state, answer.target)
  const call = message?.parts.filter(isAsked).find(({ toolCallId }) => toolCallId === answer.call)
  const { saw } = answer
  if (!call) return { ...answer, saw: blank(saw), matches: answer.matches ?? true }
  const { of } = call.wanted ?? call.approval ?? {}
  const permitted = of ? mayDecide(call, undefined, answer.clientId, answer.permitted) : answer.permitted
  return {
    ...answer,
    saw: blank(saw),
    matches: answer.matches ?? saw === inputHash(call.input),
    ...(permitted !== undefined && { permitted }),
  }
}

/** An output stays JSON of the same shape; the other kinds keep the names of their fields. */
function redactAnswer({ kind, text }: Pick<AnswerDraft, 'kind' | 'text'>): string {
  return redactJson(text, kind !== 'output')
}

function redactData(text: string, { format, role }: MessageRecord): string {
  return format ? createFramesRedactor(role).redact(text) : blank(text)
}

/** A delivered message has the text of its event. */
function redactArrival(
  arrival: Arrival | undefined,
  event: ConversationEvent | undefined,
  redacted: ConversationEvent | undefined,
  name: Namer,
): Arrival | undefined {
  if (!arrival || !('raw' in arrival)) return arrival
  const raw = redactRaw(arrival.raw, name)
  const same = isObject(arrival.raw) && event && 'text' in event && arrival.raw['data'] === event.text
  const text = redacted && 'text' in redacted ? redacted.text : ''
  return { at: arrival.at, raw: same && isObject(raw) ? { ...raw, data: text } : raw }
}

interface Namer {
  /** The name in the place of a client id. */
  (clientId: string): string
  /** Learns from an event who is an agent. */
  readonly meet: (event: ConversationEvent) => void
}

/** Agents keep their client ids, because a bug often depends on which of several agents wrote a message. */
function namer({ start, events }: Pick<Log, 'start' | 'events'>): Namer {
  const { records, pending } = toJSON(start)
  const agents = new Set<string | undefined>()
  const readers = new Map<string, string>()
  const meet = (author: object): void => {
    if ('role' in author && author.role === 'assistant' && 'clientId' in author) agents.add(author.clientId as string | undefined) // Of a message.
  }
  for (const author of [...records, ...pending, ...events]) meet(author)
  const name = (clientId: string): string => {
    if (agents.has(clientId)) return clientId
    const known = readers.get(clientId) ?? `reader-${readers.size + 1}`
    readers.set(clientId, known)
    return known
  }
  return Object.assign(name, { meet })
}

function redactConversation(state: Conversation, name: Namer): Conversation {
  const json = toJSON(state)
  const { channel, connection } = json.rest
  return fromJSON({
    ...json,
    records: json.records.map((record) => redactRecord(record, name)),
    pending: json.pending.map((record) => redactRecord(record, name)),
    rest: {
      ...json.rest,
      answers: json.rest.answers.map((answer) => redactOwn(stamp(answer, state), name)),
      pendingAnswers: json.rest.pendingAnswers.map((answer) => redactOwn({ ...answer, saw: blank(answer.saw) }, name)),
      channel: { ...channel, error: maybe(blank, channel.error) },
      connection: { ...connection, error: maybe(blank, connection.error) },
    },
  })
}

function redactOwn<Any extends PendingAnswer | Answer>(answer: Any, name: Namer): Any {
  const { clientId } = answer
  return { ...answer, text: redactAnswer(answer), ...(clientId !== undefined && { clientId: name(clientId) }) }
}

/** Each further field with contents must be blanked here and in `redactEvent`: all others are copied as they are. */
function redactRecord(record: MessageRecord, name: Namer): MessageRecord {
  return {
    ...record,
    text: redactData(record.text, record),
    ...(record.doubted && { doubted: { ...record.doubted, text: redactData(record.doubted.text, record) } }),
    error: maybe(blank, record.error),
    clientId: maybe(name, record.clientId),
    headers: redactHeaders(record.headers),
  }
}

function redactEvent(event: ConversationEvent, text: string, name: Namer): ConversationEvent {
  return {
    ...event,
    ...('text' in event && { text }),
    ...('files' in event && event.files && { files: event.files.map(redactFile) }),
    ...('headers' in event && event.headers && { headers: redactHeaders(event.headers) }),
    ...('fields' in event && event.fields && { fields: { ...event.fields, error: maybe(blank, event.fields.error) } }),
    ...('clientId' in event && event.clientId !== undefined && { clientId: name(event.clientId) }),
    ...(event.type === 'answer-sent' && { saw: blank(event.saw) }),
    ...('error' in event && event.error !== undefined && { error: blank(event.error) }),
  }
}

function redactFile({ url, mediaType, name, alt }: PromptFile): PromptFile {
  return {
    url: blank(url),
    mediaType,
    ...(name !== undefined && { name: blank(name) }),
    ...(alt !== undefined && { alt: blank(alt) }),
  }
}

function redactHeaders(headers: Partial<Headers>): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([key, value = '']) => [key, kept(key, value) ? value : blank(value)] as const),
  )
}

function redactRaw(raw: unknown, name: Namer): unknown {
  if (typeof raw !== 'object' || raw === null) return blankAll(raw)
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => {
      if (key === 'clientId') return [key, typeof value === 'string' ? name(value) : value] as const
      if (key === 'version') return [key, redactVersion(value, name)] as const
      if (key === 'extras') return [key, redactExtras(value)] as const
      return [key, envelope.has(key) ? value : blankAll(value)] as const
    }),
  )
}

/** A version's author and description are contents too; `phase` marks an end, `len` is a length, and both stay. */
function redactVersion(version: unknown, name: Namer): unknown {
  if (typeof version !== 'object' || version === null) return blankAll(version)
  return Object.fromEntries(
    Object.entries(version).map(([key, value]) => {
      if (key === 'clientId') return [key, typeof value === 'string' ? name(value) : value] as const
      if (key === 'metadata' && typeof value === 'object' && value !== null) return [key, redactMetadata(value)] as const
      return [key, key === 'serial' ? value : blankAll(value)] as const
    }),
  )
}

function redactMetadata(metadata: object): object {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, isMark(key, value) ? value : blankAll(value)] as const),
  )
}

/** The end of a response, or a length. Another value may be anything. */
function isMark(key: string, value: unknown): boolean {
  return (key === 'phase' && value === 'done') || (key === 'len' && /^\d{1,9}$/.test(String(value)))
}

function redactExtras(extras: unknown): unknown {
  if (typeof extras !== 'object' || extras === null || !('headers' in extras)) return blankAll(extras)
  const { headers, ...rest } = extras
  const flat = typeof headers === 'object' && headers !== null ? headers : {}
  const strings = Object.entries(flat).map(([key, value]) => [key, kept(key, value) ? value : blankAll(value)] as const)
  return { ...(blankAll(rest) as object), headers: Object.fromEntries(strings) } // blankAll keeps an object an object.
}

/** Blanks every string in JSON; field names stay. */
function blankAll(value: unknown): unknown {
  if (typeof value === 'string') return blank(value)
  if (Array.isArray(value)) return value.map(blankAll)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, blankAll(inner)] as const))
}

/** A text of the same length. */
function blank(text: string): string {
  return '·'.repeat(text.length)
}

function maybe<To>(change: (value: string) => To, value: string | undefined): To | undefined {
  return value === undefined ? undefined : change(value)
}
