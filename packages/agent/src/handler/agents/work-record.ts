/** Records running work, for the process that starts after a crash. Its functions may return promises: answers do not wait for them, and rejections are reported. */
export interface WorkJournal {
  begin(channelName: string, promptSerial: string): void | PromiseLike<void>
  end(channelName: string, promptSerial: string): void | PromiseLike<void>
  /**
   * Channels on which other processes have begun work and not ended it.
   *
   * @param silence milliseconds: only of processes that have not called `alive` for so long. Default: of all others. A journal without `alive` need not look at it
   */
  left(silence?: number): readonly string[] | PromiseLike<readonly string[]>
  /** Marks the work that `left` returned for a channel as done; later work of others stays, and so does that of a process that has called `alive` since. */
  forget(channelName: string): void | PromiseLike<void>
  /** Says that this process lives, and works on what it has begun. Where it is missing, the processes look at each other's work. */
  alive?(): void | PromiseLike<void>
}

/** Records responses that wait for people, for the process that starts next. Its functions may return promises, as those of `WorkJournal`. */
export interface WaitingRecord {
  /** Its process looks after the response from now on, whichever did before. */
  add(channelName: string, responseSerial: string): void | PromiseLike<void>
  remove(channelName: string, responseSerial: string): void | PromiseLike<void>
  /**
   * Serials of the responses, by channel.
   *
   * @param silence milliseconds: only those whose process has not called `alive` for so long. Default: all. A record without `alive` need not look at it
   */
  all(silence?: number): ReadonlyMap<string, readonly string[]> | PromiseLike<ReadonlyMap<string, readonly string[]>>
  /** Says that this process lives, and looks after those that it has added. */
  alive?(): void | PromiseLike<void>
}
