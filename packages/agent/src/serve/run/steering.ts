import type { Conversation, Message } from '@streamfold/core'
import { selectMessage, selectMessages, selectPath } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import type { PromptOrder } from '../agent-options.ts'
import { promptsTakenIn } from '../../model-input/segments.ts'
import { isUnfinished } from '../prompt/assignment.ts'
import { promptAsked } from '../prompt/path-to.ts'

/** What decides which prompts a response takes in. */
export interface SteeringRules {
  readonly channel: Pick<AgentChannel, 'permissions' | 'clientId'>
  readonly order: PromptOrder
  readonly report: (error: unknown) => void
}

/** The prompts that a response may take in now, oldest first. @param response its message, and that of its prompt */
export function promptsFor(
  conversation: Conversation,
  { response, prompt }: { readonly response: Message; readonly prompt: Message },
  rules: SteeringRules,
): readonly Message[] {
  const messages = selectMessages(conversation)
  // By any response: one that failed is written again behind others, and a prompt is taken in once.
  const taken = new Set(messages.flatMap((message) => (message.role === 'assistant' ? [...promptsTakenIn(message)] : [])))
  const answered = new Set(messages.map(({ replyTo }) => replyTo))
  return messages.filter(
    (message) =>
      message.role === 'user' &&
      message.id > prompt.id &&
      message.status !== 'deleted' &&
      message.status !== 'sending' &&
      !taken.has(message.id) &&
      !answered.has(message.id) &&
      responseFor(conversation, message, rules)?.id === response.id,
  )
}

/** The running response that may take a prompt in: the one that the prompt names, or with the order `steer` the newest to its author. */
export function responseFor(conversation: Conversation, message: Message, rules: SteeringRules): Message | undefined {
  // A request for another response is no prompt that a response could take in.
  if (promptAsked(conversation, message)?.id !== message.id) return undefined
  const named = message.into === undefined ? undefined : selectMessage(conversation, message.into)
  if (named) return isRunning(named) && maySteer(conversation, named, message, rules) ? named : undefined
  if (rules.order !== 'steer') return undefined
  // What runs on another branch is not the conversation that its author sees.
  return selectPath(conversation, message.id).findLast((response) => {
    const of = isRunning(response) ? promptOf(conversation, response) : undefined
    return of !== undefined && of.id < message.id && of.clientId === message.clientId
  })
}

/** The response that has taken a prompt in. */
export function responseWith(conversation: Conversation, promptSerial: string): Message | undefined {
  return selectMessages(conversation).find((message) => message.role === 'assistant' && promptsTakenIn(message).has(promptSerial))
}

/** A response that waits for people takes nothing in: nothing of it runs. */
function isRunning(response: Message): boolean {
  return isUnfinished(response) && response.status !== 'waiting'
}

function maySteer(
  conversation: Conversation,
  response: Message,
  { clientId }: Message,
  { channel, report }: SteeringRules,
): boolean {
  const prompt = promptOf(conversation, response)
  try {
    return channel.permissions?.maySteer?.(clientId, prompt) ?? (clientId === prompt?.clientId || clientId === channel.clientId)
  } catch (error) {
    report(error)
    return false
  }
}

function promptOf(conversation: Conversation, { replyTo }: Message): Message | undefined {
  return replyTo === undefined ? undefined : selectMessage(conversation, replyTo)
}
