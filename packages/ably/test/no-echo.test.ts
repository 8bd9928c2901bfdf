import type { Conversation } from '@streamfold/core'
import { selectMessages, selectStatus, selectUnansweredReason } from '@streamfold/core'
import { aiTransport } from '@streamfold/core/ai-transport'
import type { Message, PublishResult, RealtimeChannel } from 'ably'
import { describe, expect, it, vi } from 'vitest'
import { agentOn } from '@streamfold/test-support/agent-on'
import { live, open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

/** What is left to be sent. */
const sent = (state: Conversation) => state.context.pending.length === 0 && selectMessages(state).length > 0
const outline = (state: Conversation) => selectMessages(state).map(({ key, text, status }) => [key, text, status])

/** Two ways to be told nothing of what this client has published. */
const silences = [
  ['the client has echoMessages: false', { echoMessages: false }, {}],
  ['the channel has the param echo: false', {}, { params: { echo: 'false' } }],
] as const

describe.each(silences)('where %s', (_name, client, channelOptions) => {
  async function page(name: string) {
    const server = await serve()
    const channel = realtime(server, { clientId: 'ann', ...client }).channels.get(name, channelOptions)
    return { server, channel, agent: agentOn(server, name) }
  }

  it('a prompt is on the channel with its acknowledgement, above its answer, and the agent is triggered', async () => {
    const { channel, agent } = await page('ai:quiet')
    const notifyAgent = vi.fn().mockResolvedValue(undefined)
    const { store, sendMessage } = open(channel, { notifyAgent, rewind: false })
    await until(store, live)
    await sendMessage('Hello', { id: 'mine', headers: { topic: 'x' } })
    const [prompt] = selectMessages(store.getState())
    expect(prompt).toMatchObject({ key: 'mine', status: 'complete', clientId: 'ann', headers: { role: 'user', topic: 'x' } })
    expect(selectStatus(store.getState())).toBe('submitted')
    expect(notifyAgent.mock.calls).toEqual([[{ channelName: channel.name, promptSerial: prompt!.id }]])
    await agent.complete(await agent.begin('Hi', { 'reply-to': prompt!.id }), '!')
    const state = await until(store, (state) => selectStatus(state) === 'ready')
    expect(outline(state)).toEqual([
      ['mine', 'Hello', 'complete'],
      [expect.any(String), 'Hi!', 'complete'],
    ])
  })

  it('several prompts, one sent twice under its id, stay in their order and are each shown once, also after a reload of history', async () => {
    const { channel } = await page('ai:quiet-many')
    const { store, sendMessage, disconnect, connect } = open(channel, { rewind: false })
    await until(store, live)
    await Promise.all([sendMessage('one', { id: 'a' }), sendMessage('two', { id: 'b' }), sendMessage('one', { id: 'a' })])
    const expected = [
      ['a', 'one', 'complete'],
      ['b', 'two', 'complete'],
    ]
    expect(outline(store.getState())).toEqual(expected)
    await disconnect()
    await connect()
    const state = await until(store, live)
    expect(outline(state)).toEqual(expected)
    expect(selectMessages(state).map(({ source }) => source)).toEqual(['history', 'history'])
  })

  it('stops the prompt that it has just sent, and says why nothing answers it', async () => {
    const { channel, agent } = await page('ai:quiet-stop')
    const targets: unknown[] = []
    await agent.channel.subscribe('cancel', ({ extras }) => targets.push(extras.headers.target))
    const { store, sendMessage, stop } = open(channel, { notifyAgent: () => Promise.reject(new Error('nobody is there')) })
    await until(store, live)
    const sending = sendMessage('Never mind')
    await stop()
    await sending
    const state = await until(store, (state) => selectUnansweredReason(state) === 'nobody is there')
    await vi.waitFor(() => expect(targets).toEqual([selectMessages(state)[0]!.id]))
  })

  it('a prompt in the codec of AI Transport is on the channel, with the headers that its agent reads', async () => {
    const { channel } = await page('ai:quiet-theirs')
    const notifyAgent = vi.fn().mockResolvedValue(undefined)
    const { store, sendMessage } = open(channel, { codec: aiTransport, notifyAgent })
    await until(store, live)
    await sendMessage('Hello', { id: 'mine' })
    expect(selectMessages(store.getState())).toMatchObject([
      { key: 'mine', text: 'Hello', status: 'complete', headers: { 'codec-message-id': 'mine' } },
    ])
    expect(notifyAgent.mock.calls[0]?.[0].headers['event-id']).toBe('mine')
  })

  it('a prompt is shown whatever the product’s own `text` returns for it', async () => {
    const { channel } = await page('ai:quiet-text')
    const text = (data: unknown) => (typeof data === 'object' && data && 'words' in data ? String(data.words) : undefined)
    const { store, sendMessage } = open(channel, { text })
    await until(store, live)
    await sendMessage('Hello', { id: 'mine' })
    expect(outline(store.getState())).toEqual([['mine', 'Hello', 'complete']])
  })
})

describe('the acknowledgement and the echo of a prompt', () => {
  /** Holds back what the service says of a publish. */
  function holdAcknowledgements(channel: RealtimeChannel): () => void {
    const publish: (message: Message) => Promise<PublishResult> = channel.publish.bind(channel)
    let acknowledge = () => {}
    const held = new Promise<void>((resolve) => (acknowledge = resolve))
    const holding = async (message: Message) => {
      const result = await publish(message)
      await held
      return result
    }
    channel.publish = holding as RealtimeChannel['publish'] // The one of its overloads that is called.
    return acknowledge
  }

  it('may come in either order', async () => {
    const server = await serve()
    const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:order')
    const { store, sendMessage } = open(channel)
    await until(store, live)
    const acknowledge = holdAcknowledgements(channel)
    const sending = sendMessage('Hello', { id: 'mine' })
    const echoed = await until(store, sent)
    expect(selectMessages(echoed)).toMatchObject([{ key: 'mine', source: 'live' }])
    acknowledge()
    await sending
    expect(selectMessages(store.getState())).toEqual(selectMessages(echoed))
  })

  it('an answer that comes before both stands below its prompt', async () => {
    const server = await serve()
    const agent = agentOn(server, 'ai:fast')
    const client = realtime(server, { clientId: 'ann', echoMessages: false })
    const channel = client.channels.get('ai:fast')
    const { store, sendMessage } = open(channel)
    await until(store, live)
    const acknowledge = holdAcknowledgements(channel)
    let begun: Promise<string> | undefined
    await agent.channel.subscribe('prompt', ({ serial }) => {
      begun = agent.begin('Hi', { 'reply-to': serial ?? '' })
    })
    const sending = sendMessage('Hello')
    const before = await until(store, (state) => selectMessages(state).length === 2)
    expect(selectMessages(before).map(({ text, status }) => [text, status])).toEqual([
      ['Hello', 'sending'],
      ['Hi', 'streaming'],
    ])
    acknowledge()
    await Promise.all([sending, begun])
    expect(selectMessages(store.getState()).map(({ text }) => text)).toEqual(['Hello', 'Hi'])
    expect(selectMessages(store.getState())[0]).toMatchObject({ status: 'complete', key: selectMessages(before)[0]!.key })
  })

  it('a serial that the service does not give is said at the prompt', async () => {
    const server = await serve()
    const channel = realtime(server, { clientId: 'ann', echoMessages: false }).channels.get('ai:none')
    const { store, sendMessage } = open(channel)
    await until(store, live)
    const unserialled = () => Promise.resolve({ serials: [null] })
    channel.publish = unserialled as unknown as RealtimeChannel['publish'] // Likewise.
    await sendMessage('Hello')
    expect(selectMessages(store.getState())[0]?.error).toContain('the service returned no serial')
  })
})
