import type { WaitingRecord, WorkJournal } from '../../src/index.ts'

interface Row {
  readonly channel: string
  readonly prompt: string
  readonly run: number
  readonly seenAt: number
}

/** Journals of several processes, over one set of rows. */
export function memoryJournals(): () => WorkJournal {
  let rows: readonly Row[] = []
  let runs = 0
  return () => {
    const run = ++runs
    let told: readonly Row[] = []
    return {
      begin: (channel, prompt) => void (rows = [...rows, { channel, prompt, run, seenAt: Date.now() }]),
      end: (channel, prompt) =>
        void (rows = rows.filter((row) => !(row.channel === channel && row.prompt === prompt && row.run === run))),
      left(silence = -1) {
        told = rows.filter((row) => row.run !== run && Date.now() - row.seenAt > silence)
        return [...new Set(told.map(({ channel }) => channel))]
      },
      forget: (name) => void (rows = rows.filter((row) => row.channel !== name || !told.includes(row))),
      alive: () => void (rows = rows.map((row) => (row.run === run ? { ...row, seenAt: Date.now() } : row))),
    }
  }
}

/** What waits for people, kept by several processes. */
export function memoryWaiting(): { all(): ReadonlyMap<string, readonly string[]> } & WaitingRecord {
  const rows = new Map<string, readonly string[]>()
  return {
    add: (channel, response) => void rows.set(channel, [...new Set([...(rows.get(channel) ?? []), response])]),
    remove(channel, response) {
      const left = (rows.get(channel) ?? []).filter((each) => each !== response)
      if (left.length > 0) rows.set(channel, left)
      else rows.delete(channel)
    },
    all: () => rows,
  }
}
