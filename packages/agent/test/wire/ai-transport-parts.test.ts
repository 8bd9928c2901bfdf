import { createAgentChannel, openConversation } from '@streamfold/ably'
import type { Message } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { aiTransportAgent } from '@streamfold/core/ai-transport'
import { agentScript, agentScriptParts } from '@streamfold/test-support/agent-script'
import { comparable } from '@streamfold/test-support/same-parts'
import { theirClient } from '@streamfold/test-support/their-client'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Codec } from '@streamfold/core/codec'
import type { Chunk } from '../../src/index.ts'
import { serveAgent } from '../../src/index.ts'
import { realtime, serve, until } from './fixture.ts'

const name = 'ai:parts'

/** Messages of the run in AI Transport's format. */
const MESSAGES = 21

/** A Streamfold agent, asked by a client of @ably/ai-transport, that does what the script says. */
async function harness({ echoMessages = true, codec = aiTransportAgent as Codec | undefined } = {}) {
  const server = await serve({ appendRollupWindow: 0 })
  const channel = createAgentChannel(realtime(server, { clientId: 'agent', echoMessages }).channels.get(name), {
    clientId: 'agent',
    agent: 'agent',
    codec,
  })
  async function* respond() {
    for (const chunk of agentScript) {
      yield chunk as Chunk
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const agent = serveAgent({ channel, respond, batch: { interval: 0 } })
  onTestFinished(() => agent.close())
  const connect = async (clientId: string) => {
    const client = await theirClient(realtime(server, { clientId }), name)
    onTestFinished(() => client.session.close())
    const parts = () => client.session.view.getMessages().find(({ message }) => message.role === 'assistant')?.message.parts ?? []
    return { ...client, parts }
  }
  const ours = (rewind?: false) => {
    const handle = openConversation(realtime(server, { clientId: 'eve' }).channels.get(name), {
      agent: 'agent',
      codec: aiTransportAgent,
      scheduler: (flush) => flush(),
      ...(rewind === false && { rewind }),
    })
    onTestFinished(() => handle.release())
    return handle.store
  }
  const ann = await connect('ann')
  async function ask(text: string) {
    const run = await ann.send(text)
    const { inputEventId } = run.toInvocation()
    const asked = ({ headers }: Message) => headers['event-id'] === inputEventId
    const prompt = await vi.waitUntil(async () => selectMessages(await channel.conversation()).find(asked))
    const answer = await agent.answer(prompt.id)
    if (answer.type !== 'answering') throw new Error(answer.type)
    return { run, outcome: await answer.finished }
  }
  return { server, channel, connect, ours, ann, ask }
}

const names = (parts: readonly object[]) => comparable(parts).map(({ type, state }) => [type, state].join(' ').trim())

test.each([true, false])(
  'our agent writes parts that their client shows, live and from history, and so do we (echo: %s)',
  async (echoMessages) => {
    const { server, ann, ask, connect, ours, channel } = await harness({ echoMessages })
    const store = ours()
    await until(store, (state) => state.context.channel.status === 'live')
    const { run, outcome } = await ask('How is Oslo?')
    expect(outcome).toMatchObject({ status: 'complete', repairs: 0 })
    await vi.waitUntil(() => run.status === 'complete')
    const state = await until(store, (now) => selectMessages(now)[1]?.status === 'complete')
    const message = selectMessages(state)[1]!
    expect(names(message.parts)).toEqual(agentScriptParts)
    expect(message).toMatchObject({
      text: 'Let me look.\n\nIt is 3 degrees in Oslo.\n\nMore tomorrow.',
      metadata: { model: 'm-1', tokens: 12 },
      finish: 'stop',
      continuity: 'contiguous',
    })
    expect(message.parts[1]).toMatchObject({ durationMs: expect.any(Number), providerMetadata: { vendor: { signature: 'sig' } } })
    expect(comparable(ann.parts())).toEqual(comparable(message.parts))
    expect(ann.session.view.getMessages()[1]?.message.metadata).toEqual({ model: 'm-1', tokens: 12 })
    const bob = await connect('bob')
    while (bob.session.view.hasOlder()) await bob.session.view.loadOlder()
    expect(comparable(bob.parts())).toEqual(comparable(message.parts))
    const later = await until(ours(false), (now) => selectMessages(now).length === 2 && now.context.channel.status === 'live')
    expect(selectMessages(later)[1]?.parts).toEqual(message.parts)
    // What the agent gives its model next.
    const known = await vi.waitUntil(async () => selectMessages(await channel.conversation())[1])
    expect(comparable(known.parts)).toEqual(comparable(message.parts))
    // The prompt, and the messages of the run.
    const { items } = await realtime(server, { clientId: 'eve' }).channels.get(name).history({ limit: 100 })
    expect(items.length - 1).toBe(MESSAGES)
  },
)

test('a rejected append of a part is put right: at once with us, in history with them', async () => {
  for (const nth of [1, 3, 5, 8]) {
    const { server, ask, connect, ours } = await harness()
    const store = ours()
    await until(store, (state) => state.context.channel.status === 'live')
    server.faults.rejectAppend({ channel: name, nth })
    const { outcome } = await ask('How is Oslo?')
    expect(outcome).toMatchObject({ status: 'complete', repairs: 1 })
    const state = await until(store, (now) => selectMessages(now)[1]?.status === 'complete')
    const { parts, text } = selectMessages(state)[1]!
    expect(names(parts)).toEqual(agentScriptParts)
    expect(text).toBe('Let me look.\n\nIt is 3 degrees in Oslo.\n\nMore tomorrow.')
    const bob = await connect('bob')
    while (bob.session.view.hasOlder()) await bob.session.view.loadOlder()
    expect(comparable(bob.parts())).toEqual(comparable(parts))
  }
})
