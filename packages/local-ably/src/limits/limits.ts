import { AblyError } from '../protocol/ably-error.ts'
import type { RateWindow } from './rate-window.ts'

/** What one server, connection or channel may have of something; rates are off unless set. */
export interface Limits {
  /** Messages a connection may publish per second; no limit by default, 50 with the service. */
  readonly connectionRate: number
  /** Messages published to a channel per second; no limit by default, 50 with the service. */
  readonly channelRate: number
  /** Bytes published to a channel per second; no limit by default, 1 MiB with the service. */
  readonly channelBandwidth: number
  /** Channels a connection may be attached to; 200 by default. */
  readonly channelsPerConnection: number
  /** Members of a presence set; 200 by default. */
  readonly presenceMembers: number
  /** Connections of one application; no limit by default. */
  readonly connections: number
}

const DEFAULTS: Limits = {
  connectionRate: Number.POSITIVE_INFINITY,
  channelRate: Number.POSITIVE_INFINITY,
  channelBandwidth: Number.POSITIVE_INFINITY,
  channelsPerConnection: 200,
  presenceMembers: 200,
  connections: Number.POSITIVE_INFINITY,
}

/** The limits that the service documents (P29, P96). */
export const ABLY_LIMITS: Limits = { ...DEFAULTS, connectionRate: 50, channelRate: 50, channelBandwidth: 1_048_576 }

/** Above this multiple of its rate a connection is closed (42921). */
const FATAL = 20

export function resolveLimits(limits: 'ably' | Partial<Limits> | undefined): Limits {
  return limits === 'ably' ? ABLY_LIMITS : { ...DEFAULTS, ...limits }
}

/** Throws 42911 when a connection publishes faster than it may, 42921 when so fast that it must be closed. */
export function requireConnectionRate(limits: Limits, window: RateWindow | undefined, count: number, now: number): void {
  if (window === undefined || limits.connectionRate === Number.POSITIVE_INFINITY) return
  const rate = window.add(count, now)
  if (rate > FATAL * limits.connectionRate) {
    throw new AblyError(
      42921,
      429,
      `unable to continue; the connection publishes far more than ${limits.connectionRate} messages/s`,
    )
  }
  if (rate > limits.connectionRate) {
    window.add(-count, now)
    window.refused(count, now)
    throw new AblyError(42911, 429, `unable to publish; a connection may publish ${limits.connectionRate} messages/s`)
  }
}

/** Throws 42913 or 42914 when a channel is sent more messages or bytes per second than it takes. */
export function requireChannelRate(
  limits: Limits,
  windows: { readonly messages: RateWindow; readonly bytes: RateWindow },
  count: number,
  size: number,
  now: number,
): void {
  if (limits.channelRate !== Number.POSITIVE_INFINITY && windows.messages.add(count, now) > limits.channelRate) {
    windows.messages.add(-count, now)
    throw new AblyError(42913, 429, `unable to publish; a channel takes ${limits.channelRate} messages/s`)
  }
  if (limits.channelBandwidth !== Number.POSITIVE_INFINITY && windows.bytes.add(size, now) > limits.channelBandwidth) {
    windows.bytes.add(-size, now)
    throw new AblyError(42914, 429, `unable to publish; a channel takes ${limits.channelBandwidth} bytes/s`)
  }
}
