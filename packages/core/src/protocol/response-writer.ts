import type { Headers } from './message.ts'

/** What an agent publishes with one operation. */
export interface Draft {
  readonly text: string
  /** Complete headers, every time: the service replaces them as a whole. */
  readonly headers: Headers
}

/** What a message begins with. */
export interface CreateDraft extends Draft {
  readonly id?: string
  /**
   * Asked with the serial of the message that exists under `id`, before anything else is published for it: a writer that publishes no more than
   * that message need not ask. False where another has published under the id first.
   */
  readonly mayContinue?: (serial: string) => Promise<boolean>
}

/**
 * The write side of a channel. Every promise settles: it rejects with an error that carries the service's `code` when the
 * operation was refused or lost. Operations reach the service in the order of the calls; none needs to be awaited first.
 */
export interface ResponseWriter {
  /** Publishes `message.create`. The same `id` twice makes one message, and both calls get its serial. */
  create(draft: CreateDraft): Promise<{ readonly serial: string }>
  /** Publishes `message.append` of an increment. `version` is null when a later version superseded it. */
  append(serial: string, draft: Draft): Promise<{ readonly version: string | null }>
  /** Publishes `message.update`: replaces the whole text. */
  update(serial: string, draft: Draft): Promise<{ readonly version: string | null }>
  /** Whether a user has published the message, by the client id that the service stamped. Default: nobody can tell. */
  isUsers?(serial: string): Promise<boolean>
  /** What others who write as agents on the channel know, and no user: message ids are derived from it. Never published or logged. Default: none. */
  readonly secret?: string | undefined
  /** Largest message the service takes, in bytes. Default 65 536. */
  readonly maxMessageSize?: number | undefined
  /** The same object for all writers whose messages count together for the service's rate limits. Default: the writer itself. */
  readonly connection?: object
  /** Messages a second that the service takes on that connection. Default: not known. */
  readonly maxRate?: number | undefined
  /** Milliseconds within which the service merges appends to one message into one. Default 0: it does not. */
  readonly rollup?: number | undefined
}
