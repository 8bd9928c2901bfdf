import type { Conversation } from './conversation.ts'
import { checksLengths, inContext } from './conversation.ts'
import type { Appended, Snapshot, WireEvent } from '../protocol/event.ts'
import type { Fields, Placement } from '../protocol/fields.ts'
import type { Frames } from '../protocol/frames.ts'
import { escapeBody, growFrames, readFrames } from '../protocol/frames.ts'
import { withdrawn } from './fold-answer.ts'
import { isCalled, isContested, isPlaced, nameOfPrompt, promptsNamed } from './groups.ts'
import { settleGroups } from './fold-group.ts'
import { stepContinuity, stepStatus } from './lifecycle.ts'
import type { Continuity, MessageStatus, Phase } from '../protocol/message.ts'
import type { Headers } from '../protocol/message-types.ts'
import type { MessageRecord } from './record.ts'
import type { Records } from './record-list.ts'
import { echoOf, withKey } from './keys.ts'
import { find, list, put, putRecent, recentIndex } from './record-list.ts'
import { revisedData } from './revised-data.ts'
import { isBehind, isOpen, isUnended, withMember } from './standing.ts'

type Full = Exclude<WireEvent, Appended>

const noHeaders: Headers = {}

/**
 * Folds one version of one record by the base rule (P60): `version` is the version of the text, `deliveredVersion` the newest one that this
 * attachment delivered. Only if they are equal is the text exactly the stream's, and only then does an append extend it.
 */
export function foldVersion(state: Conversation, event: WireEvent): Conversation {
  if (event.revises && !find(state.records, event.serial)) return state
  if (isTurned(state, event.serial, event.version)) return state
  return event.type === 'appended' ? foldAppend(state, event) : foldFull(state, event)
}

/** Whether a version of a message is older than the one in which it has become something else. */
export function isTurned({ context }: Conversation, serial: string, version: string): boolean {
  return context.turned?.some((other) => other.serial === serial && version <= other.version) ?? false
}

function foldFull(found: Conversation, event: Full): Conversation {
  const record = find(found.records, event.serial)
  const before = record ? resolveDoubt(found, record, event) : withdrawn(found, event.serial)
  const prompt = echoOf(before, event, record)
  // A prompt that the channel has is no longer pending.
  const state = prompt ? inContext(before, { pending: before.context.pending.filter((other) => other !== prompt) }) : before
  switch (event.type) {
    case 'snapshot':
      if (record && !isNews(record, event)) return state
      return keep(state, record, fullRecord(state, record, event, record?.deliveredVersion, prompt))
    case 'created':
    case 'replaced':
    case 'deleted': {
      if (record && !isNewer(record, event)) return reach(state, record, event.version)
      const passed = record?.deliveredVersion !== undefined && record.deliveredVersion > event.version
      return keep(state, record, fullRecord(state, record, event, passed ? record.deliveredVersion : event.version, prompt))
    }
    default:
      return event satisfies never
  }
}

/** Whether the service's copy replaces one that this client folded as `local`: it has the service's times, headers and author. */
function isNewer(record: MessageRecord, event: Full): boolean {
  if (event.version > record.version) return true
  const local = event.type === 'snapshot' && event.source === 'local'
  return record.source === 'local' && !local && event.version === record.version
}

function foldAppend(state: Conversation, event: Appended): Conversation {
  const { records, context } = state
  const at = recentIndex(records.recent, event.serial)
  const record = at >= 0 ? records.recent[at] : find(records, event.serial)
  if (!record) return keep(withdrawn(state, event.serial), undefined, orphan(state, event))
  // The service keeps the text of a deleted message (P7), so only a full version can say what an append makes of it (P63).
  const follows = event.version > record.version && record.deliveredVersion === record.version && record.status !== 'deleted'
  if (!follows) return reach(state, record, event.version)
  const next = extend(record, event, context.now)
  if (event.len !== undefined && event.len !== next.text.length && checksLengths(context))
    return doubt(state, record, event, next.text)
  // The hot path: only text and position changed, so the context is unchanged.
  // A record that has ended may be in a group that was given up, which is then at work again.
  // A prompt's version may decide whose answer a response is; a prompt never streams.
  const settled = !context.grouped || next.status === 'streaming'
  if (at >= 0 && settled && next.status === record.status && samePlace(record.placement, next.placement)) {
    return { records: putRecent(records, at, next), context }
  }
  return keep(state, record, next)
}

