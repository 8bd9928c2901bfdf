import { createAgentChannel } from '@streamfold/ably'
import type { Realtime } from 'ably'
import { AGENT_CLIENT_ID } from './ably-clients.ts'
import type { OpenChannel } from './agents.ts'

/** Opens channels on one connection. Rewind delivers a cancel that was published before the agent attached. */
export function channelOpener(realtime: Realtime): (name: string) => OpenChannel {
  return (name) => {
    const channel = realtime.channels.get(name, { params: { rewind: '1m' } })
    return {
      channel: createAgentChannel(channel, { clientId: AGENT_CLIENT_ID, agent: AGENT_CLIENT_ID }),
      async release() {
        await channel.detach()
        realtime.channels.release(name)
      },
    }
  }
}
