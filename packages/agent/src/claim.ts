import type { AgentChannel, ConversationEvent } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { Clock } from './clock.ts'

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
   * agents that restart a response the first to be heard goes on.
   *
   * @param after version of the response that is being restarted: what it was before says nothing
   */
  confirm(serial: string, after: string): Promise<boolean>
  /** From now on: `lost` when a later generation writes the response, `disturbed` when anybody else has written to it. */
  guard(serial: string, on: { readonly lost: () => void; readonly disturbed: () => void }): void
}

/** How long the channel's own copy of the create may take, in milliseconds, before history is asked. */
const ECHO = 2_000

/** @param replaced the `run` header of the response that is written anew, if one is */
export function createClaim(channel: AgentChannel, promptSerial: string, replaced: string | undefined, clock: Clock): Claim {
  const generation = generationOf(replaced) + 1
  const run = `${generation}.${crypto.randomUUID()}`
  const heard: { readonly version: string; readonly run: string | undefined }[] = []
  let wake: (() => void) | undefined
  let guarded: { readonly serial: string; readonly lost: () => void; readonly disturbed: () => void } | undefined

  return {
    run,
    note(event) {
      if (event.type !== 'created' && event.type !== 'replaced' && event.type !== 'appended') return
      if (event.headers?.['reply-to'] !== promptSerial || event.role !== 'assistant') return
      const author = event.headers[RUN]
      if (event.type !== 'appended' && !guarded) heard.push({ version: event.version, run: author })
      wake?.()
      if (event.serial !== guarded?.serial || author === run) return
      if (generationOf(author) > generation) guarded.lost()
      else guarded.disturbed()
    },
    async confirm(serial, after) {
      const author = (): string | undefined => heard.find(({ version }) => version > after)?.run
      if (author() === undefined) {
        await new Promise<void>((resolve) => {
          const giveUp = clock.after(ECHO, resolve)
          wake = () => {
            if (author() === undefined) return
            giveUp()
            resolve()
          }
        })
      }
      const known =
        author() ??
        (await channel.conversation().then(
          (conversation) => selectMessage(conversation, serial)?.headers[RUN],
          () => undefined, // Unread, it is taken for ours: an answer by two is better than none.
        ))
      return known === undefined || known === run
    },
    guard: (serial, on) => void (guarded = { serial, ...on }),
  }
}

/** 0 where there is no run, as in what other publishers write. */
function generationOf(run: string | undefined): number {
  const generation = Number(/^(\d{1,9})\./.exec(run ?? '')?.[1] ?? 0)
  return run === undefined ? 0 : generation
}
