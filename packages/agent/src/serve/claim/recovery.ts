import type { Conversation, Message, MessageRecord } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import { selectMessage, selectMessages } from '@streamfold/core'
import type { Answer } from '../prompt/answer.ts'
import { openBy } from '../prompt/assignment.ts'
import type { Clock } from '../../clock.ts'
import { sleep } from '@streamfold/core/transport'
import { closeAbandoned } from './close-abandoned.ts'
import type { FollowedConversation } from '../channel/followed-conversation.ts'
import { isPermanentError } from '../../publish/repair/is-permanent-error.ts'
import { responseWith } from '../run/steering.ts'
import { giveOver, responsesTaking } from '../run/taken-in.ts'
import { promptsTakenIn } from '../../model-input/segments.ts'

export interface RecoveryOptions {
  readonly channel: AgentChannel
  readonly conversation: FollowedConversation
  readonly clock: Clock
  readonly staleAfter: number
  /** Attaches the agent, if it is not attached. */
  readonly attach: () => Promise<unknown>
  /** Answers this prompt again. */
  readonly answer: (promptSerial: string) => Promise<Answer>
  /** Whether responses are written again; they are only closed otherwise. */
  readonly regenerates: boolean
  /** Whether an engine goes on with what is open, however old it is. */
  readonly handsOver: boolean
  /** Whether a response goes on in any case, because of what it says of calls. */
  readonly goesOn: (conversation: Conversation, response: Message) => boolean
  /** Whether this agent is answering the prompt. */
  readonly isOurs: (promptSerial: string | undefined) => boolean
  /** Called when a response was ended: a connection without echo does not deliver it. */
  readonly onClosed: (serial: string) => void
  /** Whether prompts that an agent had in its queue are answered, too. */
  readonly answersQueued: boolean
  /** Whether it looks again when what is open may have lost its agent, or is within reach again. */
  readonly waits: boolean
  /** Aborts when the agent is closed. */
  readonly signal: AbortSignal
  readonly onError: (error: unknown) => void
}

/** Responses that are older, in milliseconds, are closed and not regenerated: no user waits for them. */
const REGENERATED_WITHIN = 600_000
/** Looks at the channel before it is given up that what is open will ever end, fall silent or be within reach. */
const LOOKS = 20

/**
 * Prompts that came while a response of this client id was written, and have no answer: an agent had them in its queue, or was to take them in, when it
 * died. Of older ones than ten minutes no user waits for the answer.
 */
function leftUnanswered(conversation: Conversation, clientId: string, now: number): readonly Message[] {
  const messages = selectMessages(conversation)
  const responses = messages.filter((message) => message.role === 'assistant')
  const answered = new Set(responses.map(({ replyTo }) => replyTo))
  const taken = new Set(responses.flatMap((response) => [...promptsTakenIn(response)]))
  const came = (prompt: Message) => (response: Message) =>
    response.clientId === clientId && response.id < prompt.id && response.updatedAt >= prompt.createdAt
  return messages.filter(
    (message) =>
      message.role === 'user' &&
      // A user's message in the shape of a response is no prompt.
      message.replyTo === undefined &&
      message.status !== 'deleted' &&
      message.status !== 'sending' &&
      now - message.createdAt < REGENERATED_WITHIN &&
      !answered.has(message.id) &&
      !taken.has(message.id) &&
      responses.some(came(message)),
  )
}

/** Looks after responses whose agent has died. @returns the serials it took on */
export async function recover(options: RecoveryOptions): Promise<readonly string[]> {
  const { channel, clock, staleAfter, signal, onError } = options
  const done = new Set<string>()
  const lost = new Set<string>()

  /** @returns milliseconds until there is something to look after; undefined where there is nothing. */
  async function look(): Promise<number | undefined> {
    await options.attach()
    const conversation = await options.conversation.current()
    const open = openBy(conversation, channel.clientId).filter(
      ({ id, replyTo }) => !done.has(id) && !lost.has(id) && !options.isOurs(replyTo),
    )
    let wait: number | undefined
    for (const message of open) {
      const silence = clock.now() - message.updatedAt
      const left = silence <= staleAfter ? staleAfter - silence : await tryToTakeOn(message, conversation, silence)
      if (left !== undefined) wait = Math.min(wait ?? Infinity, left)
    }
    const queued = options.answersQueued
      ? leftUnanswered(await options.conversation.current(), channel.clientId, clock.now())
      : []
    for (const { id } of queued) {
      if (options.isOurs(id) || lost.has(id)) continue
      // It waits for its turn for as long as that takes.
      void options.answer(id)
      lost.add(id)
    }
    return wait
  }

  /** One that cannot be helped must not keep the others waiting. @returns milliseconds until the next try. */
  async function tryToTakeOn(message: MessageRecord, conversation: Conversation, silence: number): Promise<number | undefined> {
    try {
      if (!(await takeOn(message, conversation, silence))) return staleAfter
      done.add(message.id)
    } catch (error) {
      onError(error)
      if (!isPermanentError(error)) return staleAfter
      lost.add(message.id)
    }
    return undefined
  }

  async function takeOn(message: MessageRecord, conversation: Conversation, silence: number): Promise<boolean> {
    const prompt = message.replyTo === undefined ? undefined : selectMessage(conversation, message.replyTo)
    const response = selectMessage(conversation, message.id)
    if (prompt && responsesTaking(conversation, prompt.id).length > 0) return false
    const taker = prompt && responseWith(conversation, prompt.id)
    if (taker && response && taker.id !== response.id) {
      await giveOver(options.conversation.writer, message, taker.id)
      options.onClosed(message.id)
      return true
    }
    const again =
      options.handsOver ||
      (options.regenerates && silence < REGENERATED_WITHIN) ||
      (response !== undefined && options.goesOn(conversation, response))
    if (again && prompt?.role === 'user' && prompt.status !== 'deleted') {
      const answer = await options.answer(prompt.id)
      if (
        answer.type === 'answering' ||
        answer.type === 'accepted' ||
        (answer.type === 'refused' && answer.reason === 'answered')
      )
        return true
      if (answer.type === 'refused' && (answer.reason === 'unavailable' || answer.reason === 'closed')) return false
    }
    await closeAbandoned(options.conversation.writer, message)
    options.onClosed(message.id)
    return true
  }

  for (let looks = 1, failures = 0; looks <= LOOKS && !signal.aborted; looks++) {
    const wait = await look().catch((error: unknown) => {
      onError(error)
      return isPermanentError(error) ? undefined : ++failures * staleAfter
    })
    if (wait === undefined || !options.waits) break
    await sleep(clock, wait + 1, signal)
  }
  return [...done]
}
