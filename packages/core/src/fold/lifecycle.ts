import type { ChannelEvent, ChannelStatus } from '../machines/channel-machine.ts'
import type { ChannelPlace } from './machine-tables.ts'
import { channelTable, continuityTable, statusTable } from './machine-tables.ts'
import type { Continuity, ResponseStatus } from '../protocol/message.ts'
import type { ResponseEvent } from '../machines/response-machine.ts'

type Steps<Place extends string> = Readonly<Record<Place, Readonly<Record<string, readonly [to: Place, ...effects: string[]]>>>>

/** The status of a response after an event, from the table of `responseMachine`. */
export function stepStatus(status: ResponseStatus, event: ResponseEvent['type']): ResponseStatus {
  return (statusTable as Steps<ResponseStatus>)[status][event]?.[0] ?? status
}

/** The continuity of a response after an event, from the table of `responseMachine`. */
export function stepContinuity(continuity: Continuity, event: ResponseEvent['type']): Continuity {
  return (continuityTable as Steps<Continuity>)[continuity][event]?.[0] ?? continuity
}

/** The state of the channel after an event, and whether to read history now, from the table of `channelMachine`. */
export function stepChannel(place: ChannelPlace, event: ChannelEvent['type']): { place: ChannelPlace; fetchHistory: boolean } {
  const [to, ...effects] = (channelTable as Steps<ChannelPlace>)[place][event] ?? [place]
  return { place: to, fetchHistory: effects.includes('fetchHistory') }
}

/** The status that a user interface shows: the outermost state. */
export function statusOf(place: ChannelPlace): ChannelStatus {
  return place.split('.')[0] as ChannelStatus // A place starts with its outermost state.
}
