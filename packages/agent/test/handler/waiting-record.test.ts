import type { Conversation, ConversationEvent, Headers } from '@streamfold/core'
import { emptyConversation, normalise, reduce } from '@streamfold/core'
import { answerMessage, inputHash } from '@streamfold/core/codec'
import type { AgentChannel } from '@streamfold/core/transport'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAgents } from '../../src/handler/agents/agents.ts'
import type { Task } from '../../src/index.ts'
import { memoryArchive } from '../memory-archive.ts'
import { memoryWaiting } from './memory-records.ts'
import { instantDigests } from '../instant-digests.ts'

beforeEach(() => {
  vi.useFakeTimers()
  instantDigests()
})
afterEach(() => void vi.useRealTimers())

interface Stored {
  readonly serial: string
  readonly name: string
  readonly clientId: string
  version: string
  data: string
  headers: Headers
}

/** A channel in memory, for one agent after the other. */
function memory() {
  const stored: Stored[] = []
  const listeners = new Set<(event: ConversationEvent) => void>()
  let versions = 0
  const next = () => String(++versions).padStart(4, '0')

  function publish(name: string, clientId: string, data: string, headers: Headers): string {
    const serial = next()
    stored.push({ serial, name, clientId, version: serial, data, headers })
    const raw = { serial, name, clientId, data, action: 'message.create', timestamp: Date.now(), extras: { headers } }
    const event = normalise({ ...raw, version: { serial, timestamp: Date.now() } }, { agent: 'agent', source: 'live' })
    for (const listener of listeners) listener(event)
    return serial
  }

  function change(serial: string, headers: Headers, data: (before: string) => string) {
    const message = stored.find((each) => each.serial === serial)!
    Object.assign(message, { headers, data: data(message.data), version: next() })
    return { version: message.version }
  }

  function conversation(): Conversation {
    return stored
      .map(({ serial, name, clientId, version, data, headers }) => {
        const action = version === serial ? 'message.create' : 'message.update'
        const raw = { serial, name, clientId, data, action, timestamp: Date.now(), extras: { headers } }
        return normalise({ ...raw, version: { serial: version, timestamp: Date.now() } }, { agent: 'agent', source: 'history' })
      })
      .reduce(reduce, emptyConversation())
  }

  const channel: AgentChannel = {
    name: 'ai:a',
    clientId: 'agent',
    writer: {
      create: async ({ text, headers }) => ({ serial: publish('response', 'agent', text, headers) }),
      append: async (serial, { text, headers }) => change(serial, headers, (before) => before + text),
      update: async (serial, { text, headers }) => change(serial, headers, () => text),
    },
    conversation: async () => conversation(),
    subscribe: async (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    announce: async () => undefined,
  }
  return { channel, publish, stored }
}

test('a response that waits is remembered, goes on through the agent that starts next, and is then forgotten', async () => {
  const waiting = memoryWaiting()
  const { channel, publish, stored } = memory()
  const tasks: Task[] = []
  const start = () =>
    createAgents({
      open: () => ({ channel, release: async () => undefined }),
      async *respond(task: Task) {
        tasks.push(task)
        if (task.continued) return yield 'Sent.'
        yield { type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: {} }
        yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
      },
      archive: memoryArchive().archive,
      waiting,
    })
  const remembered = () => [...waiting.all()]

  const prompt = publish('prompt', 'ann', 'Invite them', { role: 'user' })
  const first = start()
  void first.answer('ai:a', prompt)
  await vi.advanceTimersByTimeAsync(5_000)
  const [, response] = stored
  expect(response?.headers['status']).toBe('waiting')
  expect(remembered()).toEqual([['ai:a', [response?.serial]]])
  await first.close()

  // It is kept while nobody has decided, also by an agent that has only looked.
  const second = start()
  await Promise.all([second.recover(), vi.advanceTimersByTimeAsync(30_000)])
  expect(tasks).toHaveLength(1)
  expect(remembered()).toEqual([['ai:a', [response?.serial]]])
  await second.close()

  const draft = { target: response!.serial, call: 'c1', kind: 'approve', saw: inputHash({}), text: '{}' } as const // As just waited for.
  publish('answer', 'ann', '{}', (answerMessage(draft, 'ann').extras as { headers: Headers }).headers) // As it is made.
  const third = start()
  await Promise.all([third.recover(), vi.advanceTimersByTimeAsync(30_000)])
  expect(tasks[1]?.continued?.calls).toMatchObject([{ toolCallId: 'c1', approved: true, by: 'ann' }])
  expect(response?.headers['status']).toBe('complete')
  expect(stored.filter(({ name }) => name === 'response')).toHaveLength(1)
  expect(remembered()).toEqual([])
  await third.close()
})

test('a channel is kept while a response waits there, whatever else ends, and left once it was decided without a request', async () => {
  const waiting = memoryWaiting()
  const { channel, publish, stored } = memory()
  const released: string[] = []
  const agents = createAgents({
    open: (name) => ({ channel, release: async () => void released.push(name) }),
    async *respond(task: Task) {
      if (task.continued || task.prompt.text === 'And?') return yield 'Fine.'
      yield { type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: {} }
      yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
    },
    archive: memoryArchive().archive,
    waiting,
    idleAfter: 60_000,
  })
  const first = publish('prompt', 'ann', 'Invite them', { role: 'user' })
  void agents.answer('ai:a', first)
  await vi.advanceTimersByTimeAsync(5_000)
  const response = stored[1]!
  void agents.answer('ai:a', publish('prompt', 'ann', 'And?', { role: 'user' }))
  await vi.advanceTimersByTimeAsync(300_000)
  expect(stored.filter(({ name }) => name === 'response').map(({ headers }) => headers['status'])).toEqual([
    'waiting',
    'complete',
  ])
  expect(released).toEqual([])

  const draft = { target: response.serial, call: 'c1', kind: 'approve', saw: inputHash({}), text: '{}' } as const // As just waited for.
  publish('answer', 'ann', '{}', (answerMessage(draft, 'ann').extras as { headers: Headers }).headers) // As it is made.
  await vi.advanceTimersByTimeAsync(20_000)
  expect(response.headers['status']).toBe('complete')
  await vi.advanceTimersByTimeAsync(300_000)
  expect([...waiting.all()]).toEqual([])
  expect(released).toEqual(['ai:a'])
  await agents.close()
})

test('a response that waited in a process that is gone goes on in another one that looks again, when its person decides', async () => {
  const waiting = memoryWaiting()
  const { channel, publish, stored } = memory()
  const make = () =>
    createAgents({
      open: () => ({ channel, release: async () => undefined }),
      async *respond(task: Task) {
        if (task.continued) return yield 'Sent.'
        yield { type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: {} }
        yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
      },
      waiting,
    })
  const living = make()
  await living.recover(5_000)
  const gone = make()
  void gone.answer('ai:a', publish('prompt', 'ann', 'Invite them', { role: 'user' }))
  await vi.advanceTimersByTimeAsync(4_000)
  const response = stored[1]!
  expect(response.headers['status']).toBe('waiting')
  await gone.close()
  await vi.advanceTimersByTimeAsync(20_000)
  const draft = { target: response.serial, call: 'c1', kind: 'approve', saw: inputHash({}), text: '{}' } as const // As just waited for.
  publish('answer', 'ann', '{}', (answerMessage(draft, 'ann').extras as { headers: Headers }).headers) // As it is made.
  await vi.advanceTimersByTimeAsync(20_000)
  expect(response.headers['status']).toBe('complete')
  await living.close()
})
