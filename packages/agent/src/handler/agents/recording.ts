import type { WaitingRecord, WorkJournal } from './work-record.ts'

/** What a process before this one has left behind. */
export interface Left {
  /** Channels that somebody must look after. */
  readonly channels: readonly string[]
  /** Serials of responses that wait for people, by channel. */
  readonly waits: ReadonlyMap<string, readonly string[]>
}

/**
 * Writes to the records of a product. These may be a database, so no answer waits for a write, and none fails with one: what fails is reported. Writes about one
 * channel are in order.
 */
export interface Recording {
  begin(channelName: string, promptSerial: string): void
  end(channelName: string, promptSerial: string): void
  /** A response waits for people. */
  wait(channelName: string, responseSerial: string): void
  /** It waits no more. */
  goOn(channelName: string, responseSerial: string): void
  /** @param silence milliseconds: of processes that have been silent for so long. Default: of all others */
  left(silence?: number): Promise<Left>
  /** Says that this process lives. */
  alive(): Promise<void>
  forget(channelName: string): void
  /** Resolves when all of it is written. */
  written(): Promise<void>
}

export function createRecording(
  journal: WorkJournal | undefined,
  waiting: WaitingRecord | undefined,
  report: (error: unknown) => void,
): Recording {
  /** The newest write about each channel, until it has ended. */
  const newest = new Map<string, Promise<unknown>>()

  function write(channelName: string, begin: () => unknown): void {
    const before = newest.get(channelName)
    const written = (before ? before.then(begin) : started(begin)).catch(report).finally(() => {
      if (newest.get(channelName) === written) newest.delete(channelName)
    })
    newest.set(channelName, written)
  }

  async function read<T>(begin: () => T | PromiseLike<T> | undefined): Promise<T | undefined> {
    try {
      return await begin()
    } catch (error) {
      report(error)
      return undefined
    }
  }

  return {
    begin: (name, prompt) => journal && write(name, () => journal.begin(name, prompt)),
    end: (name, prompt) => journal && write(name, () => journal.end(name, prompt)),
    wait: (name, response) => waiting && write(name, () => waiting.add(name, response)),
    goOn: (name, response) => waiting && write(name, () => waiting.remove(name, response)),
    forget: (name) => journal && write(name, () => journal.forget(name)),
    async left(silence) {
      const [begun = [], waits = new Map<string, readonly string[]>()] = await Promise.all([
        read(() => journal?.left(silence)),
        read(() => waiting?.all(silence)),
      ])
      return { channels: [...new Set([...begun, ...waits.keys()])], waits }
    },
    async alive() {
      await Promise.all([read(() => journal?.alive?.()), read(() => waiting?.alive?.())])
    },
    async written() {
      while (newest.size > 0) await Promise.all(newest.values())
    },
  }
}

/** Begins at once, and rejects with what it throws. */
function started(begin: () => unknown): Promise<unknown> {
  return new Promise((resolve) => resolve(begin()))
}
