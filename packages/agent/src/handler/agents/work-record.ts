/** Records running work, for the process that starts after a crash. */
export interface WorkJournal {
  begin(channelName: string, promptSerial: string): void
  end(channelName: string, promptSerial: string): void
  /** Channels on which other processes have begun work and not ended it. */
  left(): readonly string[]
  /** Marks the work that `left` returned for a channel as done; later work of others stays. */
  forget(channelName: string): void
}

/** Records responses that wait for people, for the process that starts next. */
export interface WaitingRecord {
  add(channelName: string, responseSerial: string): void
  remove(channelName: string, responseSerial: string): void
  /** Serials of the responses, by channel. */
  all(): ReadonlyMap<string, readonly string[]>
}
