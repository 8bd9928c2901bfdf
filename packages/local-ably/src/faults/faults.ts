import type { Broker } from '../broker.ts'
import type { Connection } from '../connection/connection.ts'
import type { Conflation } from './append-conflation.ts'
import type { Countdown, FaultRules } from './fault-rules.ts'
import { selects, type Selector } from './selector.ts'

export interface CutFault extends Selector {
  /** How long the connections that were cut cannot come back, ms; 0 by default. */
  readonly refuseFor?: number | undefined
}

export interface TimedFault extends Selector {
  readonly ms: number
}

export interface ConflateFault extends Selector {
  /** `merged` (default): consecutive appends become one; `full`: each becomes a full update. */
  readonly as?: 'merged' | 'full' | undefined
  /** How long appends are held back to be merged, ms; 100 by default. */
  readonly ms?: number | undefined
}

export interface CountedFault extends Selector {
  /** Strikes the n-th time from now on, counted from 1; 1 by default. */
  readonly nth?: number | undefined
}

export interface RejectAppendFault extends CountedFault {
  /** How many in a row are rejected; 1 by default. */
  readonly times?: number | undefined
  /** Ably code of the NACK; 42911, the rate limit of a connection, by default. */
  readonly code?: number | undefined
  /** Whether the text goes out with the next append all the same, as Ably may do; false by default. */
  readonly fold?: boolean | undefined
}

/** Takes a fault back. */
export type Undo = () => void

/** What can be made to go wrong, by connection, client or channel; an empty selector means everybody. */
export class Faults {
  readonly #broker: Broker

  constructor(broker: Broker) {
    this.#broker = broker
  }

  /** Drops sockets without a word and, with `refuseFor`, keeps those clients out for a while. Returns how many. */
  cut(fault: CutFault = {}): number {
    const connections = this.#matching(fault).filter((connection) => connection.transport !== undefined)
    if (fault.refuseFor) this.#rules.refusals.add(fault, fault.refuseFor, connections)
    for (const connection of connections) connection.transport?.cut()
    return connections.length
  }

  /** Refuses new WebSockets for `ms`; those that are open stay. */
  refuse(fault: TimedFault): void {
    this.#rules.refusals.add(fault, fault.ms, this.#matching(fault))
  }

  /** Makes the next resume start anew (80008, 90003); with a channel, the next re-attach to it (90003). */
  expireContinuity(fault: Selector = {}): number {
    const connections = this.#matching(fault)
    if (fault.channel === undefined) for (const connection of connections) connection.expired = true
    else {
      const channel = this.#broker.channel(fault.channel)
      channel.forgottenUntil = channel.serials.next().channelSerial
    }
    return connections.length
  }

  /** Delays everything on channels, each in its order, by `ms`. */
  delay(fault: TimedFault): Undo {
    return added(this.#rules.delays, { selector: fault, ms: fault.ms })
  }

  /** Sends every message frame twice. */
  duplicate(fault: Selector = {}): Undo {
    return added(this.#rules.duplicates, fault)
  }

  /** Conflates the appends subscribers receive. */
  conflate(fault: ConflateFault = {}): Undo {
    const conflation: Conflation = fault.as === 'full' ? { as: 'full' } : { as: 'merged', ms: fault.ms ?? 100 }
    return added(this.#rules.conflations, { selector: fault, conflation })
  }

  /** NACKs the n-th append; its text is not stored, unless `fold` says so. */
  rejectAppend(fault: RejectAppendFault = {}): Undo {
    return added(this.#rules.rejections, countdown(fault))
  }

  /** Loses the n-th acknowledgement and, as a lost one implies, all that follow until the client reconnects. */
  dropAck(fault: CountedFault = {}): Undo {
    return added(this.#rules.lostAcks, countdown(fault))
  }

  /** Takes back every fault in force. */
  clear(): void {
    const { refusals, delays, duplicates, conflations, rejections, lostAcks } = this.#rules
    for (const rules of [refusals, delays, duplicates, conflations, rejections, lostAcks]) rules.clear()
  }

  get #rules(): FaultRules {
    return this.#broker.faults
  }

  #matching(selector: Selector): readonly Connection[] {
    return [...this.#broker.connections].filter((connection) => selects(selector, connection))
  }
}

function added<T>(rules: Set<T>, rule: T): Undo {
  rules.add(rule)
  return () => void rules.delete(rule)
}

function countdown(fault: RejectAppendFault): Countdown {
  return {
    selector: fault,
    nth: fault.nth ?? 1,
    times: fault.times ?? 1,
    code: fault.code ?? 42911,
    fold: fault.fold ?? false,
    seen: 0,
  }
}
