// @vitest-environment happy-dom
import { aiTransport, invocationOf } from '@streamfold/core/ai-transport'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { theirAgent } from '@streamfold/test-support/their-agent'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createChatTransport } from '../src/index.ts'
import { drivers } from './drivers.ts'

describe.each(drivers)('an approval for an agent of @ably/ai-transport, by useChat of $framework', ({ mount }) => {
  it.each([true, false])('is published into its run, which goes on: %s', async (approved) => {
    const server = await serve()
    const agent = await theirAgent(realtime(server, { clientId: 'agent' }), 'ai:chat')
    const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:chat')
    const transport = createChatTransport(channel, {
      agent: 'agent',
      codec: aiTransport,
      notifyAgent: (prompt) => agent.wake(invocationOf(prompt)),
    })
    const chat = mount(transport)
    onTestFinished(() => chat.unmount())
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
    const parts = next.run.view.getMessages().flatMap(({ message }) => message.parts)
    const state = approved ? 'approval-responded' : 'output-denied'
    expect(parts).toContainEqual(expect.objectContaining({ toolCallId: 'c1', state }))
    if (approved) await next.say({ type: 'tool-output-available', toolCallId: 'c1', output: 'sent' })
    await next.say('Done.')
    await next.complete()
    await vi.waitFor(() => expect(chat.status()).toBe('ready'), { timeout: 20_000 })
    await expect.poll(() => chat.lines().at(-1)).toContain('Done.')
    expect(chat.error()).toBeUndefined()
  })
})
