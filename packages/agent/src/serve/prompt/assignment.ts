import type { Conversation, Message, MessageRecord } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import { hasEnded, selectMessage, selectMessages, toJSON } from '@streamfold/core'
import type { Rewrite } from '../../publish/messages/rewrite.ts'
import type { Refused } from './answer.ts'
import type { Continuation, ContinuationOptions } from '../waiting/continuation.ts'
import { continuationOf } from '../waiting/continuation.ts'
import { refused } from './answer.ts'
import { promptAsked } from './path-to.ts'

/** What is to be answered, and where. */
export interface Assignment {
  readonly type: 'assignment'
  /** The message to which the response replies: a prompt, or a request for another response. */
  readonly prompt: Message
  /** The prompt that the model answers: `prompt`, or the one for which it asks again. */
  readonly asked: Message
  /** As it was read when the prompt was looked for. */
  readonly conversation: Conversation
  /** The failed or abandoned responses that the prompt has, oldest first. */
  readonly broken: readonly Message[]
  /** How many others were given over to a response that had taken the prompt in. */
  readonly givenOver: number
  /** The one of them to write again in its place. One of several messages has no single text to replace. */
  readonly restart: Message | undefined
  /** The last of them, where it goes on instead: calls of it were asked or run. */
  readonly goesOn: Continuation | undefined
  /** Serials of the messages that continue the one that is written again, of an earlier attempt of this run. Default none. */
  readonly further?: readonly string[]
  /** How an earlier attempt of this run has ended it. */
  readonly ended?: Rewrite['ended']
}

export interface AssignOptions extends Partial<ContinuationOptions> {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** An unfinished response silent for this long, in milliseconds, has lost its agent. */
  readonly staleAfter: number
  readonly isIdempotent: (toolName: string) => boolean
}

/** Decides whether, and over what, a prompt is answered. */
export function assign(conversation: Conversation, promptSerial: string, options: AssignOptions): Assignment | Refused {
  const { now, staleAfter } = options
  const prompt = selectMessage(conversation, promptSerial)
  if (!prompt || prompt.status === 'sending')
    return refused('unknown-prompt', `unable to answer ${promptSerial}; this channel has no such message`)
  if (prompt.role !== 'user') return refused('not-a-prompt', `unable to answer ${promptSerial}; it was not written by a user`)
  if (prompt.status === 'deleted') return refused('unknown-prompt', `unable to answer ${promptSerial}; it was deleted`)
  const asked = promptAsked(conversation, prompt)
  if (!asked)
    return refused('unknown-prompt', `unable to answer ${promptSerial}; there is no prompt to which it may ask for a response`)
  if (asked.status === 'deleted') return refused('unknown-prompt', `unable to answer ${promptSerial}; its prompt was deleted`)

  const broken = selectMessages(conversation).filter(({ role, replyTo }) => role === 'assistant' && replyTo === promptSerial)
  for (const response of broken) {
    if (isUnfinished(response) && response.status !== 'waiting' && now - response.updatedAt <= staleAfter)
      return refused('answered', `unable to answer ${promptSerial}; another agent is writing the response`, {
        responseId: response.id,
      })
  }
  const last = broken.at(-1)
  if (last && !isUnfinished(last) && last.status !== 'failed')
    return refused('answered', `unable to answer ${promptSerial}; it has its response`, { responseId: last.id })
  const goesOn = last && continuationOf(conversation, last, options)
  return {
    type: 'assignment',
    prompt,
    asked,
    conversation,
    broken,
    givenOver: givenOver(conversation, promptSerial),
    restart: last && !goesOn && broken.length === 1 && isWhole(conversation, last) ? last : undefined,
    goesOn,
  }
}

/** How many responses to a prompt were given over to one that had taken the prompt in. */
export function givenOver(conversation: Conversation, promptSerial: string): number {
  return toJSON(conversation).records.filter(
    ({ role, replyTo, into }) => role === 'assistant' && replyTo === promptSerial && into !== undefined,
  ).length
}

/** Messages that a model is given at most. */
export function messageLimit({ historyLimit = 200 }: AgentChannel): number {
  return Math.max(1, historyLimit)
}

/** Unfinished messages of an agent, each record of a long response for itself; none of a response that waits. */
export function openBy(conversation: Conversation, clientId: string): readonly MessageRecord[] {
  // A mark says how its group stands, and is not the response.
  return toJSON(conversation).records.filter(
    (record) =>
      record.clientId === clientId &&
      isUnfinished(record) &&
      record.declaredPhase !== 'waiting' &&
      record.placement?.mark !== true,
  )
}

/** Whether the author of a response has marked no end yet. A response whose author marks no ends counts as ended. */
export function isUnfinished(message: Message | MessageRecord): boolean {
  const { role, declaredPhase } = message as MessageRecord // A message has the fields of its records.
  return role === 'assistant' && declaredPhase !== undefined && !hasEnded(message)
}

function isWhole(conversation: Conversation, { id }: Message): boolean {
  return toJSON(conversation).records.every(({ placement }) => placement?.continues !== id)
}
