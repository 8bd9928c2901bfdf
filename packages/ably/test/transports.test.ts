import { normalise } from '@streamfold/core'
import type { StoryWorld, TransportHarness } from '@streamfold/testkit'
import { performStory } from '@streamfold/testkit'
import { vi } from 'vitest'
import { ablyTransport } from '../src/index.ts'
import { agentOn } from '@streamfold/test-support/agent-on'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { transportConformance } from '@streamfold/test-support/transports/transport-conformance'

/** What a person's token permits: to change the own messages and no others. */
const userOperations = ['subscribe', 'publish', 'presence', 'history', 'message-update-own', 'message-delete-own']

/** The real client on local Ably. */
const ablyHarness: TransportHarness = {
  async open({ before = [], during = [] }) {
    const server = await serve()
    const client = realtime(server, {
      disconnectedRetryTimeout: 10,
      useTokenAuth: true,
      defaultTokenParams: { clientId: 'ann', capability: JSON.stringify({ '*': userOperations }) },
    })
    const transport = ablyTransport(client.channels.get('ai:transport'))
    const agent = agentOn(server, 'ai:transport')
    const until = (seen: () => boolean) =>
      vi.waitFor(
        () => {
          if (!seen()) throw new Error(`it never came about; the channel is ${transport.channelState}`)
        },
        { timeout: 5_000, interval: 5 },
      )
    const world: StoryWorld = {
      begin: (text) => agent.begin(text),
      append: agent.append,
      enter: () => agent.channel.presence.enter(),
      leave: () => agent.channel.presence.leave(),
      async drop() {
        server.faults.cut({ clientId: 'ann', refuseFor: 600_000 })
        await until(() => transport.connectionState !== 'connected')
      },
      async reconnect(resumed) {
        if (!resumed) server.faults.expireContinuity({ clientId: 'ann' })
        server.faults.clear()
        transport.connect()
        await until(() => transport.connectionState === 'connected' && transport.channelState === 'attached')
      },
    }
    const serials = new Map<string, string>()
    await performStory(before, world, serials)
    return {
      transport,
      until,
      perform: () => performStory(during, world, serials),
      read: (message, source) => normalise(message, { agent: 'agent', ...(source && { source }) }),
    }
  },
}

transportConformance('Ably', ablyHarness)
