import { selectMessages } from '@streamfold/core'
import { agentScript, agentScriptParts } from '@streamfold/test-support/agent-script'
import { live } from '@streamfold/test-support/open'
import { comparable } from '@streamfold/test-support/same-parts'
import { until } from '@streamfold/testkit'
import { describe, expect, it } from 'vitest'
import { harness, last, ready } from './ai-transport-harness.ts'

/** Messages that their agent writes for the script. */
const MESSAGES = 24

describe('a run with parts, written by an agent of @ably/ai-transport', () => {
  it('is read as the parts that its own client shows, at every step, from history too', async () => {
    const { asker, ask, bob, page } = await harness()
    const client = await bob()
    const theirParts = () =>
      client.session.view.getMessages().find(({ message }) => message.role === 'assistant')?.message.parts ?? []
    const answering = await ask()
    const counts: number[] = []
    for (const chunk of agentScript) {
      await answering.say(chunk)
      const answer = last(asker.store.getState())
      if (answer?.role === 'assistant') counts.push(answer.parts.length)
    }
    await answering.complete()
    const done = await until(asker.store, ready)
    await client.until(() => comparable(theirParts()).length === comparable(last(done)?.parts ?? []).length)
    const parts = last(done)?.parts ?? []
    expect(comparable(parts)).toEqual(comparable(theirParts()))
    expect(comparable(parts).map(({ type, state }) => [type, state].join(' ').trim())).toEqual(agentScriptParts)
    expect(last(done)).toMatchObject({
      text: 'Let me look.\n\nIt is 3 degrees in Oslo.\n\nMore tomorrow.',
      metadata: { model: 'm-1', tokens: 12 },
      status: 'complete',
      finish: 'stop',
      continuity: 'contiguous',
    })
    expect(parts.find(({ type }) => type === 'reasoning')).toMatchObject({
      state: 'done',
      providerMetadata: { vendor: { signature: 'sig' } },
    })
    // Parts appear while the run is written, and never go.
    expect(counts.length).toBeGreaterThan(10)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    // The prompt, and the messages of the run.
    const { items } = await asker.channel.history({ limit: 100 })
    expect(items.length - 1).toBe(MESSAGES)
    const reloaded = await until(page({ rewind: false }, { clientId: 'eve' }).store, live)
    expect(comparable(last(reloaded)?.parts ?? [])).toEqual(comparable(parts))
    expect(selectMessages(reloaded).map(({ metadata }) => metadata)).toEqual([undefined, { model: 'm-1', tokens: 12 }])
  })
})
