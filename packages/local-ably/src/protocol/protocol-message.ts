import type { ErrorInfo } from './ably-error.ts'

export type Data = string | Uint8Array | undefined

export interface WireVersion {
  readonly serial: string
  readonly timestamp: number
  readonly clientId?: string | undefined
  readonly description?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

export interface WireMessage {
  readonly id: string
  readonly clientId?: string | undefined
  readonly connectionId?: string | undefined
  readonly name?: string | undefined
  readonly data?: Data
  readonly encoding?: string | undefined
  readonly extras?: Readonly<Record<string, unknown>> | undefined
  readonly timestamp: number
  readonly action: number
  readonly serial: string
  readonly version: WireVersion
  readonly annotations?: { readonly summary: Summaries } | undefined
}

/** What the annotations of a message add up to, by annotation type (P85, TM7). */
export type Summaries = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export interface WireAnnotation {
  readonly id: string
  readonly action: number
  readonly serial: string
  readonly messageSerial: string
  readonly type: string
  readonly name?: string | undefined
  readonly count?: number | undefined
  readonly clientId?: string | undefined
  readonly connectionId?: string | undefined
  readonly data?: Data
  readonly encoding?: string | undefined
  readonly extras?: Readonly<Record<string, unknown>> | undefined
  readonly timestamp: number
}

export interface WirePresence {
  readonly id: string
  readonly action: number
  readonly clientId: string
  readonly connectionId: string
  readonly data?: Data
  readonly encoding?: string | undefined
  readonly extras?: Readonly<Record<string, unknown>> | undefined
  readonly timestamp: number
}

interface ConnectionDetails {
  readonly connectionKey: string
  readonly clientId?: string | undefined
  readonly maxMessageSize: number
  readonly maxFrameSize: number
  readonly maxInboundRate?: number | undefined
  readonly connectionStateTtl: number
  readonly maxIdleInterval: number
  readonly serverId: string
  readonly siteCode: string
}

export type PublishResult = { readonly serials: readonly (string | null)[] }

/** A frame from the server. Frames from clients stay `InboundFrame` until their handler has checked them. */
export interface ProtocolMessage {
  readonly action: number
  readonly id?: string | undefined
  readonly channel?: string | undefined
  readonly channelSerial?: string | undefined
  readonly connectionId?: string | undefined
  readonly msgSerial?: number | undefined
  readonly count?: number | undefined
  readonly error?: ErrorInfo | undefined
  readonly flags?: number | undefined
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly messages?: readonly WireMessage[] | undefined
  readonly presence?: readonly WirePresence[] | undefined
  readonly annotations?: readonly WireAnnotation[] | undefined
  readonly connectionDetails?: ConnectionDetails | undefined
  readonly res?: readonly PublishResult[] | undefined
}

export type InboundFrame = Readonly<Record<string, unknown>> & { readonly action: number }

/** The channel a frame names; empty, which is no valid name, when it names none. */
export function channelIn(frame: InboundFrame): string {
  return typeof frame['channel'] === 'string' ? frame['channel'] : ''
}