/** An append was lost or came twice, as far as its author's length says (P104): its text is not shown before a full version confirms it. */
function doubt(state: Conversation, record: MessageRecord, { version }: Appended, text: string): Conversation {
  return keep(state, record, {
    ...record,
    deliveredVersion: version,
    continuity: stepContinuity(record.continuity, 'stream.lost'),
    lastActivityAt: state.context.now,
    doubted: { version, text },
  })
}

/**
 * Counts a doubt without a cause. It had none if the full version has the doubted text, or if its own length is wrong too: then the
 * lengths of this channel cannot be trusted.
 */
function resolveDoubt(state: Conversation, { doubted }: MessageRecord, { type, version, text, len }: Full): Conversation {
  const { context } = state
  // A repair: what was doubted before was an append that the service had refused to its author.
  if (context.groundlessDoubts && type === 'replaced' && len === text.length) return inContext(state, { groundlessDoubts: 0 })
  if (!doubted || version < doubted.version) return state
  const groundless = version === doubted.version ? text === doubted.text : len !== undefined && len !== text.length
  return groundless ? inContext(state, { groundlessDoubts: (context.groundlessDoubts ?? 0) + 1 }) : state
}

/** Whether two placements put a record into the same group, attempt and prompt: what else they say changes only composed messages. */
function samePlace(a: Placement | undefined, b: Placement | undefined): boolean {
  if (a === b) return true
  return (
    a !== undefined &&
    b !== undefined &&
    a.continues === b.continues &&
    a.group === b.group &&
    a.mark === b.mark &&
    a.step === b.step &&
    a.attempt === b.attempt &&
    a.promptAuthor === b.promptAuthor
  )
}

/** Whether a snapshot adds anything. The stream of an open contiguous record reaches the snapshot's version by itself. */
function isNews(record: MessageRecord, event: Snapshot): boolean {
  if (!isNewer(record, event)) return false
  if (record.source === 'local') return true
  const follows = record.deliveredVersion === record.version
  return !follows || event.deleted || (event.phase !== undefined && event.phase !== 'streaming')
}

/** Moves the stream's position to `version` without newer text: the stream may have reached the record's text, or passed it. */
function reach(state: Conversation, record: MessageRecord, version: string): Conversation {
  if (version < record.version || (record.deliveredVersion !== undefined && version <= record.deliveredVersion)) return state
  const continuity = stepContinuity(record.continuity, version === record.version ? 'stream.based' : 'stream.lost')
  return keep(state, record, { ...record, deliveredVersion: version, continuity, lastActivityAt: state.context.now })
}

function extend(record: MessageRecord, event: Appended, lastActivityAt: number): MessageRecord {
  const { fields } = event
  const format = fields ? fields.format : record.format
  const increment = event.revises === true && format !== undefined ? escapeBody(event.text) : event.text
  // Written out, because spreading a record of this size costs more than the rest of an append.
  return {
    id: record.id,
    key: record.key,
    role: record.role,
    text: record.text + increment,
    format,
    frames: format && (record.frames ? growFrames(record.frames, increment) : readFrames(record.text + increment)),
    status: statusAfter(record.status, phaseOf(event, record.declaredPhase)),
    continuity: record.continuity,
    source: record.source,
    replyTo: fields ? fields.replyTo : record.replyTo,
    into: fields ? fields.into : record.into,
    parent: fields ? fields.parent : record.parent,
    edits: fields ? fields.edits : record.edits,
    again: fields ? fields.again : record.again,
    mayEdit: fields ? event.mayEdit : record.mayEdit,
    clientId: record.clientId,
    error: fields ? errorFor(record.role, fields) : record.error,
    finish: fields ? fields.finish : record.finish,
    createdAt: record.createdAt,
    updatedAt: event.at,
    version: event.version,
    headers: event.headers ?? record.headers,
    placement: fields ? fields.placement : record.placement,
    declaredPhase: fields ? fields.phase : record.declaredPhase,
    deliveredVersion: event.version,
    lastActivityAt,
  }
}

