import type { ChannelState, ConversationContext } from '../fold/conversation.ts'
import type { Answer, PendingAnswer } from '../protocol/answer.ts'
import type { RefusedMessage } from '../fold/refused-message.ts'
import type { ConversationEvent, RefusedVersion, TurnedVersion, Version } from '../protocol/event.ts'
import type { ConversationJson } from './json.ts'
import { channelTable } from '../fold/machine-tables.ts'
import type { MessageRecord } from '../fold/record.ts'
import type { Fields, Placement } from '../protocol/fields.ts'
import type { PromptFile } from '../protocol/prompt-file.ts'
import { isObject } from '../shared/json.ts'

/** Whether a value read from JSON has the expected form. */
type Shape = (value: unknown) => boolean

/** A shape for each field of a type: a field that is added to the type does not compile until it is listed here. */
type ShapesOf<T> = { readonly [Field in Exclude<keyof T, 'type'>]-?: Shape }

/** The last millisecond of the year 9999: a date can show it in every time zone. */
const lastTime = 253_402_300_799_999

const text: Shape = (value) => typeof value === 'string'
const flag: Shape = (value) => typeof value === 'boolean'
const number: Shape = (value) => Number.isFinite(value)
const count: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= lastTime
const time: Shape = (value) => number(value) && (value as number) >= 0 && (value as number) <= lastTime
const oneOf =
  (...texts: readonly string[]): Shape =>
  (value) =>
    texts.includes(value as string)
const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value)
const nullable =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value)
const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape)
const valuesOf =
  (shape: Shape): Shape =>
  (value) =>
    isObject(value) && Object.values(value).every(shape)
const shaped =
  <T = Readonly<Record<string, unknown>>>(shapes: ShapesOf<T>): Shape =>
  (value) =>
    isObject(value) && wrongField(value, shapes) === undefined

const role = oneOf('user', 'assistant')
const headers = valuesOf(text)

const phase = oneOf('streaming', 'waiting', 'complete', 'cancelled', 'failed')
const finish = oneOf('stop', 'length', 'content-filter', 'tool-calls', 'error', 'other')

const format = oneOf('parts/1')

const placement = shaped<Placement>({
  continues: optional(text),
  group: optional(text),
  mark: flag,
  step: optional(text),
  attempt: optional(text),
  promptAuthor: optional(text),
  name: optional(text),
  byParent: optional(flag),
})

const branch = { parent: optional(text), edits: optional(text), again: optional(text) }

const fields = shaped<Fields>({
  replyTo: optional(text),
  error: optional(text),
  finish: optional(finish),
  phase: optional(phase),
  into: optional(text),
  ...branch,
  format: optional(format),
  placement: optional(placement),
})

const version: ShapesOf<Version> = {
  serial: text,
  version: text,
  text,
  role,
  phase: optional(phase),
  headers: optional(headers),
  fields: optional(fields),
  clientId: optional(text),
  messageId: optional(text),
  createdAt: time,
  at: time,
  len: optional(time),
  revises: optional(flag),
  permitted: optional(flag),
  mayEdit: optional(flag),
}

const refusedVersion: ShapesOf<RefusedVersion> = { serial: text, version: text, delivered: optional(flag) }

const turnedVersion: ShapesOf<TurnedVersion> = { serial: text, version: text }

const answerDraft = {
  target: text,
  call: text,
  kind: oneOf('approve', 'deny', 'output', 'fault'),
  saw: text,
  text,
}

const answer: ShapesOf<Answer> = {
  ...answerDraft,
  serial: text,
  withdrawn: flag,
  clientId: optional(text),
  messageId: optional(text),
  at: time,
  permitted: optional(flag),
  local: optional(flag),
  matches: optional(flag),
  unbound: optional(flag),
}

const pendingAnswer: ShapesOf<PendingAnswer> = { ...answerDraft, key: text, clientId: optional(text), at: time }

const file: ShapesOf<PromptFile> = { url: text, mediaType: text, name: optional(text), alt: optional(text) }

const events: { readonly [Type in ConversationEvent['type']]: ShapesOf<Extract<ConversationEvent, { type: Type }>> } = {
  created: version,
  appended: version,
  replaced: version,
  deleted: version,
  snapshot: { ...version, source: oneOf('history', 'rewind', 'cache', 'local'), deleted: flag },
  cancel: { target: text, clientId: optional(text), at: time, permitted: optional(flag) },
  answer: { ...answer, turned: optional(shaped<TurnedVersion>(turnedVersion)) },
  'answer-sent': pendingAnswer,
  'answer-failed': { key: text, error: text },
  ignored: {
    reason: text,
    activityOf: optional(text),
    refused: optional(shaped<RefusedVersion>(refusedVersion)),
    changed: optional(text),
    turned: optional(shaped<TurnedVersion>(turnedVersion)),
  },
  'versions-read': { serial: text, upTo: text },
  channel: {
    state: oneOf('attaching', 'attached', 'detached', 'suspended', 'failed'),
    resumed: optional(flag),
    error: optional(text),
    unopened: optional(flag),
  },
  connection: {
    state: oneOf('connecting', 'connected', 'disconnected', 'suspended', 'closed', 'failed'),
    error: optional(text),
    refused: optional(flag),
    retryIn: optional(time),
  },
  history: { state: oneOf('loaded', 'failed', 'older'), hasOlder: optional(flag), error: optional(text) },
  presence: { agents: listOf(text) },
  'prompt-sent': {
    key: text,
    text,
    files: optional(listOf(shaped<PromptFile>(file))),
    clientId: optional(text),
    into: optional(text),
    ...branch,
    mayEdit: optional(flag),
    at: time,
  },
  'prompt-failed': { key: text, error: text },
  'prompt-unanswered': { serial: text, error: optional(text) },
  tick: { now: time, awoke: optional(flag) },
}

