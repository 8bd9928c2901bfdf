import type { ChannelEvent, ChannelStatus } from '../machines/channel-machine.ts'
import type { ChannelPlace } from './machine-tables.ts'
import { channelTable, continuityTable, statusTable } from './machine-tables.ts'
import type { Continuity, ResponseStatus } from '../protocol/message.ts'
import type { ResponseEvent } from '../machines/response-machine.ts'

type Steps<Place extends string> = Readonly<Record<Place, Readonly<Record<string, readonly [to: Place, ...effects: string[]]>>>>

/** Where a response stands after an event: `responseMachine`, looked up. */
export function stepStatus(status: ResponseStatus, event: ResponseEvent['type']): ResponseStatus {
  return (statusTable as Steps<ResponseStatus>)[status][event]?.[0] ?? status
}

/** Whether a response is whole after an event: `responseMachine`, looked up. */
export function stepContinuity(continuity: Continuity, event: ResponseEvent['type']): Continuity {
  return (continuityTable as Steps<Continuity>)[continuity][event]?.[0] ?? continuity
}

/** Where the channel is after an event, and whether history is now to be read: `channelMachine`, looked up. */
export function stepChannel(place: ChannelPlace, event: ChannelEvent['type']): { place: ChannelPlace; fetchHistory: boolean } {
  const [to, ...effects] = (channelTable as Steps<ChannelPlace>)[place][event] ?? [place]
  return { place: to, fetchHistory: effects.includes('fetchHistory') }
}

/** The state a user interface speaks of: the outermost one. */
export function statusOf(place: ChannelPlace): ChannelStatus {
  return place.split('.')[0] as ChannelStatus // A place begins with its outermost state.
}
