import type { AgentChannel } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAgents } from '../src/agents.ts'
import { openDatabase } from '../src/data/database.ts'
import { createSqliteArchive } from '../src/data/sqlite-archive.ts'
import type { WorkJournal } from '../src/data/work-journal.ts'
import { createWorkJournal } from '../src/data/work-journal.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const channel: AgentChannel = {
  name: 'ai:x',
  clientId: 'agent',
  writer: {
    create: async () => ({ serial: 's' }),
    append: async () => ({ version: null }),
    update: async () => ({ version: null }),
  },
  conversation: async () => emptyConversation(),
  subscribe: async () => () => undefined,
  announce: async () => undefined,
}

test('a channel is opened with its first prompt, kept while in use, and left when idle', async () => {
  const opened: string[] = []
  const released: string[] = []
  const agents = createAgents({
    open(name) {
      opened.push(name)
      return { channel, release: async () => void released.push(name) }
    },
    respond: async function* () {},
    archive: createSqliteArchive(openDatabase(':memory:')),
    idleAfter: 1_000,
  })
  const ask = async () => {
    const answer = agents.answer('ai:a', 'p')
    await vi.advanceTimersByTimeAsync(300)
    return answer
  }
  expect(await ask()).toMatchObject({ reason: 'unknown-prompt' })
  await vi.advanceTimersByTimeAsync(500)
  await ask()
  expect(opened).toEqual(['ai:a'])
  await vi.advanceTimersByTimeAsync(500)
  expect(released).toEqual([])
  await vi.advanceTimersByTimeAsync(800)
  expect(released).toEqual(['ai:a'])
  await ask()
  expect(opened).toEqual(['ai:a', 'ai:a'])
  await agents.close()
  expect(released).toEqual(['ai:a', 'ai:a'])
})

function make(options: { release?: (name: string) => Promise<void>; subscribe?: AgentChannel['subscribe'] } = {}) {
  const database = openDatabase(':memory:')
  const open = new Set<string>()
  const opened: string[] = []
  const agents = (journal: WorkJournal) =>
    createAgents({
      open(name) {
        open.add(name)
        opened.push(name)
        return {
          channel: { ...channel, name, ...(options.subscribe && { subscribe: options.subscribe }) },
          async release() {
            await options.release?.(name)
            open.delete(name)
          },
        }
      },
      respond: async function* () {},
      archive: createSqliteArchive(database),
      journal,
      idleAfter: 1_000,
    })
  return { database, open, opened, agents }
}

test('whoever asks on channels without end does not use up those of the connection', async () => {
  const { database, open, opened, agents } = make()
  const made = agents(createWorkJournal(database))
  for (let n = 0; n < 300; n++) {
    const answer = made.answer(`ai:${n}`, 'nope')
    await vi.advanceTimersByTimeAsync(1)
    void answer
  }
  await vi.advanceTimersByTimeAsync(300)
  expect(opened).toHaveLength(300)
  expect(open.size).toBeLessThanOrEqual(100)
  await made.close()
  expect(open.size).toBe(0)
})

test('a prompt that comes as its channel is being left waits until it has been', async () => {
  let leave = (): void => undefined
  const { database, opened, agents } = make({ release: () => new Promise((resolve) => (leave = resolve)) })
  const made = agents(createWorkJournal(database))
  void made.answer('ai:a', 'p')
  await vi.advanceTimersByTimeAsync(2_000)
  const answer = made.answer('ai:a', 'p')
  await vi.advanceTimersByTimeAsync(300)
  expect(opened).toEqual(['ai:a'])
  leave()
  await vi.advanceTimersByTimeAsync(300)
  expect(opened).toEqual(['ai:a', 'ai:a'])
  expect(await answer).toMatchObject({ reason: 'unknown-prompt' })
  const closing = made.close()
  await vi.advanceTimersByTimeAsync(300)
  leave()
  await closing
})

test('what a crash has left open is still known when the agent is stopped before it has looked after it', async () => {
  const { database, agents } = make({ subscribe: () => Promise.reject(new Error('out of reach')) })
  createWorkJournal(database).begin('ai:left', 'p')
  const journal = createWorkJournal(database)
  const made = agents(journal)
  const recovered = made.recover()
  await vi.advanceTimersByTimeAsync(40_000)
  expect(journal.left()).toEqual(['ai:left'])
  await made.close()
  await recovered
  expect(journal.left()).toEqual(['ai:left'])
})

test('what a colleague begins meanwhile stays in the journal', async () => {
  const { database } = make()
  const colleague = createWorkJournal(database)
  const journal = createWorkJournal(database)
  colleague.begin('ai:a', 'old')
  expect(journal.left()).toEqual(['ai:a'])
  colleague.begin('ai:a', 'new')
  journal.forget('ai:a')
  expect(journal.left()).toEqual(['ai:a'])
  colleague.end('ai:a', 'new')
  expect(journal.left()).toEqual([])
})

test('a channel that cannot be looked after is reported at once, and keeps neither the others nor the archive waiting', async () => {
  vi.useRealTimers()
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  const database = openDatabase(':memory:')
  const archive = createSqliteArchive(database)
  let resolve!: (channels: readonly string[]) => void
  const channels = new Promise<readonly string[]>((found) => (resolve = found))
  const errors: unknown[] = []
  const forgotten: string[] = []
  const journal: WorkJournal = {
    ...createWorkJournal(database),
    left: () => ['ai:broken', 'ai:unopened', 'ai:fine'],
    forget(name) {
      if (name === 'ai:broken') throw new Error('the disk is full')
      forgotten.push(name)
    },
  }
  const agents = createAgents({
    open(name) {
      if (name === 'ai:unopened') throw new Error('too many channels')
      return { channel: { ...channel, name }, release: async () => undefined }
    },
    respond: async function* () {},
    archive: { ...archive, channels: () => channels },
    journal,
    onError: (error) => void errors.push(error),
  })
  const recovered = agents.recover()
  await vi.waitUntil(() => errors.length === 2 && forgotten.length === 1)
  await new Promise(setImmediate)
  expect(unhandled).toEqual([])
  expect(errors).toEqual(expect.arrayContaining([new Error('the disk is full'), new Error('too many channels')]))
  expect(forgotten).toEqual(['ai:fine'])
  resolve([])
  await recovered
  await agents.close()
  process.off('unhandledRejection', note)
})
