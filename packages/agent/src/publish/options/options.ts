import type { Headers } from '@streamfold/core'
import type { Owner } from '../messages/owner.ts'
import type { Clock } from '../../clock.ts'
import type { AnswerObserver } from '../../observe/observer.ts'
import type { Observing } from '../../observe/observing.ts'
import { createObserving } from '../../observe/observing.ts'
import { callable, checkKinds, checkNames, having, promise, record, signal, text } from './check-kinds.ts'
import { checkNumber } from './check-number.ts'
import { systemClock } from '../../clock.ts'
import type { WithheldData } from '@streamfold/core/transport'
import type { AskOptions } from '../parts/asks.ts'
import type { ShowOptions } from '../parts/shown-parts.ts'
import { checkShow } from '../parts/shown-parts.ts'
import type { Report } from './reporter.ts'
import { reporter } from './reporter.ts'

/** When the text of the source is sent. */
export interface BatchOptions {
  /**
   * Appends of a response that may be unanswered while text still goes out at once; more text waits, so that each answer
   * clocks the next append. Default 2.
   */
  readonly window: number
  /**
   * Longest time that text lingers for an answer, in milliseconds. 0 sends every chunk. Default 25. If the service merges appends, the
   * service batches, and this is close to 0.
   */
  readonly interval: number
  /** As many waiting UTF-16 code units are sent without an answer; at least 1. Default 4 096. */
  readonly size: number
  /**
   * Messages a second that all responses on one connection send together; four fifths of it steadily, the rest as a burst. Answers may
   * come so quickly that appends clocked by them exceed what Ably admits on a connection (50), and a rejection costs readers a
   * repair. Above 0. Default: what the service has announced for the connection; Infinity where it has not, or merges appends itself.
   */
  readonly rate?: number
  /**
   * Longest pause between two appends of a response, in milliseconds. While the service rejects appends for their rate (42910 to
   * 42922) all responses on the connection (for 42913 and 42914 the one) pause, twice as long each time, up to this; the source
   * waits, and afterwards the pauses shrink step by step. Default 1 000.
   */
  readonly longest: number
}

/**
 * How a rejected create or repair is retried. A rejected append is not sent again, but repaired (P65). A permanent rejection (no such
 * message, no right to change it, too large) is not retried: the response is `failed` at once, and its source is closed.
 */
export interface RepairOptions {
  /** How often creating the message, or the repair after the end, is tried again before the response is `failed`. Default 5. */
  readonly retries: number
  /** Pause before the first of these, in milliseconds; it doubles each time. Default 200. */
  readonly pause: number
  /** Longest pause, in milliseconds. Default 5 000. */
  readonly longest: number
}

export interface StreamOptions extends AskOptions {
  /** Serial of the prompt that this answers; becomes the `reply-to` header and the message id. */
  readonly replyTo?: string
  /**
   * Stops the response. Status `cancelled`; when the reason is an error other than an `AbortError` (a timeout, a shutdown)
   * status `failed`.
   */
  readonly signal?: AbortSignal
  /** Further headers, under names that are not the protocol's (`role`, `status`, `finish`, …). Default none. */
  readonly headers?: Headers
  readonly batch?: Partial<BatchOptions>
  /** Message id: the same id twice makes one message. Default: derived from `replyTo`, random without one. */
  readonly id?: string
  /**
   * How many responses the prompt has had before, all of them failed: each has an id of its own. Default 0.
   */
  readonly failedBefore?: number
  /**
   * What all agents of the channel know and no user: from it the message ids of responses are derived, so that no user can work one out and
   * publish under it first. The same for all agents, or two of them may answer one prompt twice. Default: the first id
   * is one that everybody can work out; where a user has taken it, others are derived from the API key of the writer's client.
   */
  readonly secret?: string
  /**
   * Returns the author of the message that exists under the id. A user's is left alone, and the next id is tried; so is one of an `unknown` author, and
   * the next id is then one that no user can work out. Default: the author that the writer reads from the client id, if it can.
   */
  readonly owner?: (serial: string, guessable: boolean) => Promise<Owner>
  /** Serial of a response to write again (after a failure or a crash) instead of creating one. Its old text is replaced. */
  readonly restart?: string
  /**
   * Called once the message exists, before its first append. False leaves the message to another agent, which writes it; a rejection
   * makes the response `failed`. Default: true.
   */
  readonly confirm?: (serial: string) => Promise<boolean>
  /**
   * The `error` header for what ended the response as `failed`; users read it, so it must not hold what only developers may know: errors of
   * models quote keys, URLs and prompts. Also called with a `ToolError` for each tool that failed while the model went on: what it returns is the
   * error text of the call. Default: the message of a `ReaderError`, and `the model failed` or `the tool failed` for every other error.
   */
  readonly describe?: (error: unknown) => string
  /**
   * Called with every error: the reason why the response is `failed`, each tool that failed while the model went on, and once with what was
   * left out of the model's stream because its shape is not known. Default: `console.error`.
   */
  readonly onError?: (error: unknown) => void
  /** What readers receive of reasoning and of tools. Default: everything, but not the errors that tools throw. */
  readonly show?: ShowOptions
  /**
   * Called at the end of a response of which `show` has withheld something, with all of it: an agent gives it to its model with the next prompt. It
   * is not for browsers. A rejection is reported. Default: what is withheld is lost.
   */
  readonly keepWithheld?: (withheld: WithheldData) => Promise<void>
  /**
   * Whether a response whose source has ended waits (status `waiting`) while a person has not decided a call, or a page has not run one: a
   * call without a result that the agent has not run is one for the page. Default false: the response is complete, and its calls are interrupted.
   */
  readonly waits?: boolean
  /** Appends on the wire whose fate is unknown; the source waits when there are as many. At least 1. Default 32. */
  readonly maxInFlight?: number
  readonly repair?: Partial<RepairOptions>
  /**
   * A source that yields nothing for this long, in milliseconds, has failed; what it gave is kept. Reasoning, calls of tools, pings: all that it
   * yields counts, text or not. Counted from when the model was asked, so a promise of a source that does not resolve is silence, too. Default 120 000; Infinity waits
   * for ever.
   */
  readonly silenceLimit?: number
  /**
   * As `silenceLimit`, while a tool has been called and has not given its result: the model waits for it, and tools take longer. Preliminary results
   * count as something yielded. Default 600 000, or `silenceLimit` where that is more.
   */
  readonly toolLimit?: number
  /** Resolves when the model is asked, for a source that waits for its turn before: waiting is no silence. Default: it is asked at once. */
  readonly turn?: PromiseLike<unknown>
  /**
   * While the source is silent an empty append is sent about this often, in milliseconds, so that readers do not show the response as
   * stalled, and other agents do not take it for abandoned. Default 6 000; Infinity never.
   */
  readonly heartbeat?: number
  /** Follows the response, for traces and metrics; an agent makes one for each with `observe`. Default none. */
  readonly observer?: AnswerObserver | undefined
  /** Default: the system's. */
  readonly clock?: Clock
}

