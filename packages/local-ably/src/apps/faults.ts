import type { Connection } from '../connection/connection.ts'
import type { Conflation, Countdown, FaultRules } from '../faults/fault-rules.ts'
import { selectsClient, type Selector } from '../faults/selector.ts'
import type { Apps } from './apps.ts'

export interface CutFault extends Selector {
  /** How long the cut clients cannot connect again, ms; 0 by default. */
  readonly refuseFor?: number | undefined
}

export interface FreezeFault extends Selector {
  /** How long, ms; until the fault is ended by default. */
  readonly ms?: number | undefined
}

export interface RestartFault {
  /** How long new connections are refused, ms; 0 by default. */
  readonly downFor?: number | undefined
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
  /** The fault applies from the n-th time on, counted from 1; 1 by default. */
  readonly nth?: number | undefined
}

/** How many appends in a row are delivered otherwise than they should be. */
export interface AppendFault extends CountedFault {
  /** How many in a row; 1 by default. */
  readonly times?: number | undefined
}

export interface RejectAppendFault extends CountedFault {
  /** How many in a row are rejected; 1 by default. */
  readonly times?: number | undefined
  /** Ably code of the NACK; 42911, the rate limit of a connection, by default. */
  readonly code?: number | undefined
  /** Whether the text goes out with the next append all the same, as Ably may do; false by default. */
  readonly fold?: boolean | undefined
}

/** Ends a fault. */
export type Undo = () => void

/** Injects faults, by connection, client or channel. An empty selector matches every connection. */
export class Faults {
  readonly #apps: Apps
  readonly #thaws = new Set<Undo>()

  constructor(apps: Apps) {
    this.#apps = apps
  }

  /** Drops sockets without a close frame. With `refuseFor`, their clients cannot connect for that time. Returns how many were dropped. */
  cut(fault: CutFault = {}): number {
    const connections = this.#matching(fault).filter((connection) => connection.transport !== undefined)
    if (fault.refuseFor) this.#rules.refusals.add(fault, fault.refuseFor, connections)
    for (const connection of connections) connection.transport?.cut()
    return connections.length
  }

  /**
   * Freezes the connections that are open: the server accepts what they send, answers nothing and sends nothing, not even
   * a sign of life. Taken back, it goes on where it was.
   */
  freeze(fault: FreezeFault = {}): Undo {
    const transports = this.#matching(fault).flatMap(({ transport }) => (transport === undefined ? [] : [transport]))
    for (const transport of transports) transport.freeze()
    const thaw = (): void => {
      for (const transport of transports) transport.thaw()
    }
    if (fault.ms !== undefined) this.#apps.main.options.clock.after(fault.ms, thaw)
    this.#thaws.add(thaw)
    return () => {
      this.#thaws.delete(thaw)
      thaw()
    }
  }

  /**
   * Has the effect of killing the process and starting it again on the same port: sockets drop without a close frame, connections and
   * presence are forgotten, and so are messages, unless `data` is a file.
   */
  restart(fault: RestartFault = {}): number {
    const connections = this.#matching({}).length
    if (fault.downFor) this.#rules.refusals.add({}, fault.downFor, [])
    for (const app of this.#apps) app.forget()
    return connections
  }

  /** Delivers the n-th append, and `times` in a row, as an update with the whole text. */
  appendAsUpdate(fault: AppendFault = {}): Undo {
    return added(this.#rules.fullAppends, countdown(fault))
  }

  /**
   * Does not deliver the n-th append, and `times` in a row, to a subscriber. It is stored and acknowledged, and what follows is
   * delivered: only a reader that checks lengths notices. No such fault of the service is known.
   */
  loseAppend(fault: AppendFault = {}): Undo {
    return added(this.#rules.lostAppends, countdown(fault))
  }

  /** Delivers the n-th append, and `times` in a row, with its increment twice. The stored text has it once, as with `loseAppend`. */
  repeatAppend(fault: AppendFault = {}): Undo {
    return added(this.#rules.repeatedAppends, countdown(fault))
  }

  /** Refuses new WebSockets for `ms`; those that are open stay. */
  refuse(fault: TimedFault): void {
    this.#rules.refusals.add(fault, fault.ms, this.#matching(fault))
  }

  /** Makes the next resume fail (80008, 90003). With a channel, the next re-attach to it is not resumed (90003). */
  expireContinuity(fault: Selector = {}): number {
    const connections = this.#matching(fault)
    if (fault.channel === undefined) for (const connection of connections) connection.expired = true
    else {
      for (const app of this.#apps) {
        const channel = app.channel(fault.channel)
        channel.forgottenUntil = channel.serials.next().channelSerial
      }
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

  /** Ends every active fault. */
  clear(): void {
    const { refusals, delays, duplicates, conflations, rejections, lostAcks, fullAppends, lostAppends, repeatedAppends } =
      this.#rules
    const counted = [rejections, lostAcks, fullAppends, lostAppends, repeatedAppends]
    for (const rules of [refusals, delays, duplicates, conflations, ...counted]) rules.clear()
    for (const thaw of this.#thaws) thaw()
    this.#thaws.clear()
  }

  get #rules(): FaultRules {
    return this.#apps.faults
  }

  #matching(selector: Selector): readonly Connection[] {
    return [...this.#apps].flatMap(({ connections }) => [...connections].filter((connection) => selects(selector, connection)))
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

/** Whether a connection is meant; with a channel, whether it is attached to it. */
function selects(selector: Selector, connection: Connection): boolean {
  if (!selectsClient(selector, connection)) return false
  if (selector.channel === undefined) return true
  for (const attachment of connection.attachments.values()) {
    if (attachment.channel.name === selector.channel) return true
  }
  return false
}
