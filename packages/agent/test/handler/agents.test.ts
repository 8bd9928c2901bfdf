import type { Conversation } from '@streamfold/core'
import type { AgentChannel, ArchivedMessage, ArchivePage } from '@streamfold/core/transport'
import { emptyConversation, normalise, reduce } from '@streamfold/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAgents } from '../../src/handler/agents/agents.ts'
import type { WorkLimits } from '../../src/handler/agents/work-queue.ts'
import type { WorkJournal } from '../../src/index.ts'
import { createAgentHandler, systemClock } from '../../src/index.ts'
import { memoryArchive } from '../memory-archive.ts'
import { memoryJournals } from './memory-records.ts'

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
    archive: memoryArchive().archive,
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
  const createJournal = memoryJournals()
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
      archive: memoryArchive().archive,
      journal,
      idleAfter: 1_000,
    })
  return { createJournal, open, opened, agents }
}

test('a client that asks on ever more channels does not use up those of the connection', async () => {
  const { createJournal, open, opened, agents } = make()
  const made = agents(createJournal())
  let most = 0
  for (let n = 0; n < 300; n++) {
    void made.answer(`ai:${n}`, 'nope', `client-${n}`)
    await vi.advanceTimersByTimeAsync(1)
    most = Math.max(most, open.size)
  }
  await vi.advanceTimersByTimeAsync(1_000)
  expect(opened).toHaveLength(300)
  expect(most).toBeLessThanOrEqual(100)
  expect(open.size).toBeLessThanOrEqual(100)
  await made.close()
  expect(open.size).toBe(0)
})

/** Prompts on as many channels as are named, each answered for as long as `seconds` says. */
function busy(seconds: number, work?: WorkLimits) {
  const open = new Set<string>()
  let most = 0
  const agents = createAgents({
    open(name) {
      open.add(name)
      most = Math.max(most, open.size)
      const prompt = normalise(
        {
          serial: 'p',
          action: 'message.create',
          name: 'prompt',
          clientId: 'user',
          data: 'Hello?',
          extras: { headers: { role: 'user' } },
        },
        { agent: 'agent', source: 'history' },
      )
      let conversation = reduce(emptyConversation(), prompt)
      // The agent reads who made the message that it has created.
      const create: AgentChannel['writer']['create'] = async ({ text, headers }) => {
        const raw = {
          serial: 's',
          action: 'message.create',
          name: 'response',
          clientId: 'agent',
          data: text,
          extras: { headers },
        }
        conversation = reduce(conversation, normalise(raw, { agent: 'agent', source: 'history' }))
        return { serial: 's' }
      }
      return {
        channel: { ...channel, name, writer: { ...channel.writer, create }, conversation: async () => conversation },
        release: async () => void open.delete(name),
      }
    },
    async *respond() {
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
      yield 'done'
    },
    archive: memoryArchive().archive,
    clock: systemClock,
    onError: () => undefined,
    ...(work && { work }),
  })
  return { agents, open, most: () => most }
}

test('who asks on 200 channels at once starves nobody: others are answered at once', async () => {
  const { agents, most } = busy(600)
  for (let n = 0; n < 200; n++) void agents.answer(`ai:mallory-${n}`, 'p', 'mallory')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(agents.work).toMatchObject({ working: 20, most: 100, overloaded: false })
  expect(agents.ahead('ai:mallory-19', 'p')).toBeUndefined()
  expect(agents.ahead('ai:mallory-21', 'p')).toBe(1)
  expect(await agents.answer('ai:mallory-200', 'p', 'mallory')).toEqual({ type: 'busy', whose: 'own' })
  const answers = Array.from({ length: 80 }, (_, n) => agents.answer(`ai:user-${n}`, 'p', `user-${n}`))
  await vi.advanceTimersByTimeAsync(5_000)
  for (const answer of answers) expect(await answer).toMatchObject({ type: 'answering' })
  expect(most()).toBeLessThanOrEqual(120)
  const closing = agents.close()
  await vi.advanceTimersByTimeAsync(5_000)
  await closing
})

test('where all are at work a prompt waits, has its turn when one is done, and too long a wait is overload', async () => {
  const { agents } = busy(40, { most: 2, each: 1, waiting: 2 })
  for (const client of ['a', 'b']) void agents.answer(`ai:${client}`, 'p', client)
  const waits = agents.answer('ai:c', 'p', 'c')
  await vi.advanceTimersByTimeAsync(5_000)
  expect([agents.ahead('ai:c', 'p'), agents.work.overloaded]).toEqual([0, false])
  void agents.answer('ai:d', 'p', 'd')
  expect(await agents.answer('ai:e', 'p', 'e')).toEqual({ type: 'busy', whose: 'all' })
  expect(agents.work).toMatchObject({ working: 2, waiting: 2, overloaded: true })
  await vi.advanceTimersByTimeAsync(40_000)
  expect(await waits).toMatchObject({ type: 'answering' })
  expect(agents.work.overloaded).toBe(false)
  const closing = agents.close()
  await vi.advanceTimersByTimeAsync(5_000)
  await closing
})

