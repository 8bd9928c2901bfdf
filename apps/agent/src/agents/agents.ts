import type { Agent, AgentOptions, Answer, Answering, ArchivePage, Refused } from '@streamfold/agent'
import { serveAgent, updateArchive } from '@streamfold/agent'
import type { Message } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import type { FileStore } from '../data/file-store.ts'
import type { SqliteArchive } from '../data/sqlite-archive.ts'
import type { WaitingResponses } from '../data/waiting-responses.ts'
import type { WorkJournal } from '../data/work-journal.ts'
import type { Place, WorkLimits, WorkState } from './work-queue.ts'
import { createWorkQueue } from './work-queue.ts'

/** A channel that was opened for an agent. */
export interface OpenChannel {
  readonly channel: AgentChannel
  release(): Promise<void>
}

/** A prompt that is refused because too much work waits. */
export interface Busy {
  readonly type: 'busy'
  /** Which limit is reached: the client's own, or that of all. */
  readonly whose: 'own' | 'all'
}

/**
 * One agent per channel, created with its first prompt and closed after it was idle for a while. Prompts beyond the limits wait; clients take
 * turns.
 */
export interface Agents {
  /** @param client identifies who asks. Default: all requests are of one client */
  answer(channelName: string, promptSerial: string, client?: string): Promise<Answer | Busy>
  /** Turns before a waiting prompt; undefined for a prompt that does not wait. */
  ahead(channelName: string, promptSerial: string): number | undefined
  /** How much work runs and how much waits. */
  readonly work: WorkState
  /**
   * Closes responses that a crash left open, and lets those go on that people have decided, on the channels in the journal; updates archived
   * conversations that changed while no agent listened.
   */
  recover(): Promise<void>
  /** The archived messages of a channel, without those that were deleted since. Rejects when the channel cannot be read. */
  archived(channelName: string): Promise<ArchivePage>
  /** @param grace milliseconds given to what is streaming. Default none. */
  close(grace?: number): Promise<void>
}

export interface AgentsOptions extends Omit<AgentOptions, 'channel'> {
  readonly open: (channelName: string) => OpenChannel
  /** Default: no journal. */
  readonly journal?: WorkJournal
  /** Default: none is recorded, and after a restart a response goes on when somebody asks for it. */
  readonly waiting?: WaitingResponses
  readonly archive: SqliteArchive
  /** Where the files of prompts are. What a prompt has is noted when it is answered, which may be long before the archive has it. Default: nowhere. */
  readonly files?: Pick<FileStore, 'note'>
  /** Milliseconds without work or a request after which a channel is closed. Default 300 000. */
  readonly idleAfter?: number
  /** Default: 100 prompts at once, 20 of one client. */
  readonly work?: WorkLimits
}

/** A prompt that waits for its turn, or runs. */
interface Job {
  readonly answer: Promise<Answer>
  readonly settle: (answer: Answer | Promise<Answer>) => void
  /** In the queue of each client that asked for it; the first turn counts. */
  readonly places: Map<string, Place>
  begun: boolean
}

/** How long Ably keeps history by default, in milliseconds. */
const KEPT = 72 * 3_600_000

interface Entry {
  readonly agent: Agent
  readonly channel: AgentChannel
  readonly release: () => Promise<void>
  usedAt: number
  /** Whether responses of a crash are being closed there. */
  recovering: boolean
  /** Whether a response waits for people there: their decisions may come without a request. */
  waits: boolean
}

/** Channels that stay open for returning clients: one connection may have 200, and any client may name one. */
const MOST = 100

const LIMITS: WorkLimits = { most: 100, each: 20 }

