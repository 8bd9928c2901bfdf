import type { Conversation, Message } from '@streamfold/core'
import type { Entry } from './entry.ts'
import type { Track } from './track.ts'

/** What happened to one message. */
export interface Lane {
  readonly serial: string
  readonly role: Message['role']
  /** The entries that carried a version of it. */
  readonly marks: readonly Entry[]
  readonly status: Track
  readonly continuity: Track
}

interface Checkpoint {
  readonly index: number
  /** The conversation before the event `index`. */
  readonly state: Conversation
}

/** A log as a picture needs it. */
export interface Timeline {
  /** Index of the oldest entry; those before it were folded into the log's start. */
  readonly first: number
  /** Index of the event to be read next. */
  readonly next: number
  /** Time of the first entry that has one; 0 while there is none. */
  readonly begins: number
  readonly entries: readonly Entry[]
  readonly lanes: ReadonlyMap<string, Lane>
  readonly connection: Track
  readonly channel: Track
  readonly checkpoints: readonly Checkpoint[]
  /** The conversation after the last entry. */
  readonly state: Conversation
}
