import type { AgentChannel, OpenChannel } from '@streamfold/core/transport'
import type { ArchivePage } from '../../archive/archive.ts'
import { updateArchive } from '../../archive/update-archive.ts'
import { systemClock } from '../../clock.ts'
import type { Agent, AgentOptions } from '../../serve/agent-options.ts'
import type { Answer, Answering, Refused } from '../../serve/prompt/answer.ts'
import { serveAgent } from '../../serve/serve-agent.ts'
import { within } from '../../within.ts'
import type { Left } from './recording.ts'
import { createRecording } from './recording.ts'
import type { Place, WorkLimits, WorkState } from './work-queue.ts'
import { createWorkQueue } from './work-queue.ts'
import type { WaitingRecord, WorkJournal } from './work-record.ts'

/** A prompt that is refused because too much work waits. */
interface Busy {
  readonly type: 'busy'
  /** Which limit is reached: the client's own, or that of all. */
  readonly whose: 'own' | 'all'
}

/**
 * One agent per channel, created with its first prompt and closed after it was idle for a while. Prompts beyond the limits wait; clients take
 * turns.
 */
export interface Agents {
  /**
   * @param client identifies who asks. Default: all requests are of one client
   * @param responseSerial of the prompt's response that goes on, where its calls are answered
   */
  answer(channelName: string, promptSerial: string, client?: string, responseSerial?: string): Promise<Answer | Busy>
  /** Turns before a waiting prompt; undefined for a prompt that does not wait. */
  ahead(channelName: string, promptSerial: string): number | undefined
  /** How much work runs and how much waits. */
  readonly work: WorkState
  /**
   * Closes responses that a crash left open, and lets those go on that people have decided, on the channels in the journal; updates archived
   * conversations that changed while no agent listened.
   *
   * @param every milliseconds after which it looks again, and again, at what processes have left that have fallen silent. Default: it looks once
   */
  recover(every?: number): Promise<void>
  /** The same on these channels, only for what has been silent long enough by now. Never rejects. */
  recoverNow(channelNames: readonly string[]): Promise<void>
  /**
   * The archived messages of a channel, without those that were deleted since; undefined without an archive. Rejects when the channel cannot be read.
   *
   * @param signal when nobody waits for it any more: the channel is left
   */
  archived(channelName: string, signal?: AbortSignal): Promise<ArchivePage | undefined>
  /**
   * Resolves when all work is done, and all is closed; what another agent left open on the channels in use is closed, if it has been silent long enough. For a process that
   * lives as long as one request. Never rejects.
   */
  finish(): Promise<void>
  /** @param grace milliseconds given to what is streaming. Default none. */
  close(grace?: number): Promise<void>
}

export interface AgentsOptions extends Omit<AgentOptions, 'channel'> {
  readonly open: (channelName: string) => OpenChannel
  /** Default: no journal. */
  readonly journal?: WorkJournal | undefined
  /** Default: none is recorded, and after a restart a response goes on when somebody asks for it. */
  readonly waiting?: WaitingRecord | undefined
  /** Milliseconds without work or a request after which a channel is closed. Default 300 000. */
  readonly idleAfter?: number | undefined
  /** Default: 100 prompts at once, 20 of one client. */
  readonly work?: WorkLimits | undefined
}

/** A prompt that waits for its turn, or runs. */
interface Job {
  readonly answer: Promise<Answer>
  readonly settle: (answer: Answer | Promise<Answer>) => void
  /** In the queue of each client that asked for it; the first turn counts. */
  readonly places: Map<string, Place>
  begun: boolean
  readonly responseSerial: string | undefined
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
  /** Serials of the responses that wait for people there: their decisions may come without a request. */
  readonly waits: Set<string>
}

/** How long work is given that is to end by itself: longer than any platform lets it run. */
const UNLIMITED = 2 ** 31 - 1

/** Channels that stay open for returning clients: one connection may have 200, and any client may name one. */
const MOST = 100