test('a prompt that somebody else has put behind all of his own has the turn of its author', async () => {
  const { agents } = busy(600, { most: 10, each: 1 })
  for (let n = 0; n < 3; n++) void agents.answer(`ai:mallory-${n}`, 'p', 'mallory')
  const theirs = agents.answer('ai:alice', 'p', 'mallory')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(agents.ahead('ai:alice', 'p')).toBe(2)
  const own = agents.answer('ai:alice', 'p', 'alice')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await own).toMatchObject({ type: 'answering' })
  expect(await theirs).toBe(await own)
  expect(agents.work).toMatchObject({ working: 2, waiting: 2 })
  const closing = agents.close()
  await vi.advanceTimersByTimeAsync(5_000)
  await closing
})

test('what waits as the agent is stopped is told so', async () => {
  const { agents } = busy(600, { most: 1, each: 1 })
  void agents.answer('ai:a', 'p', 'a')
  const waits = agents.answer('ai:b', 'p', 'b')
  await vi.advanceTimersByTimeAsync(1_000)
  const closing = agents.close()
  expect(await waits).toMatchObject({ reason: 'closed' })
  await vi.advanceTimersByTimeAsync(5_000)
  await closing
})

test('a prompt that comes as its channel is being left waits until it has been', async () => {
  let leave = (): void => undefined
  const { createJournal, opened, agents } = make({ release: () => new Promise((resolve) => (leave = resolve)) })
  const made = agents(createJournal())
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
  const { createJournal, agents } = make({ subscribe: () => Promise.reject(new Error('out of reach')) })
  createJournal().begin('ai:left', 'p')
  const journal = createJournal()
  const made = agents(journal)
  const recovered = made.recover()
  await vi.advanceTimersByTimeAsync(40_000)
  expect(journal.left()).toEqual(['ai:left'])
  await made.close()
  await recovered
  expect(journal.left()).toEqual(['ai:left'])
})

