import type { Agent, AgentOptions, Answer, ResponseArchive } from '@streamfold/agent'
import { archivable, serveAgent } from '@streamfold/agent'
import type { AgentChannel } from '@streamfold/core'
import type { WorkJournal } from './data/work-journal.ts'

/** A channel that was opened for an agent. */
export interface OpenChannel {
  readonly channel: AgentChannel
  release(): Promise<void>
}

/** One agent per channel, made with its first prompt and closed when it has had nothing to do for a while. */
export interface Agents {
  answer(channelName: string, promptSerial: string): Promise<Answer>
  /** Looks after what a crash has left open, on the channels that the journal names. */
  recover(): Promise<void>
  /** @param grace milliseconds given to what is streaming. Default none. */
  close(grace?: number): Promise<void>
}

export interface AgentsOptions extends Omit<AgentOptions, 'channel'> {
  readonly open: (channelName: string) => OpenChannel
  /** Default: nothing is noted. */
  readonly journal?: WorkJournal
  /** Where finished responses are kept. Default: nowhere. */
  readonly archive?: ResponseArchive
  /** Milliseconds without work or a trigger after which a channel is left. Default 300 000. */
  readonly idleAfter?: number
}

interface Entry {
  readonly agent: Agent
  readonly channel: AgentChannel
  readonly release: () => Promise<void>
  usedAt: number
}

export function createAgents({ open, journal, archive, idleAfter = 300_000, ...options }: AgentsOptions): Agents {
  const { onError = () => undefined } = options
  const entries = new Map<string, Entry>()
  const ending = new Set<Promise<void>>()
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
    await Promise.all(ending)
    // A trigger may have opened the channel anew meanwhile: it is the same Ably channel.
    if (!entries.has(name)) await release()
  }

  /** Everything that has ended, not only this response: one whose turn was missed is caught up with here. */
  async function keep({ channel }: Entry, finished: Promise<unknown>, promptSerial: string): Promise<void> {
    await finished
    journal?.end(channel.name, promptSerial)
    if (archive) await archive.put(channel.name, archivable(await channel.conversation()))
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
      const end = keep(entry, answer.finished, promptSerial).catch(onError)
      ending.add(end)
      void end.finally(() => ending.delete(end))
      return answer
    },
    async recover() {
      if (!journal) return
      const looked = journal.left().map(async (name) => {
        await entryOf(name).agent.recover()
        journal.forget(name)
      })
      await Promise.all(looked)
    },
    async close(grace = 0) {
      closed = true
      clearInterval(sweep)
      await Promise.allSettled(Array.from(entries, ([name, entry]) => leave(name, entry, grace)))
    },
  }
}
