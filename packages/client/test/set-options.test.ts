import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import { defineCodec } from '@streamfold/core/codec'
import { simulatedBindingHarness, simulatedTransport } from '@streamfold/testkit'
import { expect, it } from 'vitest'
import type { ConversationHandle, OpenOptions } from '../src/index.ts'
import { openConversation } from '../src/index.ts'

/** A simulated channel on which conversations are opened by hand, all with the harness's clock. */
function harnessOf(channelName = 'ai:options') {
  const harness = simulatedBindingHarness()
  const transport = simulatedTransport(harness.ably.service, harness.client, channelName)
  const open = (options: OpenOptions = {}) =>
    openConversation(transport, { ...harness.options, scheduler: (flush) => flush(), ...options })
  const until = (seen: () => boolean) =>
    harness.until({ settled: () => Promise.resolve(), mount: () => fail() }, seen, () => 'it')
  return { harness, transport, open, until, agent: harness.agent(channelName) }
}

function fail(): never {
  throw new Error('unable to mount; there is nothing here to mount with')
}

const texts = ({ store }: ConversationHandle) => selectMessages(store.getState()).map(({ text }) => text)
const roles = ({ store }: ConversationHandle) => selectMessages(store.getState()).map(({ role }) => role)
const isLive = ({ store }: ConversationHandle) => selectConnectionStatus(store.getState()) === 'live'

it('a scheduler is the opener’s own, and changes with setOptions', async () => {
  const { open, until, agent } = harnessOf()
  const waiting: (() => void)[] = []
  const [slow, fast] = [open({ scheduler: (flush) => waiting.push(flush) }), open()]
  const told: string[] = []
  slow.store.subscribe(() => told.push('slow'))
  fast.store.subscribe(() => told.push('fast'))
  await until(() => isLive(fast))
  await agent.begin('one')
  expect(selectMessages(fast.store.getSnapshot())).toHaveLength(1)
  expect(selectMessages(slow.store.getSnapshot())).toEqual([])
  expect(told).not.toContain('slow')
  for (const flush of waiting.splice(0)) flush()
  expect(selectMessages(slow.store.getSnapshot())).toHaveLength(1)
  slow.setOptions({ scheduler: (flush) => flush() })
  await agent.begin('two')
  expect(selectMessages(slow.store.getSnapshot())).toHaveLength(2)
})

it('notifyAgent is the opener’s own; one that has none uses another opener’s', async () => {
  const { open, until } = harnessOf()
  const asked: string[] = []
  const notify = (name: string) => async () => void asked.push(name)
  const [first, second, none] = [open({ notifyAgent: notify('first') }), open({ notifyAgent: notify('second') }), open()]
  await until(() => isLive(none))
  const sent = [second.sendMessage('by the second'), none.sendMessage('by one without')]
  await until(() => asked.length === 2)
  expect(asked).toEqual(['second', 'first'])
  second.setOptions({ notifyAgent: notify('changed') })
  sent.push(second.sendMessage('again'), first.sendMessage('again'))
  await until(() => asked.length === 4)
  expect(asked.slice(2)).toEqual(['changed', 'first'])
  await Promise.all(sent)
})

it.each<[string, OpenOptions, OpenOptions]>([
  ['agent', { agent: 'agent' }, { agent: 'nobody' }],
  ['agent, as functions', { agent: (id) => id === 'agent' }, { agent: () => false }],
  ['text', { text: String }, { text: (data) => `${String(data)}!` }],
  ['codec', { codec: codecOf('one') }, { codec: codecOf('two') }],
])('%s: other values make other conversations, which share one attachment', async (_name, one, other) => {
  const { open, until, agent, transport } = harnessOf()
  await agent.begin('hello')
  const [first, second, alike] = [open(one), open(other), open(one)]
  const seen = (handle: ConversationHandle) => `${texts(handle).join()} ${roles(handle).join()}`
  await until(() => [first, second, alike].every((handle) => isLive(handle) && texts(handle).length === 1))
  expect(seen(first)).not.toBe(seen(second))
  expect(alike.store.getState()).toBe(first.store.getState())
  first.release()
  alike.release()
  await until(() => selectConnectionStatus(first.store.getState()) === 'disconnected')
  expect(transport.channelState).toBe('attached')
  second.release()
  await until(() => transport.channelState === 'detached')
})

