import type { Data, Summaries, WireMessage, WireVersion } from '../protocol/protocol-message.ts'
import type { Body } from './body.ts'

/** One state of a message: what history returns, without the copy of its data. */
export interface MessageVersion {
  readonly serial: string
  readonly id: string
  readonly timestamp: number
  readonly clientId?: string | undefined
  readonly connectionId?: string | undefined
  readonly name?: string | undefined
  readonly extras?: Readonly<Record<string, unknown>> | undefined
  readonly encoding?: string | undefined
  readonly action: number
  readonly version: WireVersion
  /** What its annotations add up to; absent without any. */
  readonly summary?: Summaries | undefined
  readonly body: Body
  /** The data of this version is the first `length` units of `body`. */
  readonly length: number
}

export function dataOf(version: MessageVersion): Data {
  return version.body.read(version.length)
}

export function toWire(version: MessageVersion): WireMessage {
  return wireMessage(version, version.action, dataOf(version))
}

/** The same version with another action and data: an append carries only its increment. */
export function wireMessage(version: MessageVersion, action: number, data: Data): WireMessage {
  return {
    id: version.id,
    clientId: version.clientId,
    connectionId: version.connectionId,
    name: version.name,
    data,
    encoding: version.encoding,
    extras: version.extras,
    timestamp: version.timestamp,
    action,
    serial: version.serial,
    version: version.version,
    annotations: version.summary === undefined ? undefined : { summary: version.summary },
  }
}
