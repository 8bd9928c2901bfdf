// @vitest-environment happy-dom
import { selectMessages } from '@streamfold/core'
import { aiTransport, invocationOf } from '@streamfold/core/ai-transport'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { theirAgent } from '@streamfold/test-support/their-agent'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createChatTransport } from '../src/index.ts'
import type { ChatDriver, MountOptions } from './chat-driver.ts'
import { whenComplete } from './chat-driver.ts'
import { drivers } from './drivers.ts'

const NAME = 'ai:chat'

/** A chat of a page, and an agent of @ably/ai-transport that it asks. */
async function harness(mount: ChatDriver['mount'], options: MountOptions = {}) {
  const server = await serve()
  const agent = await theirAgent(realtime(server, { clientId: 'agent' }), NAME)
  const channel = realtime(server, { clientId: 'ann' }).channels.get(NAME)
  const transport = createChatTransport(channel, {
    agent: 'agent',
    codec: aiTransport,
    notifyAgent: (prompt) => agent.wake(invocationOf(prompt)),
  })
  const chat = mount(transport, options)
  onTestFinished(() => chat.unmount())
  return { agent, chat, transport }
}

const call = (id: string) =>
  [
    { type: 'tool-input-start', toolCallId: id, toolName: 'send' },
    { type: 'tool-input-available', toolCallId: id, toolName: 'send', input: { to: 'all' } },
  ] as const

const callsIn = ({ run }: Awaited<ReturnType<Awaited<ReturnType<typeof theirAgent>>['next']>>) =>
  run.view.getMessages().flatMap(({ message }) => message.parts.filter((part) => 'toolCallId' in part))

describe.each(drivers)('an approval for an agent of @ably/ai-transport, by useChat of $framework', ({ mount }) => {
  it.each([true, false])('is published into its run, which goes on: %s', async (approved) => {
    const { agent, chat } = await harness(mount)
    const sent = chat.send('Send it')
    const first = await agent.next()
    await first.say(
      { type: 'start-step' },
      { type: 'tool-input-start', toolCallId: 'c1', toolName: 'send' },
      { type: 'tool-input-available', toolCallId: 'c1', toolName: 'send', input: { to: 'all' } },
      { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' },
    )
    await first.suspend()
    await sent
    await expect
      .poll(() => chat.messages()[1]?.parts)
      .toContainEqual(expect.objectContaining({ toolCallId: 'c1', state: 'approval-requested' }))
    await chat.decide({ id: 'a1', approved, reason: 'so it is' })
    const next = await agent.next()
    const state = approved ? 'approval-responded' : 'output-denied'
    expect(callsIn(next)).toContainEqual(expect.objectContaining({ toolCallId: 'c1', state }))
    if (approved) await next.say({ type: 'tool-output-available', toolCallId: 'c1', output: 'sent' })
    await next.say('Done.')
    await next.complete()
    await vi.waitFor(() => expect(chat.status()).toBe('ready'), { timeout: 20_000 })
    await expect.poll(() => chat.lines().at(-1)).toContain('Done.')
    expect(chat.error()).toBeUndefined()
  })
})

describe.each(drivers)('outputs for an agent of @ably/ai-transport, by useChat of $framework', ({ mount }) => {
  it.each([
    ['the transport’s condition', {}],
    ['the conditions of the AI SDK', { sendAutomaticallyWhen: whenComplete }],
  ])('are published into its run, which goes on once all calls have one, with %s', async (_, options) => {
    const { agent, chat, transport } = await harness(mount, options)
    const sent = chat.send('Send it')
    const first = await agent.next()
    await first.say({ type: 'start-step' }, ...call('c1'), ...call('c2'))
    await first.suspend()
    await sent
    const states = () => chat.messages()[1]?.parts.flatMap((part) => ('toolCallId' in part ? [part.state] : []))
    await vi.waitFor(() => expect([chat.status(), states()]).toEqual(['ready', ['input-available', 'input-available']]))
    await chat.give({ tool: 'send', toolCallId: 'c1', output: 'one' })
    await chat.give({ tool: 'send', toolCallId: 'c2', output: 'two' })
    const next = await agent.next()
    expect(callsIn(next)).toMatchObject([
      { toolCallId: 'c1', state: 'output-available', output: 'one' },
      { toolCallId: 'c2', state: 'output-available', output: 'two' },
    ])
    await next.say('Done.')
    await next.complete()
    await vi.waitFor(() => expect(chat.status()).toBe('ready'), { timeout: 20_000 })
    await expect.poll(() => chat.lines().at(-1)).toContain('Done.')
    expect(states()).toEqual(['output-available', 'output-available'])
    expect(chat.error()).toBeUndefined()
    const [, response] = selectMessages(transport.conversation.store.getState())
    expect(response?.parts.filter((part) => 'toolCallId' in part)).toMatchObject([{ output: 'one' }, { output: 'two' }])
  })
})
