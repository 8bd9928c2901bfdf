import type { Agent, AgentOptions } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import type { AgentChannel } from '@streamfold/core'

/** A channel that was opened for an agent. */
export interface OpenChannel {
  readonly channel: AgentChannel
  release(): Promise<void>
}

/** One agent per channel, made with its first prompt and closed when it has had nothing to do for a while. */
export interface Agents {
  on(channelName: string): Agent
  close(): Promise<void>
}

export interface AgentsOptions extends Omit<AgentOptions, 'channel'> {
  readonly open: (channelName: string) => OpenChannel
  /** Milliseconds without work or a trigger after which a channel is left. Default 300 000. */
  readonly idleAfter?: number
}

interface Entry {
  readonly agent: Agent
  readonly release: () => Promise<void>
  usedAt: number
}

export function createAgents({ open, idleAfter = 300_000, ...options }: AgentsOptions): Agents {
  const entries = new Map<string, Entry>()
  const sweep = setInterval(() => {
    for (const [name, entry] of entries) {
      if (entry.agent.working > 0) entry.usedAt = Date.now()
      else if (Date.now() - entry.usedAt >= idleAfter) void leave(name, entry).catch(options.onError)
    }
  }, idleAfter / 4)
  sweep.unref()

  async function leave(name: string, { agent, release }: Entry): Promise<void> {
    entries.delete(name)
    await agent.close()
    // A trigger may have opened the channel anew meanwhile: it is the same Ably channel.
    if (!entries.has(name)) await release()
  }

  return {
    on(name) {
      let entry = entries.get(name)
      if (!entry) {
        const { channel, release } = open(name)
        entry = { agent: serveAgent({ ...options, channel }), release, usedAt: 0 }
        entries.set(name, entry)
      }
      entry.usedAt = Date.now()
      return entry.agent
    },
    async close() {
      clearInterval(sweep)
      await Promise.allSettled(Array.from(entries, ([name, entry]) => leave(name, entry)))
    },
  }
}
