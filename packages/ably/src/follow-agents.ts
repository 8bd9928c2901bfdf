import type { RealtimeChannel } from 'ably'
import type { NormaliseOptions, PresenceRead } from '@streamfold/core'
import { normalise } from '@streamfold/core'

export interface AgentsFollower {
  /** Subscribes, once; a failed channel refuses subscriptions. */
  listen(): void
  /** Reads who is present, once the service has said it all. */
  refresh(): void
  stop(): void
}

/** Reports the client ids of the agents on the channel. Nothing is reported where presence cannot be read: absence of news is not absence. */
export function followAgents(
  channel: RealtimeChannel,
  agent: () => NormaliseOptions['agent'],
  dispatch: (event: PresenceRead) => void,
): AgentsFollower {
  const presence = presenceOf(channel)
  let reads = 0
  let listening = false

  async function refresh(): Promise<void> {
    // `get` would attach a channel that is not.
    if (!presence || !listening || channel.state !== 'attached' || channel.modes?.includes('presence_subscribe') === false) return
    const read = ++reads
    try {
      const members = await presence.get()
      if (read !== reads) return
      const agents = new Set(members.map(({ clientId }) => clientId).filter((clientId) => isAgent(clientId, agent())))
      dispatch({ type: 'presence', agents: [...agents].sort() })
    } catch {
      // Asked again with the next attachment.
    }
  }
  const onPresence = () => void refresh()

  return {
    listen() {
      if (listening || !presence) return
      listening = true
      // Rejects when the attachment fails, which the channel's own events report.
      presence.subscribe(onPresence).catch(() => {})
    },
    refresh: onPresence,
    stop() {
      reads++
      if (listening) presence?.unsubscribe(onPresence)
      listening = false
    },
  }
}

/** Whether messages of this client id are folded as an agent's. */
export function isAgent(clientId: string, agent: NormaliseOptions['agent']): boolean {
  const claim = { serial: '0', action: 'message.create', clientId, extras: { headers: { role: 'assistant' } } }
  const event = normalise(claim, agent === undefined ? {} : { agent })
  return 'role' in event && event.role === 'assistant'
}

/** Undefined on a modular client without the presence plugin, where the getter throws. */
function presenceOf(channel: RealtimeChannel): RealtimeChannel['presence'] | undefined {
  try {
    return channel.presence
  } catch {
    return undefined
  }
}
