import type { Headers } from './message-types.ts'

/** What an operation says of the message after it. */
export interface OperationMetadata {
  /** Length of the full data after the operation, in UTF-16 code units (P104). */
  readonly len: number
}

/** The content of one operation of an agent. */
export interface Draft {
  readonly text: string
  /** Complete headers for every operation, because the service replaces all of them (P11, P64). */
  readonly headers: Headers
  /** Of an append or an update; a create has none (P19). */
  readonly metadata?: OperationMetadata
}

/** The content of a create or an update with which an agent claims a response. */
interface ClaimDraft extends Draft {
  /**
   * Called with the serial of the message, once the service has it, before the writer publishes anything else for the response. A writer that
   * publishes only that message need not call it. False means that another author was first: with a create under its id, or with an update that
   * claims the response.
   */
  readonly mayContinue?: (serial: string) => Promise<boolean>
}

/** The content of a create. */
export interface CreateDraft extends ClaimDraft {
  readonly id?: string
}

/**
 * The write side of a channel. Every promise settles. It rejects with an error that has the service's `code` when the operation was refused
 * or lost. Operations reach the service in the order of the calls; callers need not await one before the next (P15).
 */
export interface ResponseWriter {
  /** Publishes `message.create`. Two calls with the same `id` make one message, and both get its serial (P6). */
  create(draft: CreateDraft): Promise<{ readonly serial: string }>
  /** Publishes `message.append` of an increment. `version` is null when a later version superseded it. */
  append(serial: string, draft: Draft): Promise<{ readonly version: string | null }>
  /** Publishes `message.update`: replaces the full text. */
  update(serial: string, draft: ClaimDraft): Promise<{ readonly version: string | null }>
  /** Whether a user published the message, from the stamped client id (P5). Default: unknown. */
  isUsers?(serial: string): Promise<boolean>
  /** A secret shared by the agents of a channel and unknown to users: message ids are derived from it. Never published or logged. Default: none. */
  readonly secret?: string | undefined
  /** The largest message that the service accepts, in bytes (P8). Default 65 536. */
  readonly maxMessageSize?: number | undefined
  /** The same object for all writers that share the service's rate limit. Default: the writer itself. */
  readonly connection?: object
  /** Messages per second that the service accepts on that connection (P29). Default: unknown. */
  readonly maxRate?: number | undefined
  /** The window in which the service merges appends to one message, in milliseconds (P18). Default 0: it does not. */
  readonly rollup?: number | undefined
}
