import { conversationProblem } from '@streamfold/core'
import { ConversationError } from './conversation-error.ts'
import type { OpenOptions } from './open-options.ts'

/** Checks options when a conversation is opened, before they are needed. @throws ConversationError `wrong-option` */
export function checkOptions(options: unknown): asserts options is OpenOptions {
  if (typeof options !== 'object' || options === null) throw wrong('the options are no object: give { … }')
  const { agent, text, codec, history, notifyAgent, initial, since, scheduler, clock } = options as Record<string, unknown> // Unchecked until the lines below.
  const reason = initial === undefined || initial === null ? undefined : conversationProblem(initial)
  if (reason !== undefined) throw wrong(`the option \`initial\` is not a conversation: ${reason}`)
  for (const [name, value] of Object.entries({ text, notifyAgent, scheduler }))
    if (value !== undefined && typeof value !== 'function') throw wrong(`the option \`${name}\` is not a function: give one`)
  if (history !== undefined && !(typeof history === 'number' && history > 0))
    throw wrong(`the option \`history\` is ${String(history)}: give the number of messages to read, 1 or more`)
  if (since !== undefined && typeof since !== 'string')
    throw wrong('the option `since` is not a string: give the serial of a message')
  if (!isAgentOption(agent)) throw wrong('the option `agent` names nobody: give a client id, a list of them, or a function')
  if (codec !== undefined && !(isObject(codec) && typeof codec['parse'] === 'function'))
    throw wrong('the option `codec` is no codec: give aiTransport, or what defineCodec returns')
  if (clock !== undefined && !(isObject(clock) && typeof clock['now'] === 'function' && typeof clock['after'] === 'function'))
    throw wrong('the option `clock` is no clock: give { now, after }')
}

/** Checks what a hook or a provider of a binding was given beside. @throws ConversationError `wrong-option` */
export function checkNaming(options: unknown): void {
  if (typeof options === 'string') throw wrong(`the options are a string: give { channelName: "${options}" }`)
  if (typeof options !== 'object' || options === null) throw wrong('the options are no object: give { channelName }')
  if (!('channelName' in options)) throw wrong('the options have no channelName: give one, or undefined while there is none')
}

function isAgentOption(agent: unknown): boolean {
  if (agent === undefined || typeof agent === 'function') return true
  const ids: readonly unknown[] = Array.isArray(agent) ? agent : [agent]
  return ids.every((id) => typeof id === 'string' && id !== '')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function wrong(reason: string): ConversationError {
  return new ConversationError('wrong-option', `unable to open the conversation; ${reason}`)
}
