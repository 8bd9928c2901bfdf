import { selectMessages } from '@streamfold/core'
import type { ArchivedMessage, ResponseArchive } from '../src/index.ts'
import { fromArchive } from '../src/index.ts'

/** An archive of one channel, and what a page would show of it. */
export function memoryArchive() {
  const kept = new Map<string, ArchivedMessage>()
  let reach: string | undefined
  let puts = 0
  const archive: ResponseArchive = {
    async put(_, { messages, upTo }) {
      puts++
      for (const message of messages) {
        const known = kept.get(message.serial)
        if (!known || known.version.serial < message.version.serial) kept.set(message.serial, message)
      }
      if (upTo !== undefined && (reach === undefined || upTo > reach)) reach = upTo
    },
    read: async (_, limit = 1_000) => ({
      messages: [...kept.values()].toSorted((a, b) => (a.serial < b.serial ? -1 : 1)).slice(-limit),
      upTo: reach,
    }),
  }
  const shown = async () =>
    selectMessages(fromArchive(await archive.read('ai:test'), 'agent')).map(({ text, status }) => `${text} ${status}`)
  return { archive, shown, puts: () => puts }
}
