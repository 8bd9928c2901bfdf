import { conversationProblem } from '@streamfold/core'
import { ConversationError } from '../conversation-error.ts'
import type { OpenOptions } from './open-options.ts'

/** Bundlers replace `process.env.NODE_ENV`. If nothing does and it does not exist, the build counts as production. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

const isCallable = (value: unknown) => typeof value === 'function'

/** Whether the value of an option is valid. */
const checks = {
  initial: (value: unknown) => value === null || conversationProblem(value) === undefined,
  text: isCallable,
  notifyAgent: isCallable,
  upload: isCallable,
  scheduler: isCallable,
  history: (value: unknown) => typeof value === 'number' && value > 0,
  since: (value: unknown) => typeof value === 'string',
  head: (value: unknown) => typeof value === 'string',
  agent: isAgentOption,
  codec: (value: unknown) => has(value, 'parse'),
  permissions: (value: unknown) => isObject(value) && Object.values(value).every((may) => may === undefined || isCallable(may)),
  observe: (value: unknown) => value === null || has(value, 'prompt') || has(value, 'follow'),
  clock: (value: unknown) => has(value, 'now') && has(value, 'after'),
} satisfies Partial<Record<keyof OpenOptions, (value: unknown) => boolean>>

type Checked = keyof typeof checks

/** The problem of a value that is not valid. Production builds do not contain these texts. */
const problems: { readonly [Name in Checked]: (value: unknown) => string } = {
  initial: (value) => `is not a conversation: ${conversationProblem(value)}`,
  text: notCallable,
  notifyAgent: notCallable,
  upload: notCallable,
  scheduler: notCallable,
  history: (value) => `is ${String(value)}: give the number of messages to read, 1 or more`,
  since: () => 'is not a string: give the serial of a message',
  head: () => 'is not a string: give the id of a message',
  agent: () => 'names nobody: give a client id, a list of them, or a function',
  permissions: () => 'are no functions: give { mayAnswer, mayCancel, maySteer, mayEdit }, or some of them',
  codec: () => 'is no codec: give aiTransport, or what defineCodec returns',
  observe: () => 'is no observer: give what observeConversation returns',
  clock: () => 'is no clock: give { now, after }',
}

/** Checks options when a conversation is opened, before they are needed. @throws ConversationError `wrong-option` */
export function checkOptions(options: unknown): asserts options is OpenOptions {
  if (!isObject(options)) throw wrong('the options are no object: give { … }')
  const names = Object.keys(checks) as Checked[] // As declared.
  for (const name of names) {
    const value = options[name]
    if (value !== undefined && !checks[name](value)) throw wrong(`the option \`${name}\` ${problemOf(name, value)}`)
  }
}

function problemOf(name: Checked, value: unknown): string {
  try {
    // Inline, so that a bundler removes the texts; see `sayInDevelopment`.
    if (process.env.NODE_ENV !== 'production') return problems[name](value)
  } catch {
    // A page without a bundler has no `process`.
  }
  return 'is wrong: a development build says what to give'
}

function notCallable(): string {
  return 'is not a function: give one'
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

/** Whether `value` is an object with this method. */
function has(value: unknown, method: string): boolean {
  return isObject(value) && typeof value[method] === 'function'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function wrong(reason: string): ConversationError {
  return new ConversationError('wrong-option', `unable to open the conversation; ${reason}`)
}
