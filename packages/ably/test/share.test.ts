import { fromJSON, selectMessages, toJSON } from '@streamfold/core'
import { replay } from '@streamfold/core/log'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { RealtimeChannel } from 'ably'
import type { Clock } from '../src/index.ts'
import { openConversation as openNow } from '../src/index.ts'
import { agentOn } from '@streamfold/test-support/agent-on'
import { live, open, texts } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

/** Does at once what has to wait, except the ticks. */
const clock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms === 1_000 ? ms : 0)
    return () => clearTimeout(timer)
  },
}
const macrotask = () => new Promise((resolve) => setTimeout(resolve, 1))
const openConversation = (channel: RealtimeChannel) => openNow(channel, { clock })

it('shares messages, subscription and attachment among those who open one channel, until the last has left', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:shared')
  const subscribe = vi.spyOn(channel, 'subscribe')
  const first = openConversation(channel)
  const second = openConversation(channel)
  expect(second.store.getState()).toBe(first.store.getState())
  expect(subscribe).toHaveBeenCalledTimes(1)
  await until(first.store, live)
  first.release()
  first.release()
  await macrotask()
  expect(channel.state).toBe('attached')
  second.release()
  await macrotask()
  await channel.whenState('detached')
})

it('does not tear down for one who leaves and is back at once', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:strict')
  const states: string[] = []
  channel.on(({ current }) => states.push(current))
  openConversation(channel).release()
  const { store } = open(channel)
  await until(store, live)
  await macrotask()
  expect(states).toEqual(['attaching', 'attached'])
})

it('starts a new log after all openers have released it: opening and releasing does not add up', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:again')
  await agent.complete(await agent.begin('he'), 're')
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:again')
  const counts: number[] = []
  for (let stay = 0; stay < 5; stay++) {
    const { store, release } = openNow(channel, { clock, log: { raw: true } })
    await until(store, (state) => live(state) && texts(state)[0] === 'here')
    release()
    await macrotask()
    await channel.whenState('detached')
    counts.push(store.log!.events.length)
    expect(selectMessages(replay(store.log!))).toEqual(selectMessages(store.getState()))
  }
  expect(Math.max(...counts)).toBe(counts[0])
})

it('leaves a channel attached that others had attached', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:theirs')
  await channel.attach()
  const { store, release } = openConversation(channel)
  await until(store, live)
  release()
  await macrotask()
  expect(channel.state).toBe('attached')
})

it('leaves no listener and no timer behind', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  const channel = client.channels.get('ai:clean')
  const timers = new Set<() => void>()
  const counting: Clock = {
    now: clock.now,
    after(ms, run) {
      const stop = clock.after(ms, () => (timers.delete(cancel), run()))
      const cancel = () => (timers.delete(cancel), stop())
      timers.add(cancel)
      return cancel
    },
  }
  const listeners = () => [channel.listeners(), client.connection.listeners()].map((all) => all?.length ?? 0)
  const before = listeners()
  const { store, release } = openNow(channel, { clock: counting })
  await until(store, live)
  expect(timers.size).toBe(1)
  const unsubscribe = vi.spyOn(channel, 'unsubscribe')
  release()
  await macrotask()
  expect(listeners()).toEqual(before)
  expect(unsubscribe).toHaveBeenCalledTimes(1)
  expect(timers.size).toBe(0)
})

it('can be released while it attaches', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:hasty')
  openConversation(channel).release()
  expect(channel.state).toBe('attaching')
  await channel.whenState('detached')
  const { store } = open(channel)
  await until(store, live)
})

it('opened again shows what it knew and catches up', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:again')
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:again')
  const serial = await agent.begin('known ')
  const first = openConversation(channel)
  await until(first.store, (state) => live(state) && texts(state)[0] === 'known ')
  first.release()
  await macrotask()
  await channel.whenState('detached')
  await agent.complete(serial, 'and more')
  const { store } = open(channel)
  expect(texts(store.getState())).toEqual(['known '])
  await until(store, (state) => live(state) && texts(state)[0] === 'known and more')
})

it('uses the sender’s own notifyAgent', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:triggers')
  const [list, composer] = [vi.fn().mockResolvedValue(undefined), vi.fn().mockResolvedValue(undefined)]
  const without = open(channel)
  const { store, sendMessage } = open(channel, { notifyAgent: composer })
  open(channel, { notifyAgent: list })
  await until(store, live)
  await sendMessage('mine')
  await without.sendMessage('whose')
  await vi.waitFor(() => expect(composer).toHaveBeenCalledTimes(2))
  expect(list).not.toHaveBeenCalled()
})

it('begins with a conversation that was saved', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:saved')
  await agent.complete(await agent.begin('saved'), '.')
  const saved = await until(
    open(realtime(server).channels.get('ai:saved')).store,
    (state) => live(state) && texts(state)[0] === 'saved.',
  )
  const initial = fromJSON(JSON.parse(JSON.stringify(toJSON(saved))))
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:saved'), { initial })
  expect(selectMessages(store.getSnapshot())).toEqual(selectMessages(saved))
  await agent.complete(await agent.begin('new'), '.')
  await until(store, (state) => live(state) && texts(state).join() === 'saved.,new.')
})

it('tells the developer which option is not used because another opener has given another value', async () => {
  const said: string[] = []
  const warn = vi.spyOn(console, 'warn').mockImplementation((text: string) => void said.push(text))
  onTestFinished(() => warn.mockRestore())
  const server = await serve()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:options-differ')
  open(channel, { history: 50, rewind: '1m' })
  open(channel, { history: 20, rewind: '1m' })
  open(channel)
  expect(said).toEqual([])
  open(channel, { rewind: '2m' })
  open(channel, { rewind: '2m' })
  expect(said).toEqual([expect.stringContaining('the option `rewind` of one of those who open "ai:options-differ" is not used')])
})