export interface Settings {
  readonly batch: BatchOptions
  readonly repair: RepairOptions
  readonly maxInFlight: number
  readonly silenceLimit: number
  readonly toolLimit: number
  readonly heartbeat: number
  readonly clock: Clock
  readonly report: Report
  /** Undefined if nothing follows the response. */
  readonly observing: Observing | undefined
}

/** Above 0, of no matter how little. */
const POSITIVE = { from: Number.MIN_VALUE }
const NOT_NEGATIVE = { from: 0 }
/** A timer takes no longer: it would be over at once. */
const TIMED = { from: 0, below: 2 ** 31 }

const kinds = {
  replyTo: text,
  id: text,
  secret: text,
  restart: text,
  signal,
  batch: record,
  repair: record,
  owner: callable,
  confirm: callable,
  describe: callable,
  onError: callable,
  show: record,
  keepWithheld: callable,
  answerBy: callable,
  turn: promise,
  observer: having('record'),
  clock: having('now', 'after'),
}

/** @throws RangeError, TypeError when an option is out of its bounds, or of another kind */
export function resolveSettings(options: StreamOptions): Settings {
  checkKinds(options, kinds)
  checkNames('approve', options.approve)
  if (typeof options.answerWithin !== 'function') checkNumber('answerWithin', options.answerWithin, Infinity, { from: 1 })
  checkShow(options.show)
  const batch = options.batch ?? {}
  const repair = options.repair ?? {}
  const silenceLimit = checkNumber('silenceLimit', options.silenceLimit, 120_000, POSITIVE)
  const report = reporter(options.onError)
  const rate = batch.rate === undefined ? undefined : checkNumber('batch.rate', batch.rate, 0, POSITIVE)
  return {
    batch: {
      window: checkNumber('batch.window', batch.window, 2, NOT_NEGATIVE),
      interval: checkNumber('batch.interval', batch.interval, 25, NOT_NEGATIVE),
      size: checkNumber('batch.size', batch.size, 4096, { from: 1 }),
      longest: checkNumber('batch.longest', batch.longest, 1000, TIMED),
      ...(rate !== undefined && { rate }),
    },
    repair: {
      retries: checkNumber('repair.retries', repair.retries, 5, NOT_NEGATIVE),
      pause: checkNumber('repair.pause', repair.pause, 200, TIMED),
      longest: checkNumber('repair.longest', repair.longest, 5000, TIMED),
    },
    maxInFlight: checkNumber('maxInFlight', options.maxInFlight, 32, { from: 1 }),
    silenceLimit,
    toolLimit: checkNumber('toolLimit', options.toolLimit, Math.max(600_000, silenceLimit), POSITIVE),
    heartbeat: checkNumber('heartbeat', options.heartbeat, 6_000, POSITIVE),
    clock: options.clock ?? systemClock,
    report,
    observing: createObserving(options.observer, report),
  }
}
