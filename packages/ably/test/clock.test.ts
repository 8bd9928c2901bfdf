import { fromJSON, selectMessages, selectStatus, selectUnansweredReason, toJSON } from '@streamfold/core'
import { expect, it } from 'vitest'
import type { Clock } from '../src/index.ts'
import { selectError } from '../src/index.ts'
import { agentOn } from '@streamfold/test-support/agent-on'
import { live, open, texts } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

/** A clock that a test moves; whatever is due runs when it has moved. */
function handClock(): Clock & { advance(ms: number): void; drift(ms: number): void } {
  let elapsed = 0
  let skew = Date.now()
  const due = new Map<() => void, number>()
  return {
    now: () => elapsed + skew,
    after(ms, run) {
      due.set(run, elapsed + ms)
      return () => void due.delete(run)
    },
    /** What the clock says jumps, and no timer runs. */
    drift(ms) {
      skew += ms
    },
    advance(ms) {
      elapsed += ms
      for (const [run, at] of due) if (at <= elapsed && due.delete(run)) run()
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
  expect(selectMessages(store.getState())[0]?.status).toBe('stalled')
  clock.advance(60_000)
  expect(selectMessages(store.getState())[0]?.status).toBe('abandoned')
  expect(selectStatus(store.getState())).toBe('error')
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
  expect(selectUnansweredReason(store.getState())).toBe('no agent has answered yet')
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

it('dates what it hears by when it hears it, also where its ticks come late', async () => {
  const server = await serve()
  const clock = handClock()
  const agent = agentOn(server, 'ai:hidden')
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:hidden'), { clock })
  await until(store, live)
  const serial = await agent.begin('one')
  await until(store, (state) => texts(state)[0] === 'one')
  clock.drift(59_000)
  await agent.append(serial, ', two')
  await until(store, (state) => texts(state)[0] === 'one, two')
  clock.advance(1_000)
  expect(selectMessages(store.getState())[0]?.status).toBe('streaming')
})

it('applies no idle rule for the time that the machine slept', async () => {
  const server = await serve()
  const clock = handClock()
  const agent = agentOn(server, 'ai:lid')
  await agent.channel.presence.enter()
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:lid'), { clock })
  await until(store, (state) => live(state) && state.context.agents?.length === 1)
  await agent.begin('one')
  await until(store, (state) => texts(state)[0] === 'one')
  clock.advance(8 * 3_600_000)
  expect(selectMessages(store.getState())[0]?.status).toBe('streaming')
  clock.advance(11_000)
  expect(selectMessages(store.getState())[0]?.status).toBe('stalled')
})

it('goes on when the clock of the machine is set back', async () => {
  const server = await serve()
  const clock = handClock()
  const agent = agentOn(server, 'ai:back')
  await agent.channel.presence.enter()
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:back'), { clock })
  await until(store, (state) => live(state) && state.context.agents?.length === 1)
  await agent.begin('one')
  await until(store, (state) => texts(state)[0] === 'one')
  clock.advance(1_000)
  clock.drift(-3_600_000)
  for (let i = 0; i < 11; i++) clock.advance(1_000)
  expect(selectMessages(store.getState())[0]?.status).toBe('stalled')
})

it('tells time by its own clock, whatever the clock was of who saved the conversation', async () => {
  const server = await serve()
  const clock = handClock()
  const agent = agentOn(server, 'ai:ahead')
  await agent.channel.presence.enter()
  await agent.begin('one')
  const theirs = handClock()
  theirs.drift(3_600_000)
  const saving = open(realtime(server, { clientId: 'bob' }).channels.get('ai:ahead'), { clock: theirs })
  const saved = await until(saving.store, (state) => live(state) && texts(state)[0] === 'one')
  const initial = fromJSON(JSON.parse(JSON.stringify(toJSON(saved))))
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:ahead'), { clock, initial })
  await until(store, (state) => live(state) && state.context.agents?.length === 1)
  clock.advance(11_000)
  expect(selectMessages(store.getState())[0]?.status).toBe('stalled')
})
