import type { AgentChannel, ConversationEvent } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { Clock } from './clock.ts'

/** Header that tells the runs of agents apart: two that create one message must not both append to it. */
export const RUN = 'run'

/** Finds out who writes the response to one prompt. */
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
}

/** How long the channel's own copy of the create may take, in milliseconds, before history is asked. */
const ECHO = 2_000

export function createClaim(channel: AgentChannel, promptSerial: string, run: string, clock: Clock): Claim {
  const heard: { readonly version: string; readonly run: string | undefined }[] = []
  let wake: (() => void) | undefined
  return {
    run,
    note(event) {
      if (event.type !== 'created' && event.type !== 'replaced') return
      if (event.headers?.['reply-to'] !== promptSerial || event.role !== 'assistant') return
      heard.push({ version: event.version, run: event.headers[RUN] })
      wake?.()
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
  }
}
