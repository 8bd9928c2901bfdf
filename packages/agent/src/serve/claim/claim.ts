import type { ConversationEvent, Headers, Message, Role } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import { selectMessage } from '@streamfold/core'
import type { Assignment } from '../prompt/assignment.ts'
import { epochOf, RUN } from './run-header.ts'
import type { Clock } from '../../clock.ts'
import { sleep } from '@streamfold/core/transport'
import type { Owner } from '../../publish/messages/owner.ts'

/** Decides which agent writes the response to one prompt, and watches for other writers. */
export interface Claim {
  readonly run: string
  note(event: ConversationEvent): void
  /**
   * Returns the author of the message that exists. The service kept the first create: its client id says whether an agent made it, and its `run` header
   * which; of two agents that restart a response the one whose update came first goes on.
   *
   * @param after version of the response that is being restarted: what it was before says nothing
   * @param guessable whether a user may have published under its id first
   */
  owner(serial: string, after: string, guessable: boolean): Promise<Owner>
  /**
   * Whether this run is the one that writes the response, from what the service holds: nothing may be executed on less. Rejects when that cannot be read.
   *
   * @param after version of the response before this run
   */
  isHolder(serial: string, after: string): Promise<boolean>
  /**
   * Whether another agent was first, and whether this run has written all the same. Ask before the update that claims the response is sent again: what
   * the other one has written would be lost. Rejects when it cannot be read.
   *
   * @param after version of the response before this run
   */
  standing(serial: string, after: string): Promise<{ readonly isTaken: boolean; readonly hasWritten: boolean }>
  /** From now on: `fenced` is called when a later epoch writes the response, `disturbed` when another writer has changed it. */
  guard(serial: string, on: { readonly fenced: () => void; readonly disturbed: () => void }): void
}

/** How long the message that was just acknowledged may be out of reach, in milliseconds, before it is taken for this run's. */
const PATIENCE = 2_000
/** The same where it may be a user's, and so is never taken for ours. */
const PATIENCE_WITH_USERS = 10_000
/** Pause between two tries to read it, in milliseconds. */
const READ_AGAIN = 200

/** A version of a message, as far as it says who writes the message. */
interface Version {
  readonly version: string
  readonly created: boolean
  readonly epoch: number
  readonly owner: Owner
}

