import { continues } from './continuation.ts'
import type { Conversation } from './conversation.ts'
import { inContext } from './conversation.ts'
import type { Appended, Phase, Snapshot, WireEvent } from './event.ts'
import { finishOf } from './finish-reason.ts'
import { stepContinuity, stepStatus } from './lifecycle.ts'
import { echoOf, withKey } from './keys.ts'
import type { Continuity, Headers, Message, MessageStatus } from './message.ts'
import { find, hotIndex, list, put, putHot } from './messages.ts'

type Full = Exclude<WireEvent, Appended>

const noHeaders: Headers = {}

/**
 * Folds one version of one message. Two positions decide: `version` is that of the text shown, `live` the last one this
 * attachment delivered. Where they are the same the text is exactly the stream's, and an append extends it; nowhere else.
 */
export function foldVersion(state: Conversation, event: WireEvent): Conversation {
  if (event.revises && !find(state.messages, event.serial)) return state
  return event.type === 'appended' ? foldAppend(state, event) : foldFull(state, event)
}

function foldFull(before: Conversation, event: Full): Conversation {
  const message = find(before.messages, event.serial)
  const prompt = echoOf(before, event, message)
  // A prompt that the channel has is not pending any more.
  const state = prompt ? inContext(before, { pending: before.context.pending.filter((other) => other !== prompt) }) : before
  switch (event.type) {
    case 'snapshot':
      if (message && !isNews(message, event)) return state
      return keep(state, message, whole(state, message, event, message?.live, prompt))
    case 'created':
    case 'replaced':
    case 'deleted': {
      if (message && !isNewer(message, event)) return reach(state, message, event.version)
      const passed = message?.live !== undefined && message.live > event.version
      return keep(state, message, whole(state, message, event, passed ? message.live : event.version, prompt))
    }
    default:
      return event satisfies never
  }
}

/** What this client has published gives way to what the service holds of it: times, headers, author. */
function isNewer(message: Message, event: Full): boolean {
  if (event.version > message.version) return true
  const local = event.type === 'snapshot' && event.source === 'local'
  return message.source === 'local' && !local && event.version === message.version
}

function foldAppend(state: Conversation, event: Appended): Conversation {
  const { messages, context } = state
  const at = hotIndex(messages.hot, event.serial)
  const message = at >= 0 ? messages.hot[at] : find(messages, event.serial)
  if (!message) return keep(state, undefined, orphan(state, event))
  // A deleted text is hidden, not empty on the server: what an append makes of it only a full version can say.
  const follows = event.version > message.version && message.live === message.version && message.status !== 'deleted'
  if (!follows) return reach(state, message, event.version)
  const next = extend(message, event, context.now)
  // The hot path: nothing but text and position moved, so nothing around the messages can have changed.
  if (at >= 0 && next.status === message.status && samePlace(message, next)) {
    return { messages: putHot(messages, at, next), context }
  }
  return keep(state, message, next)
}

/** Whether a message is still the same part of the same, as its headers say. */
function samePlace({ headers: a }: Message, { headers: b }: Message): boolean {
  // Written out: a name that is not known before costs more than the rest of an append.
  return (
    a === b ||
    (a['continues'] === b['continues'] &&
      a['part-of'] === b['part-of'] &&
      a['part'] === b['part'] &&
      a['step'] === b['step'] &&
      a['attempt'] === b['attempt'])
  )
}

/** Whether a snapshot tells anything. The stream of a contiguous response gets there by itself, unless the response has ended. */
function isNews(message: Message, event: Snapshot): boolean {
  if (!isNewer(message, event)) return false
  if (message.source === 'local') return true
  const follows = message.live === message.version
  return !follows || event.deleted || (event.phase !== undefined && event.phase !== 'streaming')
}

