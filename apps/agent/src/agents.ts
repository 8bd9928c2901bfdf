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
  /** Whether what a crash has left there is being looked after. */
  recovering: boolean
}

/** Channels kept open for those who may come back: one connection may have 200, and anybody may name one. */
const MOST = 100

export function createAgents({ open, journal, idleAfter = 300_000, ...options }: AgentsOptions): Agents {
  const { archive, onError = () => undefined } = options
  const entries = new Map<string, Entry>()
  /** It would be the same Ably channel: who comes meanwhile waits. */
  const leaving = new Map<string, Promise<void>>()
  let closed = false
  const sweep = setInterval(() => {
    for (const [name, entry] of entries) {
      if (isBusy(entry)) entry.usedAt = Date.now()
      else if (Date.now() - entry.usedAt >= idleAfter) void leave(name, entry, 0)
    }
  }, idleAfter / 4)
  sweep.unref()

  function entryOf(name: string): Entry {
    let entry = entries.get(name)
    if (!entry) {
      const { channel, release } = open(name)
      entry = { agent: serveAgent({ ...options, channel }), channel, release, usedAt: 0, recovering: false }
    }
    // Back at the end: the one unused for the longest comes first.
    entries.delete(name)
    entries.set(name, entry)
    entry.usedAt = Date.now()
    return entry
  }

  function leaveSome(): void {
    for (const [name, entry] of entries) {
      if (entries.size <= MOST) return
      if (!isBusy(entry)) void leave(name, entry, 0)
    }
  }

  /** Never rejects. */
  function leave(name: string, { agent, release }: Entry, grace: number): Promise<void> {
    entries.delete(name)
    const left = agent
      .close(grace)
      .then(release)
      .catch(onError)
      .finally(() => leaving.delete(name))
    leaving.set(name, left)
    return left
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
      if (!closed) await leaving.get(name)
      if (closed)
        return { type: 'refused', reason: 'closed', message: 'unable to answer; this agent is stopping: try again soon' }
      const entry = entryOf(name)
      journal?.begin(name, promptSerial)
      const answer = await entry.agent.answer(promptSerial)
      leaveSome()
      if (answer.type === 'refused') {
        // Refused because another agent is at it, the entry would only cause a look for nothing.
        journal?.end(name, promptSerial)
        return answer
      }
      void answer.finished
        // What the channel could not be told of is looked after by the next agent, at the latest.
        .then((outcome) => ('unwritten' in outcome ? undefined : journal?.end(name, promptSerial)))
        .catch(onError)
      return answer
    },
    archived,
    async recover() {
      async function lookAfter(name: string): Promise<void> {
        const entry = entryOf(name)
        entry.recovering = true
        await entry.agent.recover()
        entry.recovering = false
        if (!closed) journal?.forget(name)
      }
      // Each handled as it begins: a rejection that is awaited only later ends the process.
      const looked = (journal?.left() ?? []).map((name) => lookAfter(name).catch(onError))
      for (const name of await archive.channels(Date.now() - KEPT)) {
        // One after the other: nobody waits, and who does is served first.
        if (!closed && !entries.has(name)) await archived(name).catch(onError)
      }
      await Promise.all(looked)
    },
    async close(grace = 0) {
      closed = true
      clearInterval(sweep)
      for (const [name, entry] of entries) void leave(name, entry, grace)
      await Promise.all(leaving.values())
    },
  }
}

function isBusy({ agent, recovering }: Entry): boolean {
  return recovering || agent.working > 0
}
