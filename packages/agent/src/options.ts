import type { Headers } from '@streamfold/core'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'

/** When text that has come from the source goes out. */
export interface BatchOptions {
  /**
   * Appends of a response that may be unanswered while text still goes out at once; more text waits, so that each answer
   * clocks the next append. Default 2.
   */
  readonly window: number
  /**
   * Longest that text waits for an answer, in milliseconds. 0 sends every piece. Default 25. Where the service merges appends it is
   * that which batches, and this is next to 0.
   */
  readonly interval: number
  /** This many UTF-16 code units waiting go out without waiting for an answer. Default 4 096. */
  readonly size: number
  /**
   * Messages a second that all responses on one connection send together; four fifths of it steadily, the rest as a burst. Answers may
   * come so quickly that appends clocked by them exceed what Ably admits on a connection (50), and a rejection costs readers a
   * repair. Default: what the service has announced for the connection; Infinity where it has not, or merges appends itself.
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
 * How failures of the wire are met. What the service refuses for good (no such message, no right to change it, too large) is not
 * tried again: the response is `failed` at once, and its source is closed.
 */
export interface RepairOptions {
  /** How often creating the message, or the repair after the end, is tried again before the response is `failed`. Default 5. */
  readonly retries: number
  /** Pause before the first of these, in milliseconds; it doubles each time. Default 200. */
  readonly pause: number
  /** Longest pause, in milliseconds. Default 5 000. */
  readonly longest: number
}

export interface StreamOptions {
  /** Serial of the prompt that this answers; becomes the `reply-to` header and the message id. */
  readonly replyTo?: string
  /**
   * Stops the response. Status `cancelled`; when the reason is an error other than an `AbortError` (a timeout, a shutdown)
   * status `failed` with its message.
   */
  readonly signal?: AbortSignal
  /** Further headers; `role`, `status`, `reply-to`, `continues` and `error` are the protocol's and win. Default none. */
  readonly headers?: Headers
  readonly batch?: Partial<BatchOptions>
  /** Message id: the same id twice makes one message. Default: derived from `replyTo`, random without one. */
  readonly id?: string
  /** Serial of a response to write anew (after a failure or a crash) instead of creating one. Its old text is replaced. */
  readonly restart?: string
  /**
   * Asked once the message exists, before its first append: false leaves it to whoever else writes it, and
   * a rejection too, as a failure. Default yes.
   */
  readonly confirm?: (serial: string) => Promise<boolean>
  /** The `error` header for what the source threw; users read it. Default: the error's message. */
  readonly describe?: (error: unknown) => string
  /** Appends on the wire whose fate is unknown; the source waits when there are as many. Default 32. */
  readonly maxInFlight?: number
  readonly repair?: Partial<RepairOptions>
  /**
   * A source that yields nothing for this long, in milliseconds, has failed; what it gave is kept. Counted from when the model
   * was asked. Default 120 000; Infinity waits for ever.
   */
  readonly silenceLimit?: number
  /**
   * While the source is silent an empty append says, about this often in milliseconds, that the response has an author: readers
   * do not take it for stalled, nor other agents for abandoned. Default 6 000; Infinity never.
   */
  readonly heartbeat?: number
  /** Default: the system's. */
  readonly clock?: Clock
}

export interface Settings {
  readonly batch: BatchOptions
  readonly repair: RepairOptions
  readonly maxInFlight: number
  readonly silenceLimit: number
  readonly heartbeat: number
  readonly clock: Clock
}

export function resolveSettings(options: StreamOptions): Settings {
  return {
    batch: { window: 2, interval: 25, size: 4096, longest: 1000, ...options.batch },
    repair: { retries: 5, pause: 200, longest: 5000, ...options.repair },
    maxInFlight: Math.max(1, options.maxInFlight ?? 32),
    silenceLimit: options.silenceLimit ?? 120_000,
    heartbeat: options.heartbeat ?? 6_000,
    clock: options.clock ?? systemClock,
  }
}