export function createAgents({
  open,
  journal,
  waiting,
  files,
  idleAfter = 300_000,
  work = LIMITS,
  ...options
}: AgentsOptions): Agents {
  const { archive, onError = () => undefined } = options
  const entries = new Map<string, Entry>()
  /** The next agent would use the same Ably channel, so a request waits until this one is closed. */
  const leaving = new Map<string, Promise<void>>()
  const queue = createWorkQueue(work)
  const jobs = new Map<string, Job>()
  let closed = false
  const sweep = setInterval(() => {
    for (const [name, entry] of entries) {
      if (isBusy(entry)) entry.usedAt = Date.now()
      else if (!entry.waits && Date.now() - entry.usedAt >= idleAfter) void leave(name, entry, 0)
    }
  }, idleAfter / 4)
  sweep.unref()

  function entryOf(name: string): Entry {
    let entry = entries.get(name)
    if (!entry) {
      const { channel, release } = open(name)
      const respond: AgentOptions['respond'] = (task) => {
        noteFiles(name, task.prompt)
        return options.respond(task)
      }
      entry = {
        agent: serveAgent({ ...options, channel, respond }),
        channel,
        release,
        usedAt: 0,
        recovering: false,
        waits: false,
      }
    }
    // Moved to the end: the channel unused for the longest is first.
    entries.delete(name)
    entries.set(name, entry)
    entry.usedAt = Date.now()
    return entry
  }

  function noteFiles(name: string, { id, text, parts }: Message): void {
    try {
      files?.note(name, id, [text, ...parts.map((part) => (part.type === 'file' ? part.url : ''))].join('\n'))
    } catch (error) {
      onError(error) // The prompt is answered nevertheless.
    }
  }

  /** The entry of a channel; if there are too many, the one unused for the longest is closed. */
  async function enter(name: string): Promise<Entry> {
    while (!entries.has(name) && entries.size + leaving.size >= MOST) {
      const idle = [...entries].find(([, entry]) => !isBusy(entry))
      if (idle) await leave(...idle, 0)
      else if (leaving.size > 0) await Promise.race(leaving.values())
      else break // All are in use, and the limit is reached.
    }
    // At once, so that the next request counts it.
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
    // There is nothing to update, so a request with a guessed name costs no request to Ably.
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
    const entry = await enter(name)
    journal?.begin(name, promptSerial)
    const answer = await entry.agent.answer(promptSerial)
    if (answer.type !== 'answering') {
      // Refused because another agent answers it: with the entry, a later check would find nothing to do.
      journal?.end(name, promptSerial)
      return answer
    }
    void answer.finished
      // The next agent closes a response that the channel could not be told of.
      .then((outcome) => ('unwritten' in outcome ? undefined : journal?.end(name, promptSerial)))
      .catch(onError)
    note(name, entry, answer)
    return answer
  }

  /** Records whether a response waits for people when it ends for now: an agent that starts later lets it go on. */
  function note(name: string, entry: Entry, { responseId, finished }: Answering): void {
    const ended = async (): Promise<void> => {
      const { status } = await finished
      entry.waits = status === 'waiting'
      if (status === 'waiting') waiting?.add(name, responseId)
      else waiting?.remove(name, responseId)
    }
    void ended().catch(onError)
  }

  /** Lets a response go on that people have decided while no agent listened. */
  async function goOn(name: string, entry: Entry, response: string): Promise<void> {
    const answer = await entry.agent.continue(response)
    if (answer.type === 'answering') return note(name, entry, answer)
    if (answer.type === 'taken-in') return
    if (answer.reason === 'waiting') entry.waits = true
    else if (answer.reason !== 'unavailable' && answer.reason !== 'closed') waiting?.remove(name, response)
  }

  async function begin(job: Job, key: string, [name, promptSerial]: readonly [string, string], place: Place): Promise<void> {
    const release = await place.turn
    // Another client's turn came first.
    if (job.begun) return release()
    job.begun = true
    for (const other of job.places.values()) other.leave()
    const answering = answer(name, promptSerial)
    job.settle(answering)
    // The caller gets the rejection.
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
      // Otherwise a client could ask for another client's prompt and make it wait behind its own.
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
      const waits = waiting?.all() ?? new Map<string, readonly string[]>()
      async function lookAfter(name: string): Promise<void> {
        const entry = await enter(name)
        entry.recovering = true
        await entry.agent.recover().finally(() => (entry.recovering = false))
        for (const response of waits.get(name) ?? []) await goOn(name, entry, response)
        if (!closed) journal?.forget(name)
      }
      // A rejection handler is attached at once, because a late one ends the process.
      const left = [...new Set([...(journal?.left() ?? []), ...waits.keys()])]
      // A few at a time: after a crash there may be more channels than one connection can have.
      const looked = Array.from({ length: work.each }, async () => {
        for (let name = left.shift(); name !== undefined; name = left.shift()) await lookAfter(name).catch(onError)
      })
      for (const name of await archive.channels(Date.now() - KEPT)) {
        // One after the other, because nobody waits for them; requests are served first.
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