/** The stream is at `version`, which brings no newer text: it may have reached the text shown, or passed it. */
function reach(state: Conversation, message: Message, version: string): Conversation {
  if (version < message.version || (message.live !== undefined && version <= message.live)) return state
  const continuity = stepContinuity(message.continuity, version === message.version ? 'stream.based' : 'stream.lost')
  return keep(state, message, { ...message, live: version, continuity, heardAt: state.context.now })
}

function extend(message: Message, event: Appended, heardAt: number): Message {
  const { headers = message.headers } = event
  const marked = event.headers ? headers['status'] !== undefined : message.marked
  // Written out: spreading a message of this size costs more than all the rest of an append.
  return {
    id: message.id,
    key: message.key,
    role: message.role,
    text: message.text + event.text,
    status: statusAfter(message.status, phaseOf(event, headers)),
    continuity: message.continuity,
    source: message.source,
    replyTo: headers['reply-to'],
    clientId: message.clientId,
    error: errorOf(message.role, headers),
    finish: finishOf(headers),
    createdAt: message.createdAt,
    updatedAt: event.at,
    version: event.version,
    headers,
    live: event.version,
    heardAt,
    marked,
  }
}

/** The message that a full version makes, on top of what was known. @param prompt the pending prompt that it is the echo of */
function whole(
  state: Conversation,
  known: Message | undefined,
  event: Full,
  live: string | undefined,
  prompt?: Message,
): Message {
  const { headers = known?.headers ?? noHeaders } = event
  const snapshot = event.type === 'snapshot'
  const role = known && known.source !== 'local' ? known.role : event.role
  const deleted = snapshot ? event.deleted : event.type === 'deleted'
  const status = statusAfter(known?.status ?? 'streaming', deleted ? 'deleted' : phaseOf(event, headers))
  const based = status !== 'streaming' || live === event.version
  return {
    id: event.serial,
    key: known?.key ?? prompt?.key ?? keyOf(event),
    role,
    text: deleted ? '' : event.text,
    status,
    continuity: stepContinuity(known?.continuity ?? 'contiguous', based ? 'stream.based' : 'stream.lost'),
    source: snapshot ? event.source : 'live',
    replyTo: headers['reply-to'],
    clientId: event.clientId ?? known?.clientId,
    // That no agent could be asked is known here, and the echo does not take it back.
    error: errorOf(role, headers) ?? (known?.source === 'local' ? known.error : undefined),
    finish: finishOf(headers),
    createdAt: event.createdAt,
    updatedAt: event.at,
    version: event.version,
    headers,
    live,
    heardAt: snapshot && event.source !== 'local' ? (known?.heardAt ?? 0) : state.context.now,
    marked: headers['status'] !== undefined,
  }
}

/** A prompt is known by the id that its publisher chose; who chooses the serial of a message does not get its key, which must be one. */
function keyOf({ role, messageId, serial }: Full): string {
  return role === 'user' && messageId !== undefined && !/^\d+-\d+@.*:\d+$/.test(messageId) ? messageId : serial
}

/** An increment of a message never seen whole: shown as a gap until a full version comes. */
function orphan(state: Conversation, event: Appended): Message {
  const nothing = whole(state, undefined, { ...event, type: 'created', text: '', version: '' }, event.version)
  return { ...nothing, status: 'streaming', continuity: 'gapped' satisfies Continuity, error: undefined, finish: undefined }
}

/** Puts `changed` in the place of `known`, with a key of its own, and keeps what is derived from it. */
function keep(state: Conversation, known: Message | undefined, changed: Message): Conversation {
  const { messages, context } = state
  const sameWhole = known && (!context.wholes || known.headers['part-of'] === changed.headers['part-of'])
  const keyed = sameWhole ? changed : withKey(state, changed)
  const next = isWithdrawn(state, keyed) ? ({ ...keyed, status: 'cancelled' } satisfies Message) : keyed
  // Parts of a whole are open as it is, not each for itself.
  const open = context.wholes ? member(context.open, next.id, isOpen(next)) : moved(context.open, next, known, isOpen)
  const behind = moved(context.behind, next, known, isBehind)
  const parts = moved(context.parts, next, known, isPart)
  const same = open === context.open && behind === context.behind && parts === context.parts
  const alone = { messages: put(messages, next), context: same ? context : { ...context, open, behind, parts } }
  const kept = context.wholes ? context.wholes.settle(alone, next, known) : alone
  const turned = next.role === 'user' && (next.status === 'deleted') !== (known?.status === 'deleted')
  return turned ? tellAnswers(kept, next) : kept
}