it('an opener that changes agent moves to another conversation; the other openers keep theirs, and subscribers are notified', async () => {
  const { open, until, agent, transport } = harnessOf()
  await agent.begin('hello')
  const [moving, staying] = [open({ agent: 'nobody' }), open({ agent: 'nobody' })]
  await until(() => roles(moving)[0] === 'user')
  const states: string[] = []
  transport.observe(({ type, state }) => states.push(`${type} ${state}`))
  states.length = 0
  const roleShown: (string | undefined)[] = []
  moving.store.subscribe(() => roleShown.push(selectMessages(moving.store.getSnapshot())[0]?.role))
  moving.setOptions({ agent: ['agent'] })
  await until(() => roles(moving)[0] === 'assistant')
  expect(roles(staying)).toEqual(['user'])
  expect(roleShown.at(-1)).toBe('assistant')
  expect(states).toEqual([])
  staying.release()
  moving.release()
  await until(() => transport.channelState === 'detached')
})

it('a function that is replaced keeps the conversation of an opener that shares it with nobody', async () => {
  const { open, until, agent } = harnessOf()
  await agent.begin('a')
  const handle = open({ text: (data) => `${String(data)}1` })
  await until(() => texts(handle).join() === 'a1')
  const before = selectMessages(handle.store.getState())[0]
  handle.setOptions({ text: (data) => `${String(data)}2` })
  expect(selectMessages(handle.store.getState())[0]).toBe(before)
  await agent.begin('b')
  expect(texts(handle)).toEqual(['a1', 'b2'])
})

it('an opener that wants more history gets it, after another has wanted less', async () => {
  const { open, until, agent } = harnessOf()
  for (const text of ['1', '2', '3', '4', '5']) await agent.begin(text)
  const few = open({ history: 1, rewind: false })
  await until(() => isLive(few) && texts(few).join() === '5')
  const more = open({ history: 3 })
  await until(() => texts(more).join() === '3,4,5')
  few.setOptions({ history: 4 })
  await until(() => texts(few).join() === '2,3,4,5')
  const loading = few.loadOlder()
  await until(() => texts(few).join() === '1,2,3,4,5')
  await loading
})

it('a log is kept while any opener asks for one', async () => {
  const { open, until } = harnessOf()
  const [never, asking] = [open({ log: false }), open({ log: true })]
  await until(() => isLive(asking))
  expect(never.store.log?.events.length).toBeGreaterThan(0)
  asking.setOptions({ log: undefined })
  expect(never.store.log).toBeUndefined()
})

it('keeps what it is not given, and refuses a wrong option without changing anything', async () => {
  const { open, until, agent } = harnessOf()
  await agent.begin('hello')
  const handle = open({ agent: 'nobody' })
  handle.setOptions({ history: 10 })
  await until(() => roles(handle)[0] === 'user')
  expect(() => handle.setOptions({ history: 0, agent: 'agent' })).toThrow(
    expect.objectContaining({ code: 'wrong-option', message: expect.stringContaining('the option `history` is 0') }),
  )
  await agent.begin('again')
  expect(roles(handle)).toEqual(['user', 'user'])
})

function codecOf(word: string) {
  return defineCodec({ decode: ({ data }) => ({ data: `${word} ${String(data)}`, headers: { role: 'assistant' } }) })
}

it('permissions are of those who give them: the same functions share a conversation, and no opener decides for another', async () => {
  const { open } = harnessOf()
  const mayAnswer = (by: string | undefined) => (by === 'bob' ? true : undefined)
  const [first, plain] = [open({ agent: 'agent', permissions: { mayAnswer } }), open({ agent: 'agent' })]
  const [same, others] = [
    open({ agent: 'agent', permissions: { mayAnswer } }),
    open({ agent: 'agent', permissions: { mayAnswer: () => false } }),
  ]
  const conversations = [first, plain, same, others].map(({ store }) => store.getState())
  expect(conversations.map((each) => conversations.indexOf(each))).toEqual([0, 1, 0, 3])
  expect(() => open({ permissions: { mayAnswer: 'bob' as never } })).toThrow(
    'unable to open the conversation; the option `permissions` are no functions: give { mayAnswer, mayCancel, maySteer, mayEdit }, or some of them',
  )
  // A component may give new functions with each render: the conversation that is its own stays.
  const before = others.store.getState()
  others.setOptions({ permissions: { mayAnswer: () => true } })
  expect(others.store.getState()).toBe(before)
  others.setOptions({ permissions: undefined })
  expect(others.store.getState()).toBe(plain.store.getState())
})
