import type { Conversation, ConversationEvent, Message } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import type { Answer } from '../prompt/answer.ts'
import type { Clock } from '../../clock.ts'
import { closeAbandoned } from '../claim/close-abandoned.ts'
import { continuationOf, recordsOf } from './continuation.ts'
import type { FollowedConversation } from '../channel/followed-conversation.ts'
import { ANSWER_LAG } from './settle-call.ts'

/** Follows the responses that wait for people, and lets them go on. Nothing of them is kept but the conversation. */
export interface WaitingResponses {
  /** Looks at all of them: now, and when the next call has waited long enough. Never rejects. */
  look(): Promise<void>
  receive(event: ConversationEvent): void
  /** Stops looking. */
  close(): void
}

export interface WaitingOptions {
  readonly channel: AgentChannel
  readonly clock: Clock
  readonly conversation: FollowedConversation
  readonly isIdempotent: (toolName: string) => boolean
  /** Milliseconds until what is out of reach is looked at again. */
  readonly lookAgain: number
  /** Goes on with the response to this prompt. */
  readonly goOn: (promptSerial: string) => Promise<Answer>
  /** Looks for a response that the conversation does not hold, and goes on with it. */
  readonly find: (responseSerial: string) => Promise<Answer>
  readonly onError: (error: unknown) => void
}

/** Whether a prompt was deleted, or its author has made something else of it (P132); of a request for another response also the prompt for which it asks. */
function isGone(known: Conversation, serial: string | undefined): boolean {
  if (serial === undefined) return false
  const message = selectMessage(known, serial)
  if (!message) return known.context.turned?.some((turned) => turned.serial === serial) ?? false
  // A request names an older message.
  const named = message.again ?? (message.role === 'assistant' ? message.replyTo : undefined)
  return message.status === 'deleted' || (named !== undefined && named < serial && isGone(known, named))
}

export function createWaitingResponses(options: WaitingOptions): WaitingResponses {
  const { channel, clock, conversation, isIdempotent, lookAgain, goOn, find, onError } = options
  let looking: Promise<void> | undefined
  let isOutdated = false
  let isRetry = false
  const closed = new AbortController()
  let timer: { readonly at: number; readonly cancel: () => void } | undefined

  function waitingIn(known: Conversation): readonly Message[] {
    return selectMessages(known).filter(
      ({ role, status, clientId }) => role === 'assistant' && status === 'waiting' && clientId === channel.clientId,
    )
  }

  async function lookOnce(): Promise<void> {
    const known = await conversation.current()
    for (const response of waitingIn(known)) {
      const prompt = response.replyTo === undefined ? undefined : selectMessage(known, response.replyTo)
      if (isGone(known, response.replyTo)) await end(known, response)
      else if (prompt) lookAt(known, response, prompt)
    }
  }

  function lookAt(known: Conversation, response: Message, prompt: Message): void {
    const found = continuationOf(known, response, { now: clock.now(), isIdempotent, isHeld: () => true })
    if (found?.isReady) void go(goOn(prompt.id))
    else if (found?.deadline !== undefined) lookLater(found.deadline + ANSWER_LAG + 1 - clock.now())
  }

  async function go(answer: Promise<Answer>): Promise<void> {
    const answered = await answer
    if (answered.type === 'refused' && answered.reason === 'unavailable') lookLater(lookAgain)
  }

  /** Nobody asks any more. */
  async function end(known: Conversation, response: Message): Promise<void> {
    const last = recordsOf(known, response.id).at(-1)
    if (last) await closeAbandoned(conversation.writer, last, { status: 'cancelled' })
  }

  function lookLater(ms: number): void {
    const at = clock.now() + Math.max(0, ms)
    if (closed.signal.aborted || (timer && timer.at <= at)) return
    timer?.cancel()
    // A longer wait than a timer can take ends early, and is planned again.
    const cancel = clock.after(Math.min(Math.max(0, ms), 2 ** 31 - 1), () => {
      timer = undefined
      isRetry = true
      void look()
    })
    timer = { at, cancel }
  }

  async function lookAll(): Promise<void> {
    while (isOutdated && !closed.signal.aborted) {
      isOutdated = false
      await lookOnce().catch((error: unknown) => {
        // The first time it is reported by recovery, or by the prompt for which the channel was attached.
        if (isRetry) onError(error)
        lookLater(lookAgain)
      })
      isRetry = false
    }
    looking = undefined
  }

  function look(): Promise<void> {
    isOutdated = true
    return (looking ??= lookAll())
  }

  async function lookFor(target: string): Promise<void> {
    const known = await conversation.current().catch(() => undefined)
    if (closed.signal.aborted) return
    if (known && selectMessage(known, target)) await look()
    else await go(find(target))
  }

  /** A cancel has been kept for the run that begins now. */
  async function cancelled(target: string): Promise<void> {
    const known = await conversation.current().catch(() => undefined)
    const response = known && waitingIn(known).find(({ id, replyTo }) => id === target || replyTo === target)
    if (response?.replyTo !== undefined && !closed.signal.aborted) await go(goOn(response.replyTo))
  }

  return {
    look,
    receive(event) {
      if ('turned' in event && event.turned) void look()
      if (event.type === 'answer') void lookFor(event.target)
      else if (event.type === 'cancel') void cancelled(event.target)
      else if (event.type === 'deleted') void look()
      else if ('headers' in event && event.headers?.['status'] === 'waiting') void look()
    },
    close() {
      closed.abort()
      timer?.cancel()
    },
  }
}
