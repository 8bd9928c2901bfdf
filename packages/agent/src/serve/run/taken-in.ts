import type { Conversation, Message, MessageRecord } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { readFrames } from '@streamfold/core/codec'
import type { ResponseWriter } from '@streamfold/core/transport'
import { sleep } from '@streamfold/core/transport'
import { promptsTakenIn } from '../../model-input/segments.ts'
import type { FollowedConversation } from '../channel/followed-conversation.ts'
import type { Clock } from '../../clock.ts'
import { isUnfinished } from '../prompt/assignment.ts'
import { recordsOf } from '../waiting/continuation.ts'
import { responseWith } from './steering.ts'
import { waitWhile } from './wait-for-turn.ts'

/*
 * A prompt has one end (P131), although one agent may be about to take it in while another one answers it: each first writes what it is about to do
 * (`taking` in its response, or the response to the prompt), and then reads what the channel holds. So at least one of the two sees the other.
 */

/** How long the channel may be out of reach, in milliseconds, before a prompt counts as not taken in. */
const PATIENCE = 10_000
/** Pause between two tries to read it, in milliseconds. */
const READ_AGAIN = 200

/** Whether a response that has written `taking` may take the prompt in: it has no response, and no other one is about to take it in, or has. */
export function mayTakeIn(known: Conversation, promptSerial: string, responseSerial: string): boolean {
  return !selectMessages(known).some(
    (message) =>
      message.role === 'assistant' &&
      message.id !== responseSerial &&
      (message.replyTo === promptSerial || promptsTakenIn(message).has(promptSerial) || isTaking(known, message, promptSerial)),
  )
}

/** The responses that are written now and are about to take a prompt in: whether they do is not known yet. */
export function responsesTaking(known: Conversation, promptSerial: string): readonly Message[] {
  return selectMessages(known).filter((message) => isTaking(known, message, promptSerial))
}

/** Whether another response may take a prompt in that is answered now: such a response is written, or may be begun any moment. */
export function mayBeTakenIn(known: Conversation, { id, into, clientId }: Message, orderSteers: boolean): boolean {
  const messages = selectMessages(known)
  const unended = messages.filter((message) => message.role === 'assistant' && isUnfinished(message))
  if (into !== undefined) return unended.some((response) => response.id === into)
  if (!orderSteers) return false
  const ended = new Set(messages.flatMap((message) => (unended.includes(message) ? [] : [message.replyTo])))
  return messages.some(
    (message) =>
      message.role === 'user' &&
      message.id < id &&
      message.clientId === clientId &&
      message.status !== 'deleted' &&
      !ended.has(message.id),
  )
}

/**
 * The response that has taken a prompt in, by what the service holds. Ask when the prompt's own response is there: a response that is about to take the
 * prompt in is waited for.
 */
export async function takerOf(
  promptSerial: string,
  {
    conversation,
    clock,
    staleAfter,
  }: { readonly conversation: FollowedConversation; readonly clock: Clock; readonly staleAfter: number },
): Promise<Message | undefined> {
  const over = new AbortController()
  const cancel = clock.after(PATIENCE, () => over.abort())
  let known: Conversation | undefined
  while (!known && !over.signal.aborted) {
    known = await conversation.refresh().catch(() => undefined)
    if (!known) await sleep(clock, READ_AGAIN, over.signal)
  }
  cancel()
  // Unread, it counts as not taken in: an answer too many is better than none.
  if (!known) return undefined
  // It lasts as long as a read, or until it is known that the agent of that response has died. A stop would leave it open.
  const waiting = { conversation, clock, staleAfter, over: new AbortController().signal }
  await waitWhile((now) => responsesTaking(now, promptSerial), waiting)
  return responseWith(await conversation.current().catch(() => known), promptSerial)
}

/** Gives a response up, because another one has taken its prompt in. Readers do not show it (P131). */
export async function giveOver(
  writer: ResponseWriter,
  { id, headers }: Pick<MessageRecord, 'id' | 'headers'>,
  taker: string,
): Promise<void> {
  const { finish: _, empty: __, error: ___, ...kept } = headers
  const all = Object.fromEntries(Object.entries(kept).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
  await writer.update(id, { text: '', headers: { ...all, status: 'cancelled', into: taker }, metadata: { len: 0 } })
}

function isTaking(known: Conversation, response: Message, promptSerial: string): boolean {
  if (response.role !== 'assistant' || !isUnfinished(response)) return false
  const heads = recordsOf(known, response.id).flatMap(({ text, format }) => {
    if (format === undefined || !text.includes(promptSerial)) return []
    const { settled, last } = readFrames(text)
    return [...settled, last].flatMap(({ head }) => (head?.['serial'] === promptSerial ? [head['type']] : []))
  })
  return heads.findLast((type) => type === 'taking' || type === 'left' || type === 'steer') === 'taking'
}
