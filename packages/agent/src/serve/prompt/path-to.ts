import type { Conversation, Message } from '@streamfold/core'
import { selectMessage, selectMessages, selectPath, selectPrompt } from '@streamfold/core'

/**
 * The prompt that a model answers: the message itself, or of a request for another response the prompt for which it asks. Undefined for a request that
 * does not count (P125).
 */
export function promptAsked(conversation: Conversation, message: Message): Message | undefined {
  const prompt = selectPrompt(conversation, message.id) ?? message
  const isRequest = message.again !== undefined && message.parts.length === 0
  return prompt.id === message.id && isRequest ? undefined : prompt
}

/** How often a response to a prompt was asked for, up to a request: 1 where the request is the prompt itself. */
export function attemptAt(conversation: Conversation, prompt: Message, request: Message): number {
  const isRequest = ({ id, again }: Message): boolean =>
    again !== undefined && id !== prompt.id && id <= request.id && selectPrompt(conversation, id)?.id === prompt.id
  return 1 + selectMessages(conversation).filter(isRequest).length
}

/** The branch up to a prompt, which is its last message: each answer behind its prompt, though others were written in between. */
export function messagesUpTo(conversation: Conversation, prompt: Message): readonly Message[] {
  const before = selectPath(conversation, prompt.id).filter((message) => precedes(conversation, message, prompt))
  const turns = new Map<string, Message[]>()
  for (const message of before) {
    const turn = turns.get(placeOf(conversation, message))
    if (turn) turn.push(message)
    else turns.set(message.id, [message])
  }
  return [...[...turns.values()].flat(), prompt]
}

/**
 * The message that a prompt edits, or for which it asks again, where it is older than the newest `limit` messages: the agent may no longer follow what is
 * before it. Undefined for every other prompt.
 */
export function reachesBack(conversation: Conversation, { edits, again }: Message, limit: number): string | undefined {
  const named = again ?? edits
  const oldest = selectMessages(conversation).at(-limit)
  const isKept = named === undefined || (selectMessage(conversation, named) !== undefined && (!oldest || oldest.id <= named))
  return isKept ? undefined : named
}

/** The responses before a prompt on its branch. */
export function responsesBefore(conversation: Conversation, prompt: Message): readonly Message[] {
  const isResponse = ({ role, replyTo }: Message): boolean => role === 'assistant' && replyTo !== undefined
  return selectPath(conversation, prompt.id).filter(
    (message) => isResponse(message) && placeOf(conversation, message) < prompt.id,
  )
}

/** Whether an earlier prompt, or its response once there is one, is before a prompt on its branch. */
export function isBefore(
  conversation: Conversation,
  { promptSerial, response }: { readonly promptSerial: string; readonly response: string | undefined },
  prompt: Message,
): boolean {
  const earlier = selectPrompt(conversation, promptSerial)
  // One that is not known here yet is waited for.
  if (!earlier) return true
  const onPath = new Set(selectPath(conversation, prompt.id).map(({ id }) => id))
  const answer = response === undefined ? undefined : selectMessage(conversation, response)
  return earlier.id < prompt.id && onPath.has(answer?.id ?? earlier.id)
}

/** An answer to an earlier prompt belongs before this one even when it was written after it. */
function precedes(conversation: Conversation, message: Message, prompt: Message): boolean {
  if (message.id === prompt.id || message.status === 'sending') return false
  return placeOf(conversation, message) < prompt.id
}

/** The serial of the prompt behind which a message belongs; of every other message its own. */
function placeOf(conversation: Conversation, { id, role, replyTo }: Message): string {
  return role === 'assistant' && replyTo !== undefined ? (selectPrompt(conversation, id)?.id ?? replyTo) : id
}
