import type { ConversationEvent, Headers, Role } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import { selectMessage } from '@streamfold/core'
import type { Assignment } from './assignment.ts'
import type { Clock } from '../clock.ts'
import { sleep } from '@streamfold/core/transport'

/**
 * Header that distinguishes the runs of agents: two that create one message must not both append to it. A response that is written again
 * has a run of the next epoch, `<epoch>.<random>`, which fences an author that was only slow.
 */
export const RUN = 'run'

/** Who wrote a message: this run of this agent, an agent, or a user; `unknown` where it cannot be read and may be a user's. */
export type Owner = 'ours' | 'agent' | 'user' | 'unknown'

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
  /** From now on: `fenced` is called when a later epoch writes the response, `disturbed` when another writer has changed it. */
  guard(serial: string, on: { readonly fenced: () => void; readonly disturbed: () => void }): void
}

/** How long the message that was just acknowledged may be out of reach, in milliseconds, before it is taken for this run's. */
const PATIENCE = 2_000
/** The same where it may be a user's, and so is never taken for ours. */
const PATIENCE_WITH_USERS = 10_000
/** Pause between two tries to read it, in milliseconds. */
const READ_AGAIN = 200

export function createClaim(channel: AgentChannel, { prompt, conversation, broken }: Assignment, clock: Clock): Claim {
  // The response that is written again, if there is one.
  const epoch = epochOf(broken.at(-1)?.headers[RUN]) + 1
  const run = `${epoch}.${crypto.randomUUID()}`
  const delivered: { readonly serial: string; readonly version: string; readonly created: boolean; readonly owner: Owner }[] = []
  /** Found out once, however often it is asked. */
  const owners = new Map<string, Promise<Owner>>()
  let wake: (() => void) | undefined
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
    if (channel.versions) {
      for (const event of await channel.versions(serial)) {
        if (!('version' in event) || event.version <= after || (event.role === 'assistant' && !event.headers)) continue
        return ownerOf(event.role, event.clientId, event.headers ?? {})
      }
      return undefined
    }
    const message = selectMessage(await channel.conversation(), serial)
    return message && message.version > after ? ownerOf(message.role, message.clientId, message.headers) : undefined
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
      const { serial, version, role, clientId, headers = {} } = event
      if (event.type !== 'appended' && !guarded)
        delivered.push({ serial, version, created: event.type === 'created', owner: ownerOf(role, clientId, headers) })
      wake?.()
      if (serial !== guarded?.serial || headers['reply-to'] !== prompt.id) return
      const author = headers[RUN]
      if (author === run) return
      if (epochOf(author) > epoch) guarded.fenced()
      else guarded.disturbed()
    },
    owner(serial, after, guessable) {
      const known = owners.get(serial) ?? ownerSince(serial, after, guessable)
      owners.set(serial, known)
      return known
    },
    guard: (serial, on) => void (guarded = { serial, ...on }),
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

/** 0 where there is no run, as in what other publishers write. */
function epochOf(run: string | undefined): number {
  const epoch = Number(/^(\d{1,9})\./.exec(run ?? '')?.[1] ?? 0)
  return run === undefined ? 0 : epoch
}
