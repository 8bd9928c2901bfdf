import type { Conversation, Message } from '@streamfold/core'
import type { Call } from './calls.ts'
import type { Entry } from './entry.ts'
import type { Track } from './track.ts'

/** The events of one message. */
export interface Lane {
  readonly serial: string
  readonly role: Message['role']
  /** The entries with a version of it. */
  readonly marks: readonly Entry[]
  readonly status: Track
  readonly continuity: Track
}

interface Checkpoint {
  readonly index: number
  /** The conversation before the event `index`. */
  readonly state: Conversation
}

/** A log prepared for drawing. */
export interface Timeline {
  /** Index of the oldest entry; earlier ones are folded into the log's start. */
  readonly first: number
  /** Index of the next event to read. */
  readonly next: number
  /** Time of the first entry that has one; 0 if none has. */
  readonly begins: number
  readonly entries: readonly Entry[]
  readonly lanes: ReadonlyMap<string, Lane>
  /** The calls of tools, by the serial of their message's first record. */
  readonly calls: ReadonlyMap<string, readonly Call[]>
  readonly connection: Track
  readonly channel: Track
  readonly checkpoints: readonly Checkpoint[]
  /** The conversation after the last entry. */
  readonly state: Conversation
}