/** Whether the prompt of an answer that has not ended was deleted: then nobody writes on at it, and it is over. */
function isWithdrawn(state: Conversation, message: Message): boolean {
  const { replyTo, headers } = message
  if (replyTo === undefined || !isUnended(message)) return false
  const { messages, context } = state
  // A part of a whole may name its prompt by its key.
  const named = headers['part-of'] === undefined ? undefined : context.wholes?.prompt(messages, replyTo)
  const prompt = find(messages, replyTo) ?? (named === undefined ? undefined : find(messages, named))
  return prompt?.role === 'user' && prompt.status === 'deleted'
}

/** The answers to a prompt that was deleted, or is back: what their author last said holds again. */
function tellAnswers(state: Conversation, { id, key }: Message): Conversation {
  const names = (message: Message) => (message.headers['part-of'] !== undefined && state.context.wholes ? [id, key] : [id])
  return list(state.messages).reduce((next, message) => {
    const { role, replyTo, status, headers } = message
    if (role !== 'assistant' || replyTo === undefined || !names(message).includes(replyTo)) return next
    const ended = status === 'cancelled' && headers['status'] !== 'cancelled'
    return isUnended(message) || ended ? keep(next, message, ended ? { ...message, status: 'streaming' } : message) : next
  }, state)
}

function isUnended({ role, status }: Message): boolean {
  return role === 'assistant' && (status === 'streaming' || status === 'stalled' || status === 'abandoned')
}

/** A set of serials after a message has changed; looked into only where the message's place in it has. */
function moved(
  set: readonly string[],
  next: Message,
  known: Message | undefined,
  belongs: (message: Message) => boolean,
): readonly string[] {
  const now = belongs(next)
  if (now === (known !== undefined && belongs(known))) return set
  return now ? [...set, next.id] : member(set, next.id, false)
}

function isPart(message: Message): boolean {
  return continues(message) !== undefined
}

/** A response whose end has not been seen, and may still be. */
export function isOpen({ role, status }: Message): boolean {
  return role === 'assistant' && (status === 'streaming' || status === 'stalled')
}

/** The stream has passed the text shown, so no append can mend it. */
export function isBehind(message: Message): boolean {
  return message.live !== undefined && message.live > message.version
}

export function member(set: readonly string[], serial: string, belongs: boolean): readonly string[] {
  const at = set.indexOf(serial)
  if (at >= 0 === belongs) return set
  return belongs ? [...set, serial] : set.toSpliced(at, 1)
}

/** The machine is asked only when its state can change: a streaming response goes on streaming a thousand times. */
function statusAfter(status: MessageStatus, phase: Phase | 'deleted'): MessageStatus {
  return status === phase || status === 'sending' ? status : stepStatus(status, `version.${phase}`)
}

/** How a version says its response stands; where it does not, as the headers that the service carries over say. */
function phaseOf(event: WireEvent, headers: Message['headers']): Phase {
  if (event.phase) return event.phase
  const status = event.headers ? undefined : headers['status']
  return status === 'complete' || status === 'cancelled' || status === 'failed' ? status : 'streaming'
}

/** A user’s message has no failure of its own on the channel, whatever its headers claim. */
function errorOf(role: Message['role'], headers: Message['headers']): string | undefined {
  return role === 'assistant' && headers['status'] === 'failed' ? headers['error'] : undefined
}