/** The record that a full version makes from the known one. @param prompt the pending prompt that it echoes */
function fullRecord(
  state: Conversation,
  known: MessageRecord | undefined,
  event: Full,
  deliveredVersion: string | undefined,
  prompt?: MessageRecord,
): MessageRecord {
  const { fields = known && fieldsOf(known) } = event
  const snapshot = event.type === 'snapshot'
  const role = known && known.source !== 'local' ? known.role : event.role
  const deleted = snapshot ? event.deleted : event.type === 'deleted'
  const status = statusAfter(known?.status ?? 'streaming', deleted ? 'deleted' : phaseOf(event, known?.declaredPhase))
  // An update without the codec's headers may come from an author that does not know the format: it must not make a frame.
  const plain = event.revises === true && fields?.format !== undefined
  const text = deleted ? '' : plain ? revisedData(known?.frames, event.text) : event.text
  const based = status !== 'streaming' || deliveredVersion === event.version
  return {
    id: event.serial,
    key: known?.key ?? prompt?.key ?? keyOf(event),
    role,
    text,
    format: fields?.format,
    frames: fields?.format && framesOf(text, known),
    status,
    continuity: stepContinuity(known?.continuity ?? 'contiguous', based ? 'stream.based' : 'stream.lost'),
    source: snapshot ? event.source : 'live',
    replyTo: fields?.replyTo,
    into: fields?.into,
    parent: fields?.parent,
    edits: fields?.edits,
    again: fields?.again,
    mayEdit: event.fields ? event.mayEdit : known?.mayEdit,
    clientId: event.clientId ?? known?.clientId,
    // The error that no agent could be asked is local knowledge, so the echo does not remove it.
    error: (fields && errorFor(role, fields)) ?? (known?.source === 'local' ? known.error : undefined),
    finish: fields?.finish,
    createdAt: event.createdAt,
    updatedAt: event.at,
    version: event.version,
    headers: event.headers ?? known?.headers ?? noHeaders,
    placement: fields?.placement,
    declaredPhase: fields?.phase,
    deliveredVersion,
    ...(known?.doubted && event.version < known.doubted.version && { doubted: known.doubted }),
    lastActivityAt: snapshot && event.source !== 'local' ? (known?.lastActivityAt ?? 0) : state.context.now,
  }
}

/** The frames of a full text. What repeats the known text and goes on keeps the known frames, so their parts do not change. */
function framesOf(text: string, known: MessageRecord | undefined): Frames {
  return known?.frames && text.startsWith(known.text) ? growFrames(known.frames, text.slice(known.text.length)) : readFrames(text)
}

/** The fields known so far: the service keeps headers where an operation has none (P11). */
export function fieldsOf(record: MessageRecord): Fields {
  const { replyTo, into, parent, edits, again, error, finish, format, declaredPhase: phase, placement } = record
  // A prompt may have an error that is not in its headers.
  const failed = phase === 'failed' ? error : undefined
  return { replyTo, into, parent, edits, again, error: failed, finish, format, phase, placement }
}

/** The wanted key. Only a prompt gets its publisher's message id, because only there must the page recognise it. */
function keyOf({ role, messageId, serial }: Full): string {
  return role === 'user' && messageId !== undefined && !/^\d+-\d+@.*:\d+$/.test(messageId) ? messageId : serial
}

/** The record of an append to an unknown message: gapped until a full version arrives. */
function orphan(state: Conversation, event: Appended): MessageRecord {
  const nothing = fullRecord(state, undefined, { ...event, type: 'created', text: '', version: '' }, event.version)
  return { ...nothing, status: 'streaming', continuity: 'gapped' satisfies Continuity, error: undefined, finish: undefined }
}

