import type { Arrival, Conversation, ConversationEvent } from '@streamfold/core'
import { reduce } from '@streamfold/core'
import type { Calls } from './calls.ts'
import { callsIn, clipCalls, noteCalls } from './calls.ts'
import type { Change } from './change.ts'
import { changesOf } from './changes-of.ts'
import type { Entry } from './entry.ts'
import { entryOf, isBeingWritten } from './entry.ts'
import { allMessages, findMessage } from './find-message.ts'
import type { Lane, Timeline } from './timeline.ts'
import type { Track } from './track.ts'
import { clip } from './track.ts'

type Growing<Type> = { -readonly [Field in keyof Type]: Type[Field] }
type GrowingLane = Growing<Omit<Lane, 'marks'>> & { marks: Entry[] }

export type GrowingTimeline = Growing<Omit<Timeline, 'entries' | 'lanes' | 'calls' | 'checkpoints'>> & {
  entries: Entry[]
  lanes: Map<string, GrowingLane>
  calls: Calls
  checkpoints: Timeline['checkpoints'][number][]
  /** Serials of messages that may change without their own event. */
  unsettled: Set<string>
}

/** Events between two checkpoints: the most that a step back must fold. */
const SPACING = 256

export function beginTimeline(start: Conversation, first: number): GrowingTimeline {
  const timeline: GrowingTimeline = {
    first,
    next: first,
    begins: 0,
    entries: [],
    lanes: new Map(),
    connection: since(first, start.context.connection.state),
    channel: since(first, start.context.channel.place),
    checkpoints: [{ index: first, state: start }],
    state: start,
    calls: callsIn(start, first),
    unsettled: new Set(),
  }
  for (const { id } of allMessages(start)) settle(timeline, id)
  return timeline
}

/** Folds one event, and records its effect. */
export function step(timeline: GrowingTimeline, event: ConversationEvent, arrival: Arrival | undefined): void {
  const { next: index, state: before } = timeline
  if (index % SPACING === 0 && index > timeline.first) timeline.checkpoints.push({ index, state: before })
  const after = reduce(before, event)
  const changes = changesOf(event, before, after, timeline.unsettled)
  const entry = entryOf({ index, event, arrival, before, after }, changes, timeline.entries.at(-1)?.at ?? 0)
  if (timeline.begins === 0) timeline.begins = entry.at
  timeline.entries.push(entry)
  timeline.state = after
  timeline.next++
  const message = 'version' in event ? findMessage(after, event.serial) : undefined
  if ('version' in event && message) {
    const lane = laneOf(timeline, event.serial, before)
    lane.marks.push(entry)
    // The author of a locally published prompt may turn out to be another client id.
    lane.role = message.role
    settle(timeline, event.serial)
  }
  for (const change of changes) apply(timeline, change, index, before)
  const changed = changes.flatMap(({ track, serial }) => (track === 'status' && serial !== undefined ? [serial] : []))
  const serials = 'version' in event ? new Set([event.serial, ...changed]) : changed
  noteCalls(timeline.calls, index, serials, event.type === 'appended', before, after)
}

/** Removes the entries before `first`, as if the log had always started with `start`. */
export function forget(timeline: GrowingTimeline, start: Conversation, first: number): void {
  timeline.entries.splice(0, first - timeline.first)
  timeline.first = first
  timeline.begins = timeline.entries.find(({ at }) => at > 0)?.at ?? 0
  timeline.calls = clipCalls(timeline.calls, start, first)
  timeline.connection = clip(timeline.connection, first)
  timeline.channel = clip(timeline.channel, first)
  timeline.checkpoints = [{ index: first, state: start }, ...timeline.checkpoints.filter(({ index }) => index > first)]
  for (const lane of timeline.lanes.values()) {
    const count = lane.marks.findIndex(({ index }) => index >= first)
    lane.marks.splice(0, count < 0 ? lane.marks.length : count)
    lane.status = clip(lane.status, first)
    lane.continuity = clip(lane.continuity, first)
    const changed = [...lane.status, ...lane.continuity].some(({ event }) => event !== undefined)
    if (lane.marks.length === 0 && !changed) timeline.lanes.delete(lane.serial)
  }
}

function apply(timeline: GrowingTimeline, { track, serial, to, event }: Change, index: number, before: Conversation): void {
  const segment = { index, value: to, event }
  if (track === 'connection' || track === 'channel') timeline[track] = [...timeline[track], segment]
  else if (serial !== undefined) {
    const lane = laneOf(timeline, serial, before)
    lane[track] = [...lane[track], segment]
    settle(timeline, serial)
  }
}

function laneOf(timeline: GrowingTimeline, serial: string, before: Conversation): GrowingLane {
  let lane = timeline.lanes.get(serial)
  if (!lane) {
    const was = findMessage(before, serial)
    const { role } = was ?? findMessage(timeline.state, serial)!
    const [status, continuity] = was ? [since(timeline.first, was.status), since(timeline.first, was.continuity)] : [[], []]
    timeline.lanes.set(serial, (lane = { serial, role, marks: [], status, continuity }))
  }
  return lane
}

function settle({ unsettled, state }: GrowingTimeline, serial: string): void {
  const message = findMessage(state, serial)
  if (message?.role === 'assistant' && (isBeingWritten(message.status) || message.continuity === 'gapped')) unsettled.add(serial)
  else unsettled.delete(serial)
}

function since(index: number, value: string): Track {
  return [{ index, value, event: undefined }]
}
