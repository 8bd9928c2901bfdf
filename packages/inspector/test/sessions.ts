import type { ConversationEvent, Log } from '@streamfold/core'
import type { Recorder } from '@streamfold/core/log'
import { emptyConversation } from '@streamfold/core'
import { createRecorder } from '@streamfold/core/log'
import type { Session } from '@streamfold/testkit'
import { runSession } from '@streamfold/testkit'

/** The events of a session's first subscriber. */
export function eventsOf(session: Session): readonly ConversationEvent[] {
  return runSession(session).subscribers[0]!.steps.map(({ event }) => event)
}

/** A log of these events, ten milliseconds apart. */
export function logOf(events: readonly ConversationEvent[], limit = Infinity): Log {
  return record(createRecorder(emptyConversation(), { limit }), events, 0).log
}

export function record(recorder: Recorder, events: readonly ConversationEvent[], from: number): Recorder {
  for (const [index, event] of events.entries()) recorder.record(event, { at: 1_000_000 + (from + index) * 10 })
  return recorder
}
