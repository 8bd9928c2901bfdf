import type { ChannelEvent, ChannelStatus } from '../machines/channel-machine.ts'
import type { ContinuityEvent, StatusEvent } from '../machines/response-machine.ts'
import type { Continuity, ResponseStatus } from '../protocol/message.ts'
import { takeStep } from '../shared/transition-table.ts'
import type { ChannelPlace } from './machine-tables.ts'
import { channelTable, continuityTable, statusTable } from './machine-tables.ts'

/** The status of a response after an event, from the table of `responseMachine`. */
export function stepStatus(status: ResponseStatus, event: StatusEvent): ResponseStatus {
  return takeStep(statusTable, status, event)[0]
}

/** The continuity of a response after an event, from the table of `responseMachine`. */
export function stepContinuity(continuity: Continuity, event: ContinuityEvent): Continuity {
  return takeStep(continuityTable, continuity, event)[0]
}

/** The state of the channel after an event, and whether to read history now, from the table of `channelMachine`. */
export function stepChannel(place: ChannelPlace, event: ChannelEvent['type']): { place: ChannelPlace; fetchHistory: boolean } {
  const [to, command] = takeStep(channelTable, place, event)
  return { place: to, fetchHistory: command === 'fetchHistory' }
}

/** The status that a user interface shows: the outermost state. */
export function statusOf(place: ChannelPlace): ChannelStatus {
  return place.split('.')[0] as ChannelStatus // A place starts with its outermost state.
}
