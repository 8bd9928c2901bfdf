import type { NormaliseOptions, PresenceRead } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import { normalise } from '@streamfold/core'

export interface AgentsFollower {
  /** Subscribes, once. */
  listen(): void
  /** Reads the present members. */
  refresh(): void
  stop(): void
}

/** Reports the client ids of the agents on the channel. Reports nothing if presence cannot be read: that does not mean absence. */
export function followAgents(
  transport: ConversationTransport,
  agent: () => NormaliseOptions['agent'],
  dispatch: (event: PresenceRead) => void,
): AgentsFollower {
  let reads = 0
  let unsubscribe: (() => void) | undefined

  async function refresh(): Promise<void> {
    if (!unsubscribe || transport.channelState !== 'attached') return
    const read = ++reads
    try {
      const members = await transport.members()
      if (read !== reads) return
      const agents = new Set(members.filter((clientId) => isAgent(clientId, agent())))
      dispatch({ type: 'presence', agents: [...agents].sort() })
    } catch {
      // The next attachment reads again.
    }
  }

  return {
    listen() {
      if (transport.capabilities.presence === true) unsubscribe ??= transport.onMembersChanged(() => void refresh())
    },
    refresh: () => void refresh(),
    stop() {
      reads++
      unsubscribe?.()
      unsubscribe = undefined
    },
  }
}

/** Whether messages of this client id are folded as an agent's. */
export function isAgent(clientId: string, agent: NormaliseOptions['agent']): boolean {
  const claim = { serial: '0', action: 'message.create', clientId, extras: { headers: { role: 'assistant' } } }
  const event = normalise(claim, agent === undefined ? {} : { agent })
  return 'role' in event && event.role === 'assistant'
}
