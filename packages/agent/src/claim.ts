import type { AgentChannel, ConversationEvent } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { Clock } from './clock.ts'
import { sleep } from './clock.ts'

/**
 * Header that tells the runs of agents apart: two that create one message must not both append to it. A response that is written
 * anew has a run of the next generation, `<generation>.<random>`; an author who was only slow gives way to it.
 */
export const RUN = 'run'

/** Finds out, and keeps an eye on, who writes the response to one prompt. */
export interface Claim {
  readonly run: string
  note(event: ConversationEvent): void
  /**
   * Whether the message that exists is ours. The service kept the first create, so its `run` header says whose it is; of two
   * agents that restart a response the one whose update came first goes on.
   *
   * @param after version of the response that is being restarted: what it was before says nothing
   */
  confirm(serial: string, after: string): Promise<boolean>
  /** From now on: `lost` when a later generation writes the response, `disturbed` when anybody else has written to it. */
  guard(serial: string, on: { readonly lost: () => void; readonly disturbed: () => void }): void
}

/** How long the message that was just acknowledged may be out of reach, in milliseconds, before it is taken for ours. */
const PATIENCE = 2_000
/** Pause between two tries to read it, in milliseconds. */
const READ_AGAIN = 200

/** The author of a version; the run is undefined where it has none, as in what other publishers write. */
interface Author {
  readonly run: string | undefined
}

/** @param replaced the `run` header of the response that is written anew, if one is */
export function createClaim(channel: AgentChannel, promptSerial: string, replaced: string | undefined, clock: Clock): Claim {
  const generation = generationOf(replaced) + 1
  const run = `${generation}.${crypto.randomUUID()}`
  const heard: (Author & { readonly version: string; readonly created: boolean })[] = []
  let wake: (() => void) | undefined
  let guarded: { readonly serial: string; readonly lost: () => void; readonly disturbed: () => void } | undefined

  /**
   * Who was first, by what was delivered. A channel may be opened without echo: then another agent's update says nothing of ours, which
   * may have come before it. Only a create, or our own message among the others, settles it.
   */
  function firstHeard(after: string): Author | undefined {
    const first = heard.find(({ version }) => version > after)
    return first?.created || heard.some((each) => each.run === run) ? first : undefined
  }

  async function firstRead(serial: string, after: string): Promise<Author | undefined> {
    if (channel.versions) {
      for (const event of await channel.versions(serial))
        if ('version' in event && event.version > after && event.headers) return { run: event.headers[RUN] }
      return undefined
    }
    const message = selectMessage(await channel.conversation(), serial)
    return message && message.version > after ? { run: message.headers[RUN] } : undefined
  }

  /** Reads until it is known, or `over`; out of reach is like not there yet. */
  async function read(serial: string, after: string, over: AbortSignal): Promise<Author | undefined> {
    for (;;) {
      const author = await firstRead(serial, after).catch(() => undefined)
      if (author || over.aborted) return author
      await sleep(clock, READ_AGAIN, over)
    }
  }

  return {
    run,
    note(event) {
      if (event.type !== 'created' && event.type !== 'replaced' && event.type !== 'appended') return
      if (event.headers?.['reply-to'] !== promptSerial || event.role !== 'assistant') return
      const author = event.headers[RUN]
      if (event.type !== 'appended' && !guarded)
        heard.push({ version: event.version, run: author, created: event.type === 'created' })
      wake?.()
      if (event.serial !== guarded?.serial || author === run) return
      if (generationOf(author) > generation) guarded.lost()
      else guarded.disturbed()
    },
    async confirm(serial, after) {
      const known = firstHeard(after) ?? (await soonest(serial, after))
      // Unread, it is taken for ours: an answer by two is better than none.
      return known?.run === undefined || known.run === run
    },
    guard: (serial, on) => void (guarded = { serial, ...on }),
  }

  /** By what is delivered or what is read, whichever is first. */
  function soonest(serial: string, after: string): Promise<Author | undefined> {
    const over = new AbortController()
    return new Promise<Author | undefined>((resolve) => {
      const cancel = clock.after(PATIENCE, () => end(undefined))
      const end = (author: Author | undefined): void => {
        cancel()
        over.abort()
        resolve(author)
      }
      wake = () => {
        const author = firstHeard(after)
        if (author) end(author)
      }
      void read(serial, after, over.signal).then(end)
    })
  }
}

/** 0 where there is no run, as in what other publishers write. */
function generationOf(run: string | undefined): number {
  const generation = Number(/^(\d{1,9})\./.exec(run ?? '')?.[1] ?? 0)
  return run === undefined ? 0 : generation
}
