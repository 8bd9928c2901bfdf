import type { Conversation } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import type { Clock } from '../../clock.ts'
import type { FollowedConversation } from '../channel/followed-conversation.ts'
import type { Answer } from '../prompt/answer.ts'
import { continuationOf } from './continuation.ts'
import { ANSWER_LAG } from './settle-call.ts'

/** Looks after the responses that wait for people, and that only the archive still has. Those of the channel are followed by `WaitingResponses`. */
export interface ArchivedResponses {
  /** Reads the archive: now, and when the next call has waited long enough. Never rejects. */
  look(): Promise<void>
  /** Stops looking. */
  close(): void
}

export interface ArchivedOptions {
  readonly channel: AgentChannel
  readonly clock: Clock
  readonly conversation: FollowedConversation
  readonly isIdempotent: (toolName: string) => boolean
  /** Milliseconds until what is out of reach is looked at again. */
  readonly lookAgain: number
  /** Adds what the archive holds. */
  readonly recalled: (conversation: Conversation) => Promise<Conversation>
  /** Goes on with a response. */
  readonly goOn: (responseSerial: string) => Promise<Answer>
  readonly onError: (error: unknown) => void
}

export function createArchivedResponses(options: ArchivedOptions): ArchivedResponses {
  const { channel, clock, conversation, isIdempotent, lookAgain, recalled, goOn, onError } = options
  let isClosed = false
  let cancel: (() => void) | undefined

  /** @returns when it has to be done again; Infinity: never. */
  async function lookOnce(): Promise<number> {
    const known = await conversation.current()
    const all = await recalled(known)
    let next = Infinity
    for (const response of selectMessages(all)) {
      const { id, status, clientId } = response
      if (status !== 'waiting' || clientId !== channel.clientId || selectMessage(known, id)) continue
      const found = continuationOf(all, response, { now: clock.now(), isIdempotent, isHeld: () => false })
      if (found?.deadline !== undefined) next = Math.min(next, found.deadline + ANSWER_LAG + 1)
      const answered = await goOn(id)
      if (answered.type === 'refused' && answered.reason === 'unavailable') next = Math.min(next, clock.now() + lookAgain)
    }
    return next
  }

  async function look(): Promise<void> {
    cancel?.()
    const next = await lookOnce().catch((error: unknown) => {
      onError(error)
      return clock.now() + lookAgain
    })
    cancel?.()
    if (isClosed || next === Infinity) return
    // A longer wait than a timer can take ends early, and is planned again.
    cancel = clock.after(Math.min(Math.max(0, next - clock.now()), 2 ** 31 - 1), () => void look())
  }

  return {
    look,
    close() {
      isClosed = true
      cancel?.()
    },
  }
}
