import type { Agent, AgentOptions, Answer, ArchivePage } from '@streamfold/agent'
import { serveAgent, updateArchive } from '@streamfold/agent'
import type { AgentChannel } from '@streamfold/core'
import type { SqliteArchive } from './data/sqlite-archive.ts'
import type { WorkJournal } from './data/work-journal.ts'

/** A channel that was opened for an agent. */
export interface OpenChannel {
  readonly channel: AgentChannel
  release(): Promise<void>
}

/** One agent per channel, made with its first prompt and closed when it has had nothing to do for a while. */
export interface Agents {
  answer(channelName: string, promptSerial: string): Promise<Answer>
  /**
   * Looks after what a crash has left open, on the channels that the journal names, and after what was changed or deleted in the
   * archived conversations while no agent listened.
   */
  recover(): Promise<void>
  /** What is archived of a channel, and has not been deleted from it since. Rejects when the channel cannot be asked. */
  archived(channelName: string): Promise<ArchivePage>
  /** @param grace milliseconds given to what is streaming. Default none. */
  close(grace?: number): Promise<void>
}

export interface AgentsOptions extends Omit<AgentOptions, 'channel'> {
  readonly open: (channelName: string) => OpenChannel
  /** Default: nothing is noted. */
  readonly journal?: WorkJournal
  readonly archive: SqliteArchive
  /** Milliseconds without work or a trigger after which a channel is left. Default 300 000. */
  readonly idleAfter?: number
}

/** For how long Ably keeps, by default, the messages that a channel's history tells of, in milliseconds. */
const KEPT = 72 * 3_600_000

interface Entry {
  readonly agent: Agent
  readonly channel: AgentChannel
  readonly release: () => Promise<void>
  usedAt: number
}

export function createAgents({ open, journal, idleAfter = 300_000, ...options }: AgentsOptions): Agents {
  const { archive, onError = () => undefined } = options
  const entries = new Map<string, Entry>()
  let closed = false
  const sweep = setInterval(() => {
    for (const [name, entry] of entries) {
      if (entry.agent.working > 0) entry.usedAt = Date.now()
      else if (Date.now() - entry.usedAt >= idleAfter) void leave(name, entry, 0).catch(onError)
    }
  }, idleAfter / 4)
  sweep.unref()

  function entryOf(name: string): Entry {
    let entry = entries.get(name)
    if (!entry) {
      const { channel, release } = open(name)
      entry = { agent: serveAgent({ ...options, channel }), channel, release, usedAt: 0 }
      entries.set(name, entry)
    }
    entry.usedAt = Date.now()
    return entry
  }

  async function leave(name: string, { agent, release }: Entry, grace: number): Promise<void> {
    entries.delete(name)
    await agent.close(grace)
    // A trigger may have opened the channel anew meanwhile: it is the same Ably channel.
    if (!entries.has(name)) await release()
  }

  async function archived(name: string): Promise<ArchivePage> {
    const kept = await archive.read(name, 1)
    // Nothing to be put right: whoever guesses names costs Ably no request.
    if (kept.messages.length === 0) return kept
    const { channel, release } = entries.get(name) ?? open(name)
    try {
      await updateArchive(archive, channel)
    } finally {
      if (!entries.has(name)) await release()
    }
    return archive.read(name)
  }

  return {
    async answer(name, promptSerial) {
      if (closed)
        return { type: 'refused', reason: 'closed', message: 'unable to answer; this agent is stopping: try again soon' }
      const entry = entryOf(name)
      journal?.begin(name, promptSerial)
      const answer = await entry.agent.answer(promptSerial)
      if (answer.type === 'refused') {
        // Refused because another agent is at it, the entry would only cause a look for nothing.
        journal?.end(name, promptSerial)
        return answer
      }
      void answer.finished.then(() => journal?.end(name, promptSerial)).catch(onError)
      return answer
    },
    archived,
    async recover() {
      const looked = (journal?.left() ?? []).map(async (name) => {
        await entryOf(name).agent.recover()
        journal?.forget(name)
      })
      for (const name of await archive.channels(Date.now() - KEPT)) {
        // One after the other: nobody waits, and who does is served first.
        if (!closed && !entries.has(name)) await archived(name).catch(onError)
      }
      await Promise.all(looked)
    },
    async close(grace = 0) {
      closed = true
      clearInterval(sweep)
      await Promise.allSettled(Array.from(entries, ([name, entry]) => leave(name, entry, grace)))
    },
  }
}