test('what a colleague begins meanwhile stays in the journal', async () => {
  const { createJournal } = make()
  const colleague = createJournal()
  const journal = createJournal()
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
  const createJournal = memoryJournals()
  const { archive } = memoryArchive()
  let resolve!: (channels: readonly string[]) => void
  const channels = new Promise<readonly string[]>((found) => (resolve = found))
  const errors: unknown[] = []
  const forgotten: string[] = []
  const journal: WorkJournal = {
    ...createJournal(),
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
  await vi.waitUntil(() => errors.length === 2 && forgotten.length === 1, { timeout: 20_000 })
  await new Promise(setImmediate)
  expect(unhandled).toEqual([])
  expect(errors).toEqual(expect.arrayContaining([new Error('the disk is full'), new Error('too many channels')]))
  expect(forgotten).toEqual(['ai:fine'])
  resolve([])
  await recovered
  await agents.close()
  process.off('unhandledRejection', note)
})

/** An agent whose channels take a moment to be left, and whose archive holds something of each. */
function visited() {
  const calls: string[] = []
  const pending: (() => void)[] = []
  const kept: ArchivePage = { messages: [{ ...keptPrompt }], upTo: '1' }
  let read: () => Promise<Conversation> = async () => emptyConversation()
  const agents = createAgents({
    open(name) {
      calls.push(`open ${name}`)
      return {
        channel: { ...channel, name, conversation: () => read() },
        release() {
          calls.push(`release ${name}`)
          return new Promise<void>((resolve) => void pending.push(resolve))
        },
      }
    },
    respond: async function* () {},
    archive: { put: async () => undefined, read: async () => kept },
    idleAfter: 60_000,
    onError: (error) => void calls.push(String(error)),
  })
  return {
    agents,
    calls,
    reads: (next: () => Promise<Conversation>) => void (read = next),
    left() {
      for (const resolve of pending.splice(0)) resolve()
    },
  }
}

const keptPrompt: ArchivedMessage = {
  serial: '1',
  action: 'message.update',
  name: 'prompt',
  data: 'x',
  clientId: 'ann',
  timestamp: 1,
  version: { serial: '1', timestamp: 1 },
  extras: { headers: { role: 'user' } },
}

test('a channel that was opened for its archive is left before an agent opens it, and its page is not kept waiting', async () => {
  const { agents, calls, left } = visited()
  expect(await agents.archived('ai:a')).toMatchObject({ upTo: '1' })
  const answer = agents.answer('ai:a', 'p')
  await vi.advanceTimersByTimeAsync(300)
  expect(calls).toEqual(['open ai:a', 'release ai:a'])
  left()
  await vi.advanceTimersByTimeAsync(300)
  expect(calls).toEqual(['open ai:a', 'release ai:a', 'open ai:a'])
  expect(await answer).toMatchObject({ reason: 'unknown-prompt' })
  const closing = agents.close()
  await vi.advanceTimersByTimeAsync(300)
  left()
  await closing
})

test('a channel is left by the last of those who read its archive, or with the agent that has come meanwhile', async () => {
  const { agents, calls, reads, left } = visited()
  const read: (() => void)[] = []
  reads(() => new Promise((resolve) => void read.push(() => resolve(emptyConversation()))))
  const [first, second] = [agents.archived('ai:a'), agents.archived('ai:a')]
  await vi.advanceTimersByTimeAsync(10)
  read[0]?.()
  await first
  expect(calls.filter((each) => each.startsWith('release'))).toEqual([])
  read[1]?.()
  await second
  expect(calls.filter((each) => each.startsWith('release'))).toEqual(['release ai:a'])
  left()
  await vi.advanceTimersByTimeAsync(10)

  calls.length = 0
  read.length = 0
  const third = agents.archived('ai:a')
  await vi.advanceTimersByTimeAsync(10)
  reads(async () => emptyConversation())
  void agents.answer('ai:a', 'p')
  await vi.advanceTimersByTimeAsync(300)
  read[0]?.()
  await third
  expect(calls.filter((each) => each.startsWith('release'))).toEqual([])
  const closing = agents.close()
  await vi.advanceTimersByTimeAsync(300)
  left()
  await closing
  expect(calls.filter((each) => each.startsWith('release'))).toEqual(['release ai:a'])
})

test('a channel is left when the request for its archive is given up, although the database hangs', async () => {
  const { agents, calls, reads } = visited()
  reads(() => new Promise(() => undefined))
  const request = new AbortController()
  const page = agents.archived('ai:a', request.signal)
  const rejected = expect(page).rejects.toThrow('given up')
  await vi.advanceTimersByTimeAsync(10)
  expect(calls).toEqual(['open ai:a'])
  request.abort(new Error('given up'))
  await rejected
  expect(calls).toEqual(['open ai:a', 'release ai:a'])
})

test('a stopped agent opens no channel: for no archive, and for no prompt or recovery that has waited for one to be left', async () => {
  const leaves: (() => void)[] = []
  const { createJournal, opened, agents } = make({ release: () => new Promise((resolve) => void leaves.push(resolve)) })
  for (let n = 0; n < 150; n++) createJournal().begin(`ai:left-${n}`, 'p')
  const made = agents(createJournal())
  for (let n = 0; n < 100; n++) void made.answer(`ai:${n}`, 'p', `client-${n}`)
  await vi.advanceTimersByTimeAsync(300)
  const recovered = made.recover()
  const answer = made.answer('ai:late', 'p', 'late')
  await vi.advanceTimersByTimeAsync(300)
  expect(opened).toHaveLength(100)
  const closing = { isOver: false }
  void made.close().then(() => (closing.isOver = true))
  while (!closing.isOver) {
    for (const leave of leaves.splice(0)) leave()
    await vi.advanceTimersByTimeAsync(10)
  }
  await recovered
  expect(opened).toHaveLength(100)
  expect(await answer).toMatchObject({ reason: 'closed' })
  const { agents: stopped, calls } = visited()
  await stopped.close()
  await expect(stopped.archived('ai:a')).rejects.toThrow('this agent is stopping')
  expect(calls).toEqual([])
})

/** A channel on which another agent has begun a response to the first of two prompts, and has been silent for some time. */
function leftOpen(silence: number) {
  const at = Date.now() - silence
  const messages = [
    { serial: 'p1', name: 'prompt', clientId: 'ann', data: 'Hello?', extras: { headers: { role: 'user' } } },
    {
      serial: 'r1',
      name: 'response',
      clientId: 'agent',
      data: 'Hel',
      extras: { headers: { role: 'assistant', status: 'streaming', 'reply-to': 'p1' } },
    },
  ]
  const conversation = messages
    .map((raw) => {
      const version = { serial: raw.serial, timestamp: at }
      const message = { ...raw, action: 'message.create', timestamp: at, version }
      return normalise(message, { agent: 'agent', source: 'history' })
    })
    .reduce(reduce, emptyConversation())
  const ends: (string | undefined)[] = []
  const own: AgentChannel = {
    ...channel,
    writer: {
      ...channel.writer,
      async append(_, { headers }) {
        ends.push(headers['status'])
        return { version: 'v' }
      },
    },
    conversation: async () => conversation,
  }
  return { ends, own }
}

test('what a process has left that was killed is closed by another one that looks again, once it has missed two signs of life', async () => {
  const createJournal = memoryJournals()
  const { ends, own } = leftOpen(20_000)
  const opened: string[] = []
  const make = (journal: WorkJournal) =>
    createAgents({
      open(name) {
        opened.push(name)
        return { channel: { ...own, name }, release: async () => undefined }
      },
      respond: async function* () {},
      journal,
      onError: () => undefined,
    })
  const living = createJournal()
  const agents = make(createJournal())
  await agents.recover(5_000)
  const colleague = make(living)
  await colleague.recover(5_000)
  living.begin('ai:living', 'p1')
  createJournal().begin('ai:killed', 'p1')
  await vi.advanceTimersByTimeAsync(9_000)
  expect(opened).toEqual([])
  await vi.advanceTimersByTimeAsync(20_000)
  // Both may look; the channel decides.
  expect(new Set(opened)).toEqual(new Set(['ai:killed']))
  expect(new Set(ends)).toEqual(new Set(['failed']))
  expect(agents.work.working).toBe(0)
  const another = createJournal()
  expect(another.left()).toEqual(['ai:living'])
  await colleague.close()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(another.left()).toEqual([])
  await agents.close()
  opened.length = 0
  createJournal().begin('ai:later', 'p1')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(opened).toEqual([])
})

test('a channel that is looked after already is not looked after again beside that', async () => {
  let reads = 0
  const createJournal = memoryJournals()
  createJournal().begin('ai:slow', 'p1')
  const journal = createJournal()
  const agents = createAgents({
    open: (name) => ({
      channel: {
        ...channel,
        name,
        conversation() {
          reads++
          return new Promise(() => undefined)
        },
      },
      release: async () => undefined,
    }),
    respond: async function* () {},
    journal,
    onError: () => undefined,
  })
  void agents.recover(5_000)
  await vi.advanceTimersByTimeAsync(2_000)
  const first = reads
  await vi.advanceTimersByTimeAsync(60_000)
  expect(reads).toBe(first)
  expect(journal.left()).toEqual(['ai:slow'])
  const closing = agents.close()
  await vi.advanceTimersByTimeAsync(60_000)
  await closing
})

test.each([
  ['has been silent long enough', 20_000, ['failed']],
  ['may still be written by another agent', 5_000, []],
])('a process of one request ends without waiting for a response that %s', async (_, silence, expected) => {
  const { ends, own } = leftOpen(silence)
  const agents = createAgents({
    open: () => ({ channel: own, release: async () => undefined }),
    respond: async function* () {},
    onError: () => undefined,
  })
  const answer = agents.answer('ai:x', 'p2')
  const ending = { isOver: false }
  void agents.finish().then(() => (ending.isOver = true))
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await answer).toMatchObject({ reason: 'unknown-prompt' })
  expect(ending.isOver).toBe(true)
  expect(ends).toEqual(expected)
})