export function createClaim(channel: AgentChannel, { prompt, conversation, broken, goesOn }: Assignment, clock: Clock): Claim {
  // The response that is written again, or goes on, if there is one.
  const epoch = epochOf(goesOn ? goesOn.run : broken.at(-1)?.headers[RUN]) + 1
  const run = `${epoch}.${crypto.randomUUID()}`
  const delivered: (Version & { readonly serial: string })[] = []
  /** Found out once, however often it is asked. */
  const owners = new Map<string, Promise<Owner>>()
  let wake: (() => void) | undefined
  /** A later epoch has written. */
  let isFenced = false
  let guarded: { readonly serial: string; readonly fenced: () => void; readonly disturbed: () => void } | undefined

  /**
   * The author of the first version that was delivered. A channel may be opened without echo: then this run's update may have come before
   * another agent's without being delivered. Only a create, or this run's own message among the others, decides.
   */
  function firstDelivered(serial: string, after: string): Owner | undefined {
    const versions = delivered.filter((each) => each.serial === serial && each.version > after)
    const first = versions[0]
    return first?.created || first?.owner === 'user' || versions.some(({ owner }) => owner === 'ours') ? first?.owner : undefined
  }

  async function firstRead(serial: string, after: string): Promise<Owner | undefined> {
    return (await readVersions(serial, after))[0]?.owner
  }

  /** The versions that the service holds, oldest first; the last one where it keeps no others. */
  async function readVersions(serial: string, after: string): Promise<readonly Version[]> {
    if (channel.versions) {
      return (await channel.versions(serial)).flatMap((event) => {
        if (!('role' in event) || event.version <= after || (event.role === 'assistant' && !event.headers)) return []
        return [versionOf(event, event.headers ?? {}, false)]
      })
    }
    const message = selectMessage(await channel.conversation(), serial)
    return message && message.version > after ? [versionOf(message, message.headers, false)] : []
  }

  /** Whether this run was the first of its epoch; undefined if its own version is not there yet. */
  function isFirst(versions: readonly Version[]): boolean | undefined {
    if (versions.some((version) => version.epoch > epoch)) return false
    const first = versions.find((version) => version.created || version.epoch === epoch)
    return first && first.owner === 'ours'
  }

  async function isHolder(serial: string, after: string): Promise<boolean> {
    const over = new AbortController()
    const cancel = clock.after(PATIENCE_WITH_USERS, () => over.abort())
    try {
      for (;;) {
        const first = await readVersions(serial, after).then(isFirst, (error: unknown) => {
          if (over.signal.aborted) throw error
          return undefined
        })
        if (isFenced || first === false) return false
        if (first) return true
        if (over.signal.aborted) throw new Error('unable to go on; the channel does not say who writes the response')
        await sleep(clock, READ_AGAIN, over.signal)
      }
    } finally {
      cancel()
    }
  }

  /** Reads until it is known, or `over`; out of reach is like not there yet. */
  async function read(serial: string, after: string, over: AbortSignal): Promise<Owner | undefined> {
    for (;;) {
      const owner = await firstRead(serial, after).catch(() => undefined)
      if (owner || over.aborted) return owner
      await sleep(clock, READ_AGAIN, over)
    }
  }

  async function ownerSince(serial: string, after: string, guessable: boolean): Promise<Owner> {
    const before = selectMessage(conversation, serial)
    if (before && ownerOf(before.role, before.clientId, before.headers) === 'user') return 'user'
    const patience = guessable ? PATIENCE_WITH_USERS : PATIENCE
    // Unread, it is taken for ours where only agents can have made it: an answer by two is better than none.
    return firstDelivered(serial, after) ?? (await soonest(serial, after, patience)) ?? (guessable ? 'unknown' : 'ours')
  }

  return {
    run,
    note(event) {
      if (event.type !== 'created' && event.type !== 'replaced' && event.type !== 'appended') return
      const { serial, headers = {} } = event
      if (event.type !== 'appended' && !guarded)
        delivered.push({ serial, ...versionOf(event, headers, event.type === 'created') })
      wake?.()
      if (serial !== guarded?.serial || headers['reply-to'] !== prompt.id) return
      const author = headers[RUN]
      if (author === run) return
      if (epochOf(author) > epoch) {
        isFenced = true
        guarded.fenced()
      } else guarded.disturbed()
    },
    isHolder,
    async standing(serial, after) {
      const versions = await readVersions(serial, after)
      return { isTaken: isFirst(versions) === false, hasWritten: versions.some(({ owner }) => owner === 'ours') }
    },
    owner(serial, after, guessable) {
      const known = owners.get(serial) ?? ownerSince(serial, after, guessable)
      owners.set(serial, known)
      return known
    },
    guard: (serial, on) => void (guarded = { serial, ...on }),
  }

  function versionOf(of: Pick<Message, 'version' | 'role' | 'clientId'>, headers: Partial<Headers>, created: boolean): Version {
    const { version, role, clientId } = of
    return { version, created, epoch: epochOf(headers[RUN]), owner: ownerOf(role, clientId, headers) }
  }

  /** Our run is a random one: no message has it that was there before ours. */
  function ownerOf(role: Role, clientId: string | undefined, headers: Partial<Headers>): Owner {
    if (headers[RUN] === run) return 'ours'
    return role === 'assistant' || clientId === channel.clientId ? 'agent' : 'user'
  }

  /** By what is delivered or what is read, whichever is first. */
  function soonest(serial: string, after: string, patience: number): Promise<Owner | undefined> {
    const over = new AbortController()
    return new Promise<Owner | undefined>((resolve) => {
      const cancel = clock.after(patience, () => end(undefined))
      const end = (owner: Owner | undefined): void => {
        cancel()
        over.abort()
        resolve(owner)
      }
      wake = () => {
        const owner = firstDelivered(serial, after)
        if (owner) end(owner)
      }
      void read(serial, after, over.signal).then(end)
    })
  }
}
