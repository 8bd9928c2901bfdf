import type { Conversation } from '../fold/conversation.ts'
import { reduce } from '../fold/reduce.ts'
import { hasEnded } from '../fold/standing.ts'
import type { ClaimProblem } from '../messages/branch-claims.ts'
import { claimProblem } from '../messages/branch-claims.ts'
import type { CallPart } from '../messages/decisions.ts'
import { askedFor, isAboutInput, isByAllowed, isOverdue } from '../messages/decisions.ts'
import { selectMessage, selectMessages } from '../messages/select-messages.ts'
import type { Answered, Cancel, ConversationEvent, WireEvent } from '../protocol/event.ts'
import type { Message } from '../protocol/message.ts'
import { isTool } from './part-changes.ts'

/**
 * Says why an answer, a cancel, a prompt into a response, an edit, a request for another response, or a version changes nothing, as the end of a sentence: `bob may not answer this call`.
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
      return whyNotSteer(state, event) ?? whyNotBranch(reduce(state, event), event)
    default:
      return undefined
  }
}

function whyNotAnswer(state: Conversation, answer: Answered): string | undefined {
  const response = selectMessage(state, answer.target)
  if (response?.role !== 'assistant') return 'the response that it names is not known'
  if (answer.withdrawn) return 'it was withdrawn'
  const call = response.parts.filter(isTool).find(({ toolCallId }) => toolCallId === answer.call)
  if (!call) return 'the response has no such call'
  const asked = askedFor(call, answer.kind)
  if (!asked) return whyNotAsked(call)
  const prompt = promptOf(state, response)
  if (!isByAllowed(answer, call, prompt))
    return answer.permitted === undefined && !asked.of && !prompt
      ? 'the prompt is not known, so nobody knows whether its author answers'
      : `${nameOf(answer.clientId)} may not answer this call`
  if (!isAboutInput(answer, call)) return 'the input has changed since: the answer is about another input'
  if (asked.answer === answer.serial) return undefined
  if (isOverdue(answer, call)) return 'too late: the time to answer was over'
  if (asked.by !== undefined) return `too late: ${asked.by} has answered already`
  return hasEnded(response) ? 'too late: the response has ended' : 'too late: the call is decided already'
}

function whyNotAsked({ approval, wanted }: CallPart): string {
  if (approval) return 'the call asks for an approval, not for an output'
  return wanted ? 'the call asks for an output, not for an approval' : 'nobody was asked about this call'
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

function whyNotBranch(state: Conversation, { serial, clientId, fields }: WireEvent): string | undefined {
  const problem = claimProblem(state, serial)
  if (!problem) return undefined
  const asksAgain = fields?.again !== undefined
  const reasons: Record<ClaimProblem, string> = {
    unknown: 'the message that it names is not known',
    'no-prompt': 'it names no earlier prompt',
    elsewhere: 'it follows another message than the prompt that it edits',
    forbidden: `${nameOf(clientId)} may not ${asksAgain ? 'ask for another response to' : 'edit'} this prompt`,
  }
  return asksAgain ? reasons[problem] : `it is an ordinary prompt, because ${reasons[problem]}`
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
