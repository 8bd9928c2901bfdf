import type { InboundMessage } from 'ably'

/** The start of all serials here, in milliseconds. */
const epoch = 1_795_000_000_000

/** The serial of the `index`-th thing on a channel, in the service's shape: ordered as a plain string. */
export function serialOf(index: number): string {
  return `0${epoch + index}-000@e7cEDNfpgBzVXF70519:000`
}

/** The contents of a delivery. */
export interface Delivery {
  readonly action: 'message.create' | 'message.append'
  readonly serial: string
  readonly version: string
  readonly clientId: string
  readonly name?: string | undefined
  readonly data?: unknown
  readonly extras?: unknown
  readonly id?: string
}

/** A message as the client library hands it over: made of JSON, so no two share a header object; actions are the library's. */
export function inbound({ action, version, clientId, ...rest }: Delivery): InboundMessage {
  const message = {
    id: `${version}:0`,
    action,
    ...rest,
    clientId,
    connectionId: 'uIMuNPN2Xm',
    timestamp: epoch,
    version: { serial: version, timestamp: epoch + 1, clientId },
    annotations: { summary: {} },
  }
  const read = JSON.parse(JSON.stringify(message)) as InboundMessage // The fields of one, less its methods, which nobody here calls.
  read.action = action
  return read
}

/** The deltas of an answer, of the lengths that models send: most are a word. */
export function deltasOf(count: number): string[] {
  const words = ['the', ' stream', ' of', ' tokens', ',', ' which', ' an', ' agent', ' appends', '.']
  return Array.from({ length: count }, (_, index) => words[(index * 7 + (index >> 3)) % words.length]!)
}

/** Deals streams of equal length into frames: one message of each. */
export function inFrames(streams: readonly (readonly InboundMessage[])[]): InboundMessage[][] {
  return streams[0]!.map((_, frame) => streams.map((stream) => stream[frame]!))
}
