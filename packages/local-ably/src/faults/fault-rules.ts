import { AblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import type { Frame } from '../protocol/frame.ts'
import type { Clock } from '../shared/clock.ts'
import { Refusals } from './refusals.ts'
import { selectsOn, type FaultTarget, type Selector } from './selector.ts'

/** How a subscriber's appends are conflated: merged for `ms`, or each sent as a full update. */
export type Conflation = { readonly as: 'merged'; readonly ms: number } | { readonly as: 'full' }

/** A fault that applies the n-th time, and `times` in a row. */
export interface Countdown {
  readonly selector: Selector
  readonly nth: number
  readonly times: number
  readonly code: number
  /** Whether a rejected append still goes out with the next one. */
  readonly fold: boolean
  seen: number
}

/** The active faults. The hot paths ask here, so the answer without faults must be cheap. */
export class FaultRules {
  readonly refusals: Refusals
  readonly delays = new Set<{ readonly selector: Selector; readonly ms: number }>()
  readonly duplicates = new Set<Selector>()
  readonly conflations = new Set<{ readonly selector: Selector; readonly conflation: Conflation }>()
  readonly rejections = new Set<Countdown>()
  readonly lostAcks = new Set<Countdown>()
  readonly fullAppends = new Set<Countdown>()
  readonly lostAppends = new Set<Countdown>()
  readonly repeatedAppends = new Set<Countdown>()

  constructor(clock: Clock) {
    this.refusals = new Refusals(clock)
  }

  /** Whether frames go out untouched. */
  get idle(): boolean {
    return this.delays.size === 0 && this.duplicates.size === 0
  }

  delay(connection: FaultTarget, frame: Frame): number {
    const { channel } = frame.message
    if (channel === undefined) return 0
    let delay = 0
    for (const { selector, ms } of this.delays) {
      if (selectsOn(selector, connection, channel, serialIn(frame))) delay = Math.max(delay, ms)
    }
    return delay
  }

  copies(connection: FaultTarget, frame: Frame): number {
    if (frame.message.action !== Action.MESSAGE) return 1
    for (const selector of this.duplicates) {
      if (selectsOn(selector, connection, frame.message.channel, serialIn(frame))) return 2
    }
    return 1
  }

  /** Whether a fault conflates appends. */
  get conflates(): boolean {
    return this.conflations.size > 0
  }

  conflation(connection: FaultTarget, channel: string, message: string): Conflation | undefined {
    for (const { selector, conflation } of this.conflations) {
      if (selectsOn(selector, connection, channel, message)) return conflation
    }
    return undefined
  }

  /** Whether an append goes out as an update with the whole text this time. */
  deliversInFull(connection: FaultTarget, channel: string, message: string): boolean {
    if (this.fullAppends.size === 0) return false
    return strike(this.fullAppends, connection, channel, message) !== undefined
  }

  /** Whether a subscriber never gets an append this time, or has its increment twice. */
  spoils(connection: FaultTarget, channel: string, message: string): 'lost' | 'repeated' | undefined {
    if (this.lostAppends.size > 0 && strike(this.lostAppends, connection, channel, message)) return 'lost'
    if (this.repeatedAppends.size > 0 && strike(this.repeatedAppends, connection, channel, message)) return 'repeated'
    return undefined
  }

  rejectAppend(
    connection: FaultTarget,
    channel: string,
    message: string | undefined,
  ): { readonly error: AblyError; readonly fold: boolean } | undefined {
    if (this.rejections.size === 0) return undefined
    const struck = strike(this.rejections, connection, channel, message)
    if (struck === undefined) return undefined
    const error = new AblyError(struck.code, statusOf(struck.code), 'unable to append; rejected by a fault')
    return { error, fold: struck.fold }
  }

  losesAck(connection: FaultTarget, channel: string): boolean {
    return strike(this.lostAcks, connection, channel) !== undefined
  }
}

function strike(rules: Set<Countdown>, connection: FaultTarget, channel: string, message?: string): Countdown | undefined {
  let struck: Countdown | undefined
  for (const rule of rules) {
    if (!selectsOn(rule.selector, connection, channel, message)) continue
    rule.seen++
    if (rule.seen >= rule.nth) struck ??= rule
    if (rule.seen >= rule.nth + rule.times - 1) rules.delete(rule)
  }
  return struck
}

function serialIn(frame: Frame): string | undefined {
  return frame.message.messages?.[0]?.serial
}

/** Ably's codes begin with the HTTP status, the realtime-only ones (8xxxx, 9xxxx) aside. */
function statusOf(code: number): number {
  const status = Math.floor(code / 100)
  return status >= 400 && status < 600 ? status : 400
}
