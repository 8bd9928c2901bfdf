import { normalise } from '@streamfold/core'
import { simulatedBindingHarness } from '../bindings/simulated-binding-harness.ts'
import { simulatedTransport } from './simulated-transport.ts'
import type { StoryWorld, TransportHarness, TransportStory } from './transport-harness.ts'
import { performStory } from './transport-harness.ts'

/** The simulated channel, for `playTransportCase`. */
export const simulatedTransportHarness: TransportHarness = {
  async open({ before = [], during = [] }: TransportStory) {
    const channelName = 'ai:transport'
    const harness = simulatedBindingHarness()
    const { service } = harness.ably
    const transport = simulatedTransport(service, harness.client, channelName)
    const agent = harness.agent(channelName)
    const until = (seen: () => boolean) => harness.until({ settled: tasks, mount: noBinding }, seen, () => transport.channelState)
    const world: StoryWorld = {
      begin: (text) => agent.begin(text),
      append: (serial, text) => agent.append(serial, text),
      enter: async () => service.channel(channelName).enter({ clientId: 'agent' }),
      leave: async () => service.channel(channelName).leave('agent'),
      drop: async () => harness.drop(),
      async reconnect(resumed) {
        harness.reconnect({ resumed })
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

/** Lets promises that are due settle. */
async function tasks(): Promise<void> {
  for (let task = 0; task < 10; task++) await Promise.resolve()
}

function noBinding(): never {
  throw new Error('unable to mount; a transport has no binding')
}
