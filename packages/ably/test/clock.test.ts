import { selectMessages, selectStatus, selectUnansweredReason } from '@streamfold/core'
import { expect, it } from 'vitest'
import type { Clock } from '../src/index.ts'
import { selectError } from '../src/index.ts'
import { agentOn, live, open, realtime, serve, texts, until } from './fixture.ts'

/** A clock that a test moves; whatever is due runs when it has moved. */
function handClock(): Clock & { advance(ms: number): void } {
  let now = Date.now()
  const due = new Map<() => void, number>()
  return {
    now: () => now,
    after(ms, run) {
      due.set(run, now + ms)
      return () => void due.delete(run)
    },
    advance(ms) {
      now += ms
      for (const [run, at] of due) if (at <= now && due.delete(run)) run()
    },
  }
}

it('sees by its ticks that an agent has gone silent', async () => {
  const server = await serve()
  const clock = handClock()
  const agent = agentOn(server, 'ai:silent')
  await agent.channel.presence.enter()
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:silent'), { clock })
  await until(store, (state) => live(state) && state.context.agents?.length === 1)
  const serial = await agent.begin('half a')
  await until(store, (state) => texts(state)[0] === 'half a')
  clock.advance(11_000)
  expect(selectMessages(store.latest())[0]?.status).toBe('stalled')
  clock.advance(60_000)
  expect(selectMessages(store.latest())[0]?.status).toBe('abandoned')
  expect(selectStatus(store.latest())).toBe('error')
  await agent.complete(serial, ' sentence')
  const revived = await until(store, (state) => selectStatus(state) === 'ready')
  expect(texts(revived)).toEqual(['half a sentence'])
})

it('says so when no agent answers', async () => {
  const server = await serve()
  const clock = handClock()
  const { store, sendMessage } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:nobody'), { clock })
  await until(store, live)
  await sendMessage('Hello?')
  await until(store, (state) => state.context.pending.length === 0)
  clock.advance(25_000)
  expect(selectUnansweredReason(store.latest())).toBe('no agent has answered yet')
})

it('asks again after a pause for a history that could not be read, and says why meanwhile', async () => {
  const server = await serve()
  const clock = handClock()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:pause')
  const read = channel.history.bind(channel)
  let asked = 0
  channel.history = ((params?: object) => (++asked === 1 ? Promise.reject(new Error('timed out')) : read(params))) as typeof read
  const { store } = open(channel, { clock })
  const failed = await until(store, (state) => state.context.channel.error !== undefined)
  expect(selectError(failed)).toBe('unable to read the history; timed out: it is tried again by itself')
  expect(asked).toBe(1)
  clock.advance(1_000)
  await until(store, live)
  expect(asked).toBe(2)
})
