/** Records running work, for the process that starts after a crash. Its functions may return promises: answers do not wait for them, and rejections are reported. */
export interface WorkJournal {
  begin(channelName: string, promptSerial: string): void | PromiseLike<void>
  end(channelName: string, promptSerial: string): void | PromiseLike<void>
  /** Channels on which other processes have begun work and not ended it. */
  left(): readonly string[] | PromiseLike<readonly string[]>
  /** Marks the work that `left` returned for a channel as done; later work of others stays. */
  forget(channelName: string): void | PromiseLike<void>
}

/** Records responses that wait for people, for the process that starts next. Its functions may return promises, as those of `WorkJournal`. */
export interface WaitingRecord {
  add(channelName: string, responseSerial: string): void | PromiseLike<void>
  remove(channelName: string, responseSerial: string): void | PromiseLike<void>
  /** Serials of the responses, by channel. */
  all(): ReadonlyMap<string, readonly string[]> | PromiseLike<ReadonlyMap<string, readonly string[]>>
}
