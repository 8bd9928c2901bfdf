import type { ConversationEvent } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import { describe, expect, test } from 'vitest'
import type { AgentOptions } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'

/** An agent on a channel that can be lost: then it delivers nothing until it is subscribed to again. */
function setup(options: Partial<AgentOptions> = {}) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const port = channel.agent()
  const errors: unknown[] = []
  const listening = new Set<(event: ConversationEvent) => void>()
  const channelStates = { subscriptions: 0, away: undefined as Error | undefined }
  const lossy: AgentChannel = {
    ...port,
    async subscribe(listener) {
      if (channelStates.away) throw channelStates.away
      channelStates.subscriptions++
      const stop = await port.subscribe((event) => (listening.has(listener) ? listener(event) : undefined))
      listening.add(listener)
      return () => {
        listening.delete(listener)
        stop()
      }
    },
  }
  const lose = (state: 'failed' | 'detached' | 'suspended') => {
    for (const listener of listening) {
      if (state !== 'suspended') listening.delete(listener)
      listener({ type: 'channel', state })
    }
  }
  async function* respond() {
    for (let n = 0; ; n++) {
      await new Promise<void>((resolve) => void clock.after(1_000, resolve))
      yield `${n} `
    }
  }
  const agent = serveAgent({ channel: lossy, respond, clock, onError: (error) => errors.push(error), ...options })
  const pass = (ms: number) => clock.run(clock.now() + ms)
  return { clock, channel, agent, errors, lose, pass, channelStates }
}

describe('a channel that was lost', () => {
  test.each(['failed', 'detached'] as const)('%s, is attached again, and a cancel is heard on it', async (state) => {
    const { channel, agent, lose, pass, channelStates } = setup()
    const prompt = channel.prompt('a long story')
    void agent.answer(prompt)
    await pass(1_500)
    lose(state)
    await pass(1_500)
    expect(channelStates.subscriptions).toBe(2)
    channel.cancel(prompt)
    await pass(1_500)
    expect(channel.responses()[0]?.headers['status']).toBe('cancelled')
  })

  test('is attached at once for the next prompt', async () => {
    const { channel, agent, lose, pass, channelStates } = setup()
    void agent.answer(channel.prompt('one'))
    await pass(100)
    lose('failed')
    void agent.answer(channel.prompt('two'))
    await pass(100)
    expect(channelStates.subscriptions).toBe(2)
    expect(channel.responses()).toHaveLength(2)
    await pass(5_000)
    expect(channelStates.subscriptions).toBe(2)
  })

  test('is tried after ever longer pauses, each failure reported, until the agent is closed', async () => {
    const { clock, channel, agent, lose, pass, errors, channelStates } = setup()
    void agent.answer(channel.prompt('one'))
    await pass(100)
    channelStates.away = Object.assign(new Error('no capability'), { code: 40_160 })
    lose('failed')
    await pass(600_000)
    expect(errors.length).toBeGreaterThan(8)
    expect(errors.length).toBeLessThan(20)
    channelStates.away = undefined
    await pass(60_000)
    expect(channelStates.subscriptions).toBe(2)
    lose('failed')
    const closing = agent.close()
    await pass(5_000)
    await closing
    expect(channelStates.subscriptions).toBe(2)
    expect(clock.pending()).toBe(0)
  })

  test('is left alone when it is suspended, since it comes back by itself, and when its client was closed', async () => {
    const { channel, agent, lose, pass, errors, channelStates } = setup()
    void agent.answer(channel.prompt('one'))
    await pass(100)
    lose('suspended')
    await pass(100_000)
    expect(channelStates.subscriptions).toBe(1)
    channelStates.away = Object.assign(new Error('closed'), { code: 80_017 })
    lose('detached')
    await pass(100_000)
    expect([channelStates.subscriptions, errors]).toEqual([1, []])
  })

  test('that was lost while it was being subscribed to is the concern of the prompt', async () => {
    const { channel, agent, pass, channelStates } = setup()
    channelStates.away = new Error('not allowed')
    const answer = agent.answer(channel.prompt('one'))
    await pass(100_000)
    expect(await answer).toMatchObject({ type: 'refused', reason: 'unavailable' })
    channelStates.away = undefined
    await pass(100_000)
    expect(channelStates.subscriptions).toBe(0)
  })
})
