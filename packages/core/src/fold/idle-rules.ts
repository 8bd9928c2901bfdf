import type { Conversation } from './conversation.ts'
import { inContext } from './conversation.ts'
import type { Tick } from '../protocol/event.ts'
import { retryHistory } from './fold-channel.ts'
import { settleGroups } from './fold-group.ts'
import { countingRecords, groupOf } from './groups.ts'
import { stepContinuity, stepStatus } from './lifecycle.ts'
import type { StatusEvent } from '../machines/response-machine.ts'
import type { MessageRecord } from './record.ts'
import { find, put } from './record-list.ts'

/** The input of the idle rules: one record, or all records of a group combined. */
type Activity = Pick<MessageRecord, 'lastActivityAt' | 'updatedAt' | 'declaredPhase'>

/** Folds a tick: starts due retries, and applies the idle rules to open responses while the channel is live (P66). */
export function foldTick(state: Conversation, { now, awoke }: Tick): Conversation {
  if (!(now > state.context.now)) return state
  const ticked = retryHistory(inContext(state, awoke ? { now, liveSince: now } : { now }))
  const { channel, open } = ticked.context
  if (channel.status !== 'live') return ticked
  const ended = new Set<string>()
  // Removed in one step, because thousands may end at once.
  return without(
    open.reduce((next, serial) => applyIdleRules(next, serial, ended), ticked),
    ended,
  )
}

/** @param ended collects the serials of the responses that are no longer open. */
function applyIdleRules(state: Conversation, serial: string, ended: Set<string>): Conversation {
  const record = find(state.records, serial)
  if (!record) return state
  const group = state.context.grouped ? groupOf(state.records, record) : undefined
  if (!group) {
    const verdict = idleVerdict(state, record)
    return verdict ? applyVerdict(state, record, verdict, ended) : state
  }
  // A group is idle if all its records are. Whether it is open is decided after the records.
  const records = countingRecords(group)
  const verdict = idleVerdict(state, activityOf(records))
  if (!verdict) return state
  return records.reduce((next, one) => {
    const own = new Set<string>()
    return settleGroups(without(applyVerdict(next, one, verdict, own), own), one, next.records)
  }, state)
}

function activityOf(records: readonly MessageRecord[]): Activity {
  return {
    lastActivityAt: Math.max(...records.map(({ lastActivityAt }) => lastActivityAt)),
    updatedAt: Math.max(...records.map(({ updatedAt }) => updatedAt)),
    // If one of them declares how it stands, the author marks ends: then silence is no end.
    declaredPhase: records.find(({ declaredPhase }) => declaredPhase !== undefined)?.declaredPhase,
  }
}

function without(state: Conversation, ended: ReadonlySet<string>): Conversation {
  if (ended.size === 0) return state
  return inContext(state, { open: state.context.open.filter((serial) => !ended.has(serial)) })
}

function applyVerdict(state: Conversation, record: MessageRecord, verdict: StatusEvent, ended: Set<string>): Conversation {
  if (record.status === 'sending') return state
  const status = stepStatus(record.status, verdict)
  // A response that is assumed to be complete gets no more text.
  const continuity = verdict === 'silence.assumed' ? stepContinuity(record.continuity, 'stream.based') : record.continuity
  if (status === record.status) return state
  if (status !== 'stalled') ended.add(record.id)
  return { records: put(state.records, { ...record, status, continuity }), context: state.context }
}

function idleVerdict(state: Conversation, activity: Activity): StatusEvent | undefined {
  const { options, agents } = state.context
  const { stalledAfter, abandonedAfter, absentAfter } = options
  const idle = idleTime(state, activity)
  if (activity.declaredPhase === undefined) return idle > stalledAfter ? 'silence.assumed' : undefined
  const alone = agents?.length === 0
  if (idle > abandonedAfter || (alone && idle > absentAfter)) return 'silence.abandoned'
  return idle > stalledAfter ? 'silence.stalled' : undefined
}

/** Milliseconds since the last activity, counted only while the channel could deliver it. */
export function idleTime(state: Conversation, { lastActivityAt, updatedAt, declaredPhase }: Activity): number {
  const { now, liveSince, agents } = state.context
  if (lastActivityAt > 0) return now - Math.max(lastActivityAt, liveSince)
  // A snapshot has the service's time, whose clock may be ahead of the local one.
  const at = Math.min(updatedAt, now)
  // A response that an agent may still be writing gets extra time to arrive after the channel became live.
  return agents?.length === 0 || declaredPhase === undefined ? now - at : now - Math.max(at, liveSince)
}
