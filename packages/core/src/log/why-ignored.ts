import type { Conversation } from '../fold/conversation.ts'
import { reduce } from '../fold/reduce.ts'
import { hasEnded } from '../fold/standing.ts'
import { isAsked } from '../messages/answered.ts'
import { isOfOutput, isOverdue, objectionTo } from '../messages/decisions.ts'
import { selectMessage, selectMessages } from '../messages/select-messages.ts'
import type { Answered, Cancel, ConversationEvent, WireEvent } from '../protocol/event.ts'
import type { Message } from '../protocol/message.ts'

/**
 * Says why an answer, a cancel, a prompt into a response, or a version changes nothing, as the end of a sentence: `bob may not answer this call`.
 *
 * @param state the conversation before or after the event
 * @returns undefined for an event that counts, or whose effect the agent alone decides
 */
export function whyIgnored(state: Conversation, event: ConversationEvent): string | undefined {
  switch (event.type) {
    case 'ignored':
      return event.reason
    case 'answer':
      return whyNotAnswer(reduce(state, event), event)
    case 'cancel':
      return whyNotCancel(state, event)
    case 'created':
      return whyNotSteer(state, event)
    default:
      return undefined
  }
}

function whyNotAnswer(state: Conversation, answer: Answered): string | undefined {
  const response = selectMessage(state, answer.target)
  if (response?.role !== 'assistant') return 'the response that it names is not known'
  const call = response.parts.filter(isAsked).find(({ toolCallId }) => toolCallId === answer.call)
  const known = response.parts.some((part) => 'toolCallId' in part && part.toolCallId === answer.call)
  if (known && !call) return 'nobody was asked about this call'
  const objection = objectionTo(answer, call, promptOf(state, response))
  if (objection !== undefined || !call) return objection
  const asked = isOfOutput(answer.kind) ? call.wanted : call.approval
  if (asked?.answer === answer.serial) return undefined
  if (isOverdue(answer, call)) return 'too late: the time to answer was over'
  if (asked?.by !== undefined) return `too late: ${asked.by} has answered already`
  return hasEnded(response) ? 'too late: the response has ended' : 'too late: the call is decided already'
}

function whyNotCancel(state: Conversation, { target, clientId, permitted }: Cancel): string | undefined {
  const named = selectMessage(state, target)
  if (!named) return 'what it names is not known'
  if (named.role === 'assistant' && hasEnded(named)) return 'too late: the response has ended'
  const allowed = permitted ?? (may(clientId, permitted, promptOf(state, named)) || hasWritten(state, clientId))
  return allowed ? undefined : `${nameOf(clientId)} may not stop this response`
}

/** In a log that was recorded before cancels said it, agents are those who have written as one or were present as one. */
function hasWritten(state: Conversation, by: string | undefined): boolean {
  const isPresent = by !== undefined && state.context.agents?.includes(by) === true
  return isPresent || selectMessages(state).some(({ role, clientId }) => role === 'assistant' && clientId === by)
}

function whyNotSteer(state: Conversation, { role, fields, clientId, permitted }: WireEvent): string | undefined {
  if (role !== 'user' || fields?.into === undefined || fields.placement) return undefined
  const response = selectMessage(state, fields.into)
  if (response?.role !== 'assistant') return 'it is an ordinary prompt, because the response that it names is not known'
  if (hasEnded(response)) return 'it is an ordinary prompt, because the response has ended'
  if (may(clientId, permitted, promptOf(state, response))) return undefined
  return `it is an ordinary prompt, because ${nameOf(clientId)} may not steer this response`
}

/** Where the prompt is not known, only the agent can tell. */
function may(clientId: string | undefined, permitted: boolean | undefined, prompt: Message | undefined): boolean {
  return permitted ?? (!prompt || prompt.clientId === clientId)
}

function promptOf(state: Conversation, message: Message): Message | undefined {
  if (message.role === 'user') return message
  const prompt = message.replyTo === undefined ? undefined : selectMessage(state, message.replyTo)
  return prompt?.role === 'user' ? prompt : undefined
}

function nameOf(clientId: string | undefined): string {
  return clientId ?? 'a client without an id'
}