const record = shaped<MessageRecord>({
  id: text,
  key: text,
  role,
  text,
  status: oneOf('streaming', 'waiting', 'stalled', 'abandoned', 'complete', 'cancelled', 'failed', 'deleted', 'sending'),
  continuity: oneOf('contiguous', 'gapped'),
  source: oneOf('live', 'history', 'rewind', 'cache', 'local'),
  replyTo: optional(text),
  clientId: optional(text),
  error: optional(text),
  finish: optional(finish),
  into: optional(text),
  ...branch,
  mayEdit: optional(flag),
  createdAt: time,
  updatedAt: time,
  version: text,
  headers,
  placement: optional(placement),
  declaredPhase: optional(phase),
  deliveredVersion: optional(text),
  lastActivityAt: time,
  format: optional(format),
  doubted: optional(shaped<NonNullable<MessageRecord['doubted']>>({ version: text, text })),
  // A log has none: they are read from the text.
  frames: optional(() => false),
})

const place = oneOf(...Object.keys(channelTable))

const conversation = shaped({
  version: (value) => value === 2,
  // JSON writes null for Infinity.
  options: valuesOf((value) => flag(value) || nullable(number)(value)),
  records: (value) => listOf(record)(value) && isOrdered(value as readonly { readonly id: string }[]),
  pending: listOf(record),
  rest: shaped<ConversationJson['rest']>({
    channel: shaped<ChannelState>({
      status: oneOf(...Object.keys(channelTable).map((name) => name.split('.')[0] ?? '')),
      place,
      known: flag,
      attempt: count,
      retryAt: optional(number),
      error: optional(text),
      unopened: optional(flag),
    }),
    connection: shaped<ConversationContext['connection']>({
      state: events.connection.state,
      error: optional(text),
      refused: optional(flag),
      retryAt: optional(number),
    }),
    effects: listOf(shaped({ type: oneOf('fetchHistory'), attempt: count, downTo: optional(text) })),
    agents: optional(listOf(text)),
    // JSON of earlier versions has no answers.
    answers: optional(
      (value) => listOf(shaped(answer))(value) && isOrdered((value as readonly Answer[]).map(({ serial: id }) => ({ id }))),
    ),
    refused: optional(listOf(shaped<RefusedMessage>({ ...refusedVersion, read: optional(flag) }))),
    turned: optional(listOf(shaped<TurnedVersion>(turnedVersion))),
    pendingAnswers: optional(listOf(shaped(pendingAnswer))),
    grouped: flag,
    hasOlder: flag,
    groundlessDoubts: optional(count),
    now: time,
    liveSince: time,
  }),
})

/** Whether a value is a conversation as `toJSON` writes it, all the way down. */
export const isConversationJson = conversation

/** Whether a value is a valid number of events that a limit has folded away. */
export const isEventCount = count

/** Whether a value is a time that a date can show. */
export const isTime = time

/**
 * Makes an event from JSON, with the fields of its type and no others. A value that cannot be folded becomes an `ignored` event with the
 * reason.
 */
export function eventFrom(value: Readonly<Record<string, unknown>>): ConversationEvent {
  const { type } = value
  if (!isType(type)) return { type: 'ignored', reason: 'not an event: its type is not known here' }
  const shapes: Shapes = events[type]
  const wrong = wrongField(value, shapes)
  if (wrong !== undefined) return { type: 'ignored', reason: `not an event: its ${wrong} is not that of an event "${type}"` }
  const known = Object.keys(shapes).filter((name) => Object.hasOwn(value, name))
  // `wrongField` checked each field.
  return { type, ...Object.fromEntries(known.map((name) => [name, value[name]])) } as unknown as ConversationEvent
}

type Shapes = Readonly<Record<string, Shape>>

function isType(type: unknown): type is ConversationEvent['type'] {
  return typeof type === 'string' && Object.hasOwn(events, type)
}

function wrongField(value: Readonly<Record<string, unknown>>, shapes: Shapes): string | undefined {
  return Object.keys(shapes).find((name) => !shapes[name]?.(Object.hasOwn(value, name) ? value[name] : undefined))
}

/** Whether records are sorted by serial without duplicates, as binary search requires. */
function isOrdered(records: readonly { readonly id: string }[]): boolean {
  return records.every(({ id }, index) => index === 0 || records[index - 1]!.id < id)
}
