import type { Conversation } from './conversation.ts'
import type { Appended, Snapshot, WireEvent } from './event.ts'
import type { Lifecycle } from './lifecycle.ts'
import { step } from './lifecycle.ts'
import type { Headers, Message, ResponseStatus } from './message.ts'
import { find, put } from './messages.ts'

const noHeaders: Headers = {}

/**
 * Folds one version of one message. Two positions decide: `version` is that of the text shown, `live` the last one this
 * attachment delivered. Where they are the same the text is exactly the stream's, and an append extends it; nowhere else.
 */
export function foldVersion(state: Conversation, event: WireEvent): Conversation {
  const message = find(state.messages, event.serial)
  switch (event.type) {
    case 'appended':
      return message ? foldAppend(state, message, event) : store(state, undefined, orphan(state, event))
    case 'snapshot':
      return message ? foldSnapshot(state, message, event) : store(state, undefined, full(state, undefined, event))
    case 'created':
    case 'replaced':
    case 'deleted':
      if (!message || event.version > message.version) return store(state, message, full(state, message, event))
      return advance(state, message, event.version)
    default:
      return event satisfies never
  }
}

function foldAppend(state: Conversation, message: Message, event: Appended): Conversation {
  if (event.version <= message.version) return advance(state, message, event.version)
  // A deleted text is hidden, not empty on the server: what an append makes of it only a full version can say.
  if (message.live !== message.version || message.status === 'deleted') return advance(state, message, event.version)
  const { status } = message
  const streams = event.phase === 'streaming' || (event.phase === undefined && !message.marked)
  const extended = {
    ...message,
    text: message.text + event.text,
    version: event.version,
    live: event.version,
    updatedAt: event.at,
    heardAt: state.now,
  }
  if (event.headers) Object.assign(extended, fromHeaders(event.headers))
  if (status === 'streaming' && streams) return { ...state, messages: put(state.messages, extended) }
  return store(state, message, live(extended, event))
}

function foldSnapshot(state: Conversation, message: Message, event: Snapshot): Conversation {
  if (event.version <= message.version) return state
  // The stream of a contiguous response gets there by itself; taking the snapshot could only put the text ahead of it.
  const ends = event.deleted || (event.phase !== undefined && event.phase !== 'streaming')
  if (message.continuity === 'contiguous' && message.live === message.version && !ends) return state
  return store(state, message, full(state, message, event))
}

/** The stream is at `version`, which brings no newer text: it may have reached the text shown, or passed it. */
function advance(state: Conversation, message: Message, version: string): Conversation {
  if (version < message.version || (message.live !== undefined && version <= message.live)) return state
  const reached = version === message.version ? 'stream.based' : 'stream.lost'
  return store(state, message, { ...message, live: version, ...step(lifecycleOf(message), reached), heardAt: state.now })
}

/** The message that a full version makes, on top of what was known. */
function full(state: Conversation, known: Message | undefined, event: Exclude<WireEvent, Appended>): Message {
  const delivered = event.type !== 'snapshot'
  const position = delivered ? later(known?.live, event.version) : known?.live
  const deleted = event.type === 'deleted' || (event.type === 'snapshot' && event.deleted)
  const message: Message = {
    id: event.serial,
    key: known?.key ?? (event.role === 'user' ? (event.messageId ?? event.serial) : event.serial),
    role: known?.role ?? event.role,
    text: deleted ? '' : event.text,
    status: known?.status ?? 'streaming',
    continuity: known?.continuity ?? 'contiguous',
    source: event.type === 'snapshot' ? event.source : 'live',
    replyTo: known?.replyTo,
    clientId: event.clientId ?? known?.clientId,
    error: undefined,
    createdAt: event.createdAt,
    updatedAt: event.at,
    version: event.version,
    headers: known?.headers ?? noHeaders,
    live: position,
    heardAt: delivered ? state.now : (known?.heardAt ?? 0),
    marked: known?.marked ?? false,
    ...(event.headers && fromHeaders(event.headers)),
  }
  return deleted
    ? { ...message, error: undefined, ...step(lifecycleOf(message), 'version.deleted'), continuity: 'contiguous' }
    : live(message, event)
}

/** Lets the lifecycle follow a version that was taken. */
function live(message: Message, event: WireEvent): Message {
  const phase = event.phase ?? (message.marked ? (knownPhase(message.headers) ?? 'streaming') : 'streaming')
  const { status } = step(lifecycleOf(message), `version.${phase}`)
  const whole = status !== 'streaming' || message.live === message.version
  return { ...message, ...step({ status, continuity: message.continuity }, whole ? 'stream.based' : 'stream.lost') }
}

/** An increment of a message never seen whole: shown as a gap until a full version comes. */
function orphan(state: Conversation, event: Appended): Message {
  return {
    id: event.serial,
    key: event.serial,
    role: event.role,
    text: '',
    status: 'streaming',
    continuity: 'gapped',
    source: 'live',
    replyTo: undefined,
    clientId: event.clientId,
    error: undefined,
    createdAt: event.createdAt,
    updatedAt: event.at,
    version: '',
    headers: noHeaders,
    live: event.version,
    heardAt: state.now,
    marked: false,
    ...(event.headers && fromHeaders(event.headers)),
  }
}

function fromHeaders(headers: Headers): Pick<Message, 'headers' | 'replyTo' | 'error' | 'marked'> {
  return {
    headers,
    replyTo: headers['reply-to'],
    error: headers['status'] === 'failed' ? headers['error'] : undefined,
    marked: headers['status'] !== undefined,
  }
}

/** Puts `next` in the place of `known` and keeps the sets that are derived from it. */
function store(state: Conversation, known: Message | undefined, next: Message): Conversation {
  const pending = known ? state.pending : state.pending.filter(({ key }) => key !== next.key)
  return {
    ...state,
    messages: put(state.messages, next),
    pending: pending.length === state.pending.length ? state.pending : pending,
    open: member(state.open, next.id, next.role === 'assistant' && (next.status === 'streaming' || next.status === 'stalled')),
    behind: member(state.behind, next.id, isBehind(next)),
  }
}

/** The stream has passed the text shown, so no append can mend it. */
export function isBehind(message: Message): boolean {
  return message.continuity === 'gapped' && message.live !== undefined && message.live > message.version
}

export function member(set: readonly string[], serial: string, belongs: boolean): readonly string[] {
  if (set.includes(serial) === belongs) return set
  return belongs ? [...set, serial] : set.filter((other) => other !== serial)
}

export function lifecycleOf(message: Message): Lifecycle {
  return message as Lifecycle // `sending` belongs to prompts that are not on the channel; those are never folded.
}

function knownPhase(headers: Headers): ResponsePhase | undefined {
  const status = headers['status']
  return status === 'complete' || status === 'cancelled' || status === 'failed' ? status : undefined
}

type ResponsePhase = Extract<ResponseStatus, 'complete' | 'cancelled' | 'failed'>

function later(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b
}