test('a scheduled function closes what is open and silent, on a connection that it closes', async () => {
  const { ends, own } = leftOpen(20_000)
  const calls: string[] = []
  const handler = createAgentHandler({
    service: {
      clientId: 'agent',
      connect: () => ({
        reachable: true,
        open(name) {
          calls.push(`open ${name}`)
          return { channel: { ...own, name }, release: async () => void calls.push(`release ${name}`) }
        },
        close: async () => void calls.push('close'),
      }),
      sign: async () => ({}),
    },
    authorize: () => undefined,
    respond: async function* () {},
    archive: { ...memoryArchive().archive, channels: async (since) => (Date.now() - since === 3_600_000 ? ['ai:recent'] : []) },
    onError: (error) => void calls.push(String(error)),
  })
  for (const names of [['ai:a', 'ai:a'], undefined, []]) {
    await Promise.all([handler.recoverNow(names), vi.advanceTimersByTimeAsync(2_000)])
    calls.push('resolved')
  }
  expect(ends).toEqual(['failed', 'failed'])
  expect(calls).toEqual([
    'open ai:a',
    'release ai:a',
    'close',
    'resolved',
    'open ai:recent',
    'release ai:recent',
    'close',
    'resolved',
    // Without a channel there is no connection.
    'resolved',
  ])
})