const LIMITS: WorkLimits = { most: 100, each: 20 }

export function createAgents(settings: AgentsOptions): Agents {
  const { open, journal, waiting, idleAfter = 300_000, work: limits, ...options } = settings
  const work = { ...LIMITS, ...limits }
  const { archive, onError = console.error, clock = systemClock, staleAfter = 15_000 } = options
  const recording = createRecording(journal, waiting, onError)
  const entries = new Map<string, Entry>()
  /** How many read a channel for its archive, and need no agent there. */
  const visitors = new Map<string, number>()
  /** The next agent would use the same Ably channel, so a request waits until this one is closed. */
  const leaving = new Map<string, Promise<void>>()
  const queue = createWorkQueue(work, () => clock.now())
  const jobs = new Map<string, Job>()
  /** What runs or waits, until it has ended. */
  const underWay = new Set<Promise<void>>()
  let closed = false
  let sweeping: (() => void) | undefined
  let looking: (() => void) | undefined
  /** Channels that are looked after, or are next. */
  const lookedAfter = new Set<string>()

  /** Runs while channels are open. */
  function sweepLater(): void {
    sweeping ??= clock.after(idleAfter / 4, () => {
      sweeping = undefined
      sweep()
      if (entries.size > 0 && !closed) sweepLater()
    })
  }

  function sweep(): void {
    for (const [name, entry] of entries) {
      if (isBusy(entry)) entry.usedAt = clock.now()
      else if (clock.now() - entry.usedAt < idleAfter) continue
      else if (entry.waits.size === 0) void leave(name, entry, 0)
      // The agent lets one go on that was decided on the channel, without a word.
      else for (const response of entry.waits) void goOn(name, entry, response).catch(onError)
    }
  }

  function entryOf(name: string): Entry {
    let entry = entries.get(name)
    if (!entry) {
      const { channel, release } = open(name)
      entry = { agent: serveAgent({ ...options, channel }), channel, release, usedAt: 0, recovering: false, waits: new Set() }
    }
    // Moved to the end: the channel unused for the longest is first.
    entries.delete(name)
    entries.set(name, entry)
    entry.usedAt = clock.now()
    sweepLater()
    return entry
  }

  /** The entry of a channel; if there are too many, the one unused for the longest is closed. Undefined once all are to be closed. */
  async function enter(name: string): Promise<Entry | undefined> {
    await leaving.get(name)
    while (!entries.has(name) && entries.size + leaving.size >= MOST) {
      const idle = [...entries].find(([, entry]) => !isBusy(entry))
      if (idle) await leave(...idle, 0)
      else if (leaving.size > 0) await Promise.race(leaving.values())
      else break // All are in use, and the limit is reached.
    }
    // At once, so that the next request counts it.
    return closed ? undefined : entryOf(name)
  }

  /** Never rejects. */
  function leave(name: string, { agent, release }: Entry, grace: number): Promise<void> {
    entries.delete(name)
    return leaveWith(name, agent.close(grace).then(release))
  }

  /** Never rejects. */
  function leaveWith(name: string, released: Promise<void>): Promise<void> {
    const left = released.catch(onError).finally(() => leaving.delete(name))
    leaving.set(name, left)
    return left
  }

  /** Uses a channel on which no agent need be. The last of its visitors leaves it, and is not kept waiting for that. */
  async function visit(
    name: string,
    use: (channel: AgentChannel) => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await leaving.get(name)
    signal?.throwIfAborted()
    if (closed) throw new Error('unable to read the channel; this agent is stopping: try again soon')
    const { channel, release } = entries.get(name) ?? open(name)
    visitors.set(name, (visitors.get(name) ?? 0) + 1)
    try {
      await (signal ? Promise.race([use(channel), aborted(signal)]) : use(channel))
    } finally {
      const others = (visitors.get(name) ?? 1) - 1
      if (others > 0) visitors.set(name, others)
      else visitors.delete(name)
      // An agent that has come meanwhile uses the same channel.
      if (others === 0 && !entries.has(name) && !leaving.has(name)) void leaveWith(name, release())
    }
  }

  async function archived(name: string, signal?: AbortSignal): Promise<ArchivePage | undefined> {
    if (!archive) return undefined
    const kept = await archive.read(name, 1)
    // There is nothing to update, so a request with a guessed name costs no request to Ably.
    if (kept.messages.length === 0) return kept
    await visit(name, (channel) => updateArchive(archive, channel), signal)
    return archive.read(name)
  }

  /** Resolves when the prompt has its answer, or is refused. */
  async function answer(name: string, promptSerial: string, { responseSerial }: Job): Promise<Answer> {
    const entry = await enter(name)
    if (!entry) return stopping()
    recording.begin(name, promptSerial)
    const { agent } = entry
    const answer = await (responseSerial === undefined ? agent.answer(promptSerial) : agent.continue(responseSerial))
    if (answer.type !== 'answering') {
      // Refused because another agent answers it: with the entry, a later check would find nothing to do.
      recording.end(name, promptSerial)
      return answer
    }
    // First, so that one that waits is in one of the records at any moment.
    note(name, entry, answer)
    void answer.finished
      // The next agent closes a response that the channel could not be told of.
      .then((outcome) => ('unwritten' in outcome ? undefined : recording.end(name, promptSerial)))
      .catch(onError)
    return answer
  }

  /** Records whether a response waits for people when it ends for now: an agent that starts later lets it go on. */
  function note(name: string, entry: Entry, { responseId, finished }: Answering): void {
    const ended = async (): Promise<void> => {
      const { status } = await finished
      if (status === 'waiting') {
        entry.waits.add(responseId)
        recording.wait(name, responseId)
      } else waitsNoMore(name, entry, responseId)
    }
    void ended().catch(onError)
  }

  function waitsNoMore(name: string, entry: Entry, response: string): void {
    entry.waits.delete(response)
    recording.goOn(name, response)
  }

  /** Lets a response go on that people have decided while no agent listened. */
  async function goOn(name: string, entry: Entry, response: string): Promise<void> {
    const answer = await entry.agent.continue(response)
    if (answer.type === 'answering') return note(name, entry, answer)
    if (answer.type !== 'refused') return
    if (answer.reason === 'waiting') {
      // This process listens there now.
      if (!entry.waits.has(response)) recording.wait(name, response)
      entry.waits.add(response)
    } else if (answer.reason !== 'unavailable' && answer.reason !== 'closed') waitsNoMore(name, entry, response)
  }

  /** Looks after what was left open on a channel. @param isPatient whether it waits for what may yet have lost its agent */
  async function lookAfter(name: string, isPatient: boolean, waits: readonly string[] = []): Promise<void> {
    const entry = await enter(name)
    if (!entry) return
    entry.recovering = true
    const recovered = entry.agent.recover({ waits: isPatient }).finally(() => (entry.recovering = false))
    // The channel may be out of reach.
    if (!isPatient) return void (await within(recovered, staleAfter, clock))
    await recovered
    for (const response of waits) await goOn(name, entry, response)
    if (!closed) recording.forget(name)
  }

  /** A few at a time: after a crash there may be more channels than one connection can have. Never rejects. */
  async function lookAfterAll(names: Iterable<string>, look: (name: string) => Promise<void>): Promise<void> {
    const left = [...new Set(names)]
    const looked = Array.from({ length: work.each }, async () => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) await look(name).catch(onError)
    })
    await Promise.all(looked)
  }

  /** Looks after what is left, and is not looked after yet. */
  async function lookAfterLeft({ channels, waits }: Left): Promise<void> {
    const names = channels.filter((name) => !lookedAfter.has(name))
    for (const name of names) lookedAfter.add(name)
    await lookAfterAll(names, async (name) => {
      try {
        await lookAfter(name, true, waits.get(name))
      } finally {
        lookedAfter.delete(name)
      }
    })
  }

  function lookEvery(every: number): void {
    looking?.()
    looking = clock.after(every, () => {
      if (closed) return
      lookEvery(every)
      void lookAgain(every).catch(onError)
    })
  }

  /** At the work of processes that have missed two signs of life. If one of them lives, nothing is taken from it: the channel shows when its response was written last. */
  async function lookAgain(every: number): Promise<void> {
    await recording.alive()
    await lookAfterLeft(await recording.left(2 * every))
  }

  async function begin(job: Job, key: string, [name, promptSerial]: readonly [string, string], place: Place): Promise<void> {
    const release = await place.turn
    // Another client's turn came first, or none comes any more.
    if (!release || job.begun) return release?.()
    job.begun = true
    for (const other of job.places.values()) other.leave()
    const answering = answer(name, promptSerial, job)
    job.settle(answering)
    // The caller gets the rejection.
    const answered = await answering.catch(() => undefined)
    if (answered?.type === 'answering') await answered.finished
    jobs.delete(key)
    release()
  }

  return {
    async answer(name, promptSerial, client = '', responseSerial) {
      if (closed) return stopping()
      const key = keyOf(name, promptSerial)
      const known = jobs.get(key)
      // Otherwise a client could ask for another client's prompt and make it wait behind its own.
      if (known && (known.begun || known.places.has(client))) return known.answer
      const place = queue.enter(client)
      if (typeof place === 'string') return known ? known.answer : { type: 'busy', whose: place === 'full' ? 'all' : 'own' }
      const job = known ?? newJob(responseSerial)
      job.places.set(client, place)
      jobs.set(key, job)
      const begun = begin(job, key, [name, promptSerial], place)
      underWay.add(begun)
      void begun.finally(() => underWay.delete(begun))
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
    async recover(every) {
      if (every !== undefined && !closed) lookEvery(every)
      const looked = lookAfterLeft(await recording.left())
      for (const name of (await archive?.channels?.(clock.now() - KEPT)) ?? []) {
        // One after the other, because nobody waits for them; requests are served first.
        if (!closed && !entries.has(name)) await archived(name).catch(onError)
      }
      await looked
    },
    recoverNow: (channelNames) => lookAfterAll(channelNames, (name) => lookAfter(name, false)),
    async finish() {
      await Promise.all(underWay)
      // What died a moment ago looks alive for `staleAfter`: waiting for that would keep a function running, and may be for a response that another one is writing.
      const recovered = Promise.all(Array.from(entries.values(), ({ agent }) => agent.recover({ waits: false })))
      // The channel may be out of reach.
      await within(recovered, staleAfter, clock)
      await close(UNLIMITED)
    },
    close,
  }

  async function close(grace = 0): Promise<void> {
    closed = true
    sweeping?.()
    looking?.()
    for (const [key, { begun, places, settle }] of jobs) {
      if (begun) continue
      for (const place of places.values()) place.leave()
      jobs.delete(key)
      settle(stopping())
    }
    for (const [name, entry] of entries) void leave(name, entry, grace)
    await Promise.all(leaving.values())
    await recording.written()
  }
}

function isBusy({ agent, recovering }: Entry): boolean {
  return recovering || agent.working > 0
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })) // What it was aborted with.
}

function newJob(responseSerial: string | undefined): Job {
  let settle: Job['settle'] = () => undefined
  const answer = new Promise<Answer>((resolve) => (settle = resolve))
  return { answer, settle, places: new Map(), begun: false, responseSerial }
}

function keyOf(name: string, promptSerial: string): string {
  return `${name}\n${promptSerial}`
}

function stopping(): Refused {
  return { type: 'refused', reason: 'closed', message: 'unable to answer; this agent is stopping: try again soon' }
}
