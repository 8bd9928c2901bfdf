/** Work the core asks its binding to do. Plain data: an effect asked for again is the same work, not more of it. */
export type Effect =
  /** Read history until the attach point; back to `downTo` when messages are already known, else as far as the binding likes. */
  | { readonly type: 'fetchHistory'; readonly attempt: number; readonly downTo: string | undefined }
  /** Read one message: a snapshot at `atLeast` or newer lets its stream go on. */
  | { readonly type: 'fetchMessage'; readonly serial: string; readonly atLeast: string }
