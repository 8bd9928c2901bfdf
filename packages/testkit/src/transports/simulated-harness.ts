import { normalise } from '@streamfold/core'
import { simulatedStage } from '../bindings/simulated-stage.ts'
import { simulatedTransport } from './simulated-transport.ts'
import type { StoryWorld, TransportHarness, TransportStory } from './transport-harness.ts'
import { performStory } from './transport-harness.ts'

/** The simulated channel, for `playTransportCase`. */
export const simulatedHarness: TransportHarness = {
  async open({ before = [], during = [] }: TransportStory) {
    const channelName = 'ai:transport'
    const stage = simulatedStage()
    const { service } = stage.ably
    const transport = simulatedTransport(service, stage.client, channelName)
    const agent = stage.agent(channelName)
    const until = (seen: () => boolean) => stage.until({ settled: tasks, mount: noBinding }, seen, () => transport.channelState)
    const world: StoryWorld = {
      begin: (text) => agent.begin(text),
      append: (serial, text) => agent.append(serial, text),
      enter: async () => service.channel(channelName).enter({ clientId: 'agent' }),
      leave: async () => service.channel(channelName).leave('agent'),
      drop: async () => stage.drop(),
      async reconnect(resumed) {
        stage.reconnect({ resumed })
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
