import type { Agent, AgentOptions, Answer, ArchivePage, Refused } from '@streamfold/agent'
import { serveAgent, updateArchive } from '@streamfold/agent'
import type { AgentChannel } from '@streamfold/core/transport'
import type { SqliteArchive } from './data/sqlite-archive.ts'
import type { WorkJournal } from './data/work-journal.ts'
import type { Place, WorkLimits, WorkState } from './work-queue.ts'
import { createWorkQueue } from './work-queue.ts'

/** A channel that was opened for an agent. */
export interface OpenChannel {
  readonly channel: AgentChannel
  release(): Promise<void>
}

/** A prompt that is not taken, because too much waits. */
export interface Busy {
  readonly type: 'busy'
  /** Whose prompts fill the queue: those of who asks, or those of all. */
  readonly whose: 'own' | 'all'
}

/**
 * One agent per channel, made with its first prompt and closed when it has had nothing to do for a while. Prompts that exceed what may be
 * answered at once wait; those who ask have their turns in a circle.
 */
export interface Agents {
  /** @param client who asks, by whatever it is known. Default: everybody is one client */
  answer(channelName: string, promptSerial: string, client?: string): Promise<Answer | Busy>
  /** Turns before a prompt that waits for its own; undefined for one that does not wait. */
  ahead(channelName: string, promptSerial: string): number | undefined
  /** How much is worked on, and how much waits. */
  readonly work: WorkState
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
  /** Default: 100 prompts at once, 20 of one client. */
  readonly work?: WorkLimits
}

/** A prompt that waits for its turn, or is being answered. */
interface Job {
  readonly answer: Promise<Answer>
  readonly settle: (answer: Answer | Promise<Answer>) => void
  /** In the queue of each client that has asked for it; the first to have its turn is the one. */
  readonly places: Map<string, Place>
  begun: boolean
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

const LIMITS: WorkLimits = { most: 100, each: 20 }

export function createAgents({ open, journal, idleAfter = 300_000, work = LIMITS, ...options }: AgentsOptions): Agents {
  const { archive, onError = () => undefined } = options
  const entries = new Map<string, Entry>()
  /** It would be the same Ably channel: who comes meanwhile waits. */
  const leaving = new Map<string, Promise<void>>()
  const queue = createWorkQueue(work)
  const jobs = new Map<string, Job>()
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

  /** The entry of a channel; the longest unused of the others is left where there would be too many. */
  async function enter(name: string): Promise<Entry> {
    while (!entries.has(name) && entries.size + leaving.size >= MOST) {
      const idle = [...entries].find(([, entry]) => !isBusy(entry))
      if (idle) await leave(...idle, 0)
      else if (leaving.size > 0) await Promise.race(leaving.values())
      else break // All are worked on, and no more than may be.
    }
    // At once: whoever comes next counts it.
    return entryOf(name)
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

  /** Resolves when the prompt has its answer, or is refused. */
  async function answer(name: string, promptSerial: string): Promise<Answer> {
    await leaving.get(name)
    if (closed) return stopping()
    const { agent } = await enter(name)
    journal?.begin(name, promptSerial)
    const answer = await agent.answer(promptSerial)
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
  }

  async function begin(job: Job, key: string, [name, promptSerial]: readonly [string, string], place: Place): Promise<void> {
    const release = await place.turn
    // Another client's turn came first.
    if (job.begun) return release()
    job.begun = true
    for (const other of job.places.values()) other.leave()
    const answering = answer(name, promptSerial)
    job.settle(answering)
    // Whoever asked is told of a rejection.
    const answered = await answering.catch(() => undefined)
    if (answered?.type === 'answering') await answered.finished
    jobs.delete(key)
    release()
  }

  return {
    async answer(name, promptSerial, client = '') {
      if (closed) return stopping()
      const key = keyOf(name, promptSerial)
      const known = jobs.get(key)
      // Who asks for a prompt of others must not be able to have it wait behind all of his own.
      if (known && (known.begun || known.places.has(client))) return known.answer
      const place = queue.enter(client)
      if (typeof place === 'string') return known ? known.answer : { type: 'busy', whose: place === 'full' ? 'all' : 'own' }
      const job = known ?? newJob()
      job.places.set(client, place)
      jobs.set(key, job)
      void begin(job, key, [name, promptSerial], place)
      return job.answer
    },
    ahead(name, promptSerial) {
      const job = jobs.get(keyOf(name, promptSerial))
      return !job || job.begun ? undefined : Math.min(...Array.from(job.places.values(), (place) => place.ahead()))
    },
    get work() {
      return queue.state
    },
    archived,
    async recover() {
      async function lookAfter(name: string): Promise<void> {
        const entry = await enter(name)
        entry.recovering = true
        await entry.agent.recover().finally(() => (entry.recovering = false))
        if (!closed) journal?.forget(name)
      }
      // Each handled as it begins: a rejection that is awaited only later ends the process.
      const left = [...(journal?.left() ?? [])]
      // A few at a time: after a crash there may be more channels than the connection can have.
      const looked = Array.from({ length: work.each }, async () => {
        for (let name = left.shift(); name !== undefined; name = left.shift()) await lookAfter(name).catch(onError)
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
      for (const [key, { begun, places, settle }] of jobs) {
        if (begun) continue
        for (const place of places.values()) place.leave()
        jobs.delete(key)
        settle(stopping())
      }
      for (const [name, entry] of entries) void leave(name, entry, grace)
      await Promise.all(leaving.values())
    },
  }
}

function isBusy({ agent, recovering }: Entry): boolean {
  return recovering || agent.working > 0
}

function newJob(): Job {
  let settle: Job['settle'] = () => undefined
  const answer = new Promise<Answer>((resolve) => (settle = resolve))
  return { answer, settle, places: new Map(), begun: false }
}

function keyOf(name: string, promptSerial: string): string {
  return `${name}\n${promptSerial}`
}

function stopping(): Refused {
  return { type: 'refused', reason: 'closed', message: 'unable to answer; this agent is stopping: try again soon' }
}
