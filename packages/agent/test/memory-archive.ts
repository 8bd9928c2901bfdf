import { selectMessages } from '@streamfold/core'
import { createMemoryArchive } from '@streamfold/testkit/archive'
import type { ResponseArchive } from '../src/index.ts'
import { fromArchive } from '../src/index.ts'

/** An archive of one channel, and what a page would show of it. */
export function memoryArchive() {
  const kept = createMemoryArchive()
  let puts = 0
  const archive: ResponseArchive = {
    put(channel, page) {
      puts++
      return kept.put(channel, page)
    },
    read: (channel, limit) => kept.read(channel, limit),
  }
  const shown = async () =>
    selectMessages(fromArchive(await archive.read('ai:test'), 'agent')).map(({ text, status }) => `${text} ${status}`)
  return { archive, shown, puts: () => puts }
}