/** Stores `changed` in the place of `known`, with a unique key, and updates what is derived from it. */
function keep(state: Conversation, known: MessageRecord | undefined, changed: MessageRecord): Conversation {
  const { records, context } = state
  const sameGroup = known && known.placement?.group === changed.placement?.group
  const keyed = sameGroup ? changed : withKey(state, changed)
  const next = isWithdrawn(state, keyed) ? ({ ...keyed, status: 'cancelled' } satisfies MessageRecord) : keyed
  const grouped = context.grouped || isPlaced(next)
  // A group is open or not as a whole; its records are not listed one by one.
  const open = grouped ? withMember(context.open, next.id, isOpen(next)) : moved(context.open, next, known, isOpen)
  const behind = moved(context.behind, next, known, isBehind)
  const same = open === context.open && behind === context.behind && grouped === context.grouped
  const alone = { records: put(records, next), context: same ? context : { ...context, open, behind, grouped } }
  const kept = grouped ? settleGroups(alone, next, records, known) : alone
  return next.role === 'user' && changesAnswers(records, known, next) ? settleAnswers(kept, next, known) : kept
}

/** Whether responses may have lost or regained their prompt: it was deleted or restored, or a name now belongs to another prompt. */
function changesAnswers(before: Records, known: MessageRecord | undefined, next: MessageRecord): boolean {
  if ((next.status === 'deleted') !== (known?.status === 'deleted')) return true
  const name = nameOfPrompt(next)
  if (known) return nameOfPrompt(known) !== name || isContested(before, name)
  // A response may name this prompt by its serial, which until now was only what another author calls a prompt.
  return isCalled(before, name) || isCalled(before, next.id)
}

/** Whether an open response lost its prompt to a delete: no agent writes it any more, so it has ended. */
function isWithdrawn({ records }: Conversation, record: MessageRecord): boolean {
  if (record.role !== 'assistant' || !isUnended(record)) return false
  return promptsNamed(records, record).some(({ status }) => status === 'deleted')
}

/** Updates the responses to a prompt that was deleted or restored. After a restore the agent's last status counts again. */
export function settleAnswers(state: Conversation, prompt: MessageRecord, before: MessageRecord | undefined): Conversation {
  const names = new Set([nameOfPrompt(prompt), before && nameOfPrompt(before)])
  return list(state.records).reduce((next, record) => {
    const { role, replyTo, status, declaredPhase, placement } = record
    const answers = replyTo === prompt.id || (placement?.group !== undefined && names.has(replyTo))
    if (role !== 'assistant' || replyTo === undefined || !answers) return next
    const ended = status === 'cancelled' && declaredPhase !== 'cancelled'
    return isUnended(record) || ended ? keep(next, record, ended ? restored(record) : record) : next
  }, state)
}

function restored(record: MessageRecord): MessageRecord {
  return { ...record, status: record.declaredPhase === 'waiting' ? 'waiting' : 'streaming' }
}

/** A set of serials after a change of one record; searched only if the record's membership may have changed. */
function moved(
  set: readonly string[],
  next: MessageRecord,
  known: MessageRecord | undefined,
  belongs: (record: MessageRecord) => boolean,
): readonly string[] {
  const now = belongs(next)
  if (now === (known !== undefined && belongs(known))) return set
  return now ? [...set, next.id] : withMember(set, next.id, false)
}

/** Steps the machine only if the status can change: a streaming response stays streaming for thousands of appends. */
function statusAfter(status: MessageStatus, phase: Phase | 'deleted'): MessageStatus {
  return status === phase || status === 'sending' ? status : stepStatus(status, `version.${phase}`)
}

/** The phase that a version declares; where it has none, the phase of the headers that the service keeps (P11). */
function phaseOf(event: WireEvent, declared: Phase | undefined): Phase {
  return event.phase ?? (event.fields ? 'streaming' : (declared ?? 'streaming'))
}

/** A user's message has no failure of its own on the channel, whatever its headers claim. */
function errorFor(role: MessageRecord['role'], { error }: Fields): string | undefined {
  return role === 'assistant' ? error : undefined
}
