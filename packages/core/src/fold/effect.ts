/** Work that the core asks its client to do. Plain data: the same effect listed again is the same work, not more of it. */
export type Effect =
  /** Read history up to the attach point; back to `downTo` if messages are known already, otherwise as far as the client's options say. */
  | { readonly type: 'fetchHistory'; readonly attempt: number; readonly downTo: string | undefined }
  /** Read one message: a snapshot at `atLeast` or newer lets its stream continue. */
  | { readonly type: 'fetchMessage'; readonly serial: string; readonly atLeast: string }
  /**
   * Read the versions of one message, because the newest, `version`, is by someone who may not change it. Fold them as snapshots, then the event
   * `versions-read`.
   */
  | { readonly type: 'fetchVersions'; readonly serial: string; readonly version: string }
