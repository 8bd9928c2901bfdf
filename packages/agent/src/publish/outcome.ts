import type { FinishReason } from '@streamfold/core'

/** How a response ended. A failing wire ends it too: `failed`, never a rejection. */
export type Outcome = Ended | Failed

export interface Ended {
  /**
   * `complete`: the source ended. `cancelled`: the signal stopped it. Either way the service holds exactly `text`.
   * `waiting`: a person, or a page, has to answer before it goes on.
   * `superseded`: another agent writes this response; nothing more was appended.
   */
  readonly status: 'complete' | 'waiting' | 'cancelled' | 'superseded'
  /** Why the model ended, where its stream says so: a `complete` response may be cut off at a limit. */
  readonly finish?: FinishReason
  /** The text of the response. */
  readonly text: string
  /** Full updates that were needed because the service rejected an append. */
  readonly repairs: number
}

export interface Failed {
  readonly status: 'failed'
  /** What the source had yielded; the service may hold less when the wire was at fault. */
  readonly text: string
  readonly repairs: number
  readonly error: unknown
  /** Set if the end could not be written: readers still see the response as open. */
  readonly unwritten?: true
}
