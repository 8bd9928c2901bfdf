import type {
  ConnectionStatus,
  Conversation,
  ConversationStatus,
  Message,
  MessageTypes,
  MessageTypesOf,
  PromptState,
} from '@streamfold/core'
import {
  selectConnectionStatus,
  selectMessages,
  selectPromptStates,
  selectStatus,
  selectUnanswered,
  selectUnansweredReason,
  selectWaiting,
} from '@streamfold/core'
import type { WaitingCall } from './call.ts'
import { onlyTextChanged } from '@streamfold/core/transport'

/** The newest prompt, if it has no answer for a reason that a page should show. */
export interface Unanswered {
  readonly prompt: Message
  readonly reason: string
}

/** Identifies a message in a list: render with `key`, read with `id`. */
export interface MessageId {
  readonly key: string
  readonly id: string
}

/** The values that `useConversation` returns, in React and in Vue. */
export interface ConversationView<T extends MessageTypesOf<T> = MessageTypes> {
  readonly messages: readonly Message<T>[]
  readonly status: ConversationStatus
  /** The current problem, in a sentence with what to do. */
  readonly error: string | undefined
  readonly connectionStatus: ConnectionStatus
  /** Local time, in milliseconds, at which the client tries to connect again by itself. */
  readonly retryAt: number | undefined
  readonly unanswered: Unanswered | undefined
  /** The calls that wait for a person or for a page, oldest first, each with its message: give one to `answer`. */
  readonly waiting: readonly WaitingCall<T>[]
  /** What has become of each prompt, by its id. A row reads its own with `usePromptState`. */
  readonly promptStates: ReadonlyMap<string, PromptState>
  readonly hasOlder: boolean
}

/** How each value of the view is read from the state; the same reference while its value is the same. */
export const view: { readonly [Field in keyof ConversationView]: (state: Conversation) => ConversationView[Field] } = {
  messages: selectMessages,
  status: selectStatus,
  error: selectError,
  connectionStatus: selectConnectionStatus,
  retryAt: ({ context }) => context.connection.retryAt,
  unanswered: selectUnansweredPrompt,
  waiting: selectWaiting,
  promptStates: selectPromptStates,
  hasOlder: ({ context }) => context.hasOlder,
}

const reasons = new WeakMap<Message, Unanswered>()

export function selectUnansweredPrompt(state: Conversation): Unanswered | undefined {
  const prompt = selectUnanswered(state)
  const reason = prompt && selectUnansweredReason(state)
  if (!prompt || reason === undefined) return undefined
  const known = reasons.get(prompt)
  if (known?.reason === reason) return known
  const unanswered = { prompt, reason }
  reasons.set(prompt, unanswered)
  return unanswered
}

export function selectError(state: Conversation): string | undefined {
  const { channel, connection } = state.context
  if (channel.unopened) return channel.error
  if (connection.refused) {
    const again = connection.state === 'failed' ? 'then connect again' : 'it is tried again by itself'
    return `unable to connect; ${connection.error ?? 'the client is not let in'}: check the key, or the endpoint that gives out tokens; ${again}`
  }
  if (connection.state === 'closed' && connection.error !== undefined && channel.known === false)
    return `unable to follow the conversation; ${connection.error}: open it on a client that is not`
  if (selectConnectionStatus(state) === 'failed') {
    return `unable to follow the conversation; ${channel.error ?? connection.error ?? 'the connection failed'}: check the key or token, then connect again`
  }
  if (channel.status === 'suspended') {
    return `unable to follow the conversation; ${channel.error ?? 'the channel is suspended'}: it is tried again by itself`
  }
  if (channel.error !== undefined) {
    return `unable to read the history; ${channel.error}: it is tried again by itself`
  }
  if (selectStatus(state) !== 'error') return undefined
  const unanswered = selectUnansweredPrompt(state)
  if (unanswered?.prompt.status === 'failed') return `unable to send the prompt; ${unanswered.reason}: try again`
  if (unanswered) return `unable to get an answer; ${unanswered.reason}: ask again`
  const last = selectMessages(state).at(-1)
  if (last?.status === 'abandoned') return 'unable to complete the answer; the agent has gone silent: try again'
  return `unable to complete the answer; ${last?.error ?? 'the agent failed'}: try again`
}

const ids = new WeakMap<Message, MessageId>()
const lists = new WeakMap<readonly Message[], readonly MessageId[]>()
/** The state for which a list was last computed. */
const toldFor = new WeakMap<readonly MessageId[], Conversation>()

/**
 * The keys and ids of all messages, for a list whose rows read their own message. The same array while no message is added and no
 * prompt gets its serial: it is compared with `known`, the previous array.
 */
export function selectMessageIds(state: Conversation, known?: readonly MessageId[]): readonly MessageId[] {
  const before = known && toldFor.get(known)
  const list = before && onlyTextChanged(before, state) ? known! : listIds(state, known)
  toldFor.set(list, state)
  return list
}

function listIds(state: Conversation, known: readonly MessageId[] | undefined): readonly MessageId[] {
  const messages = selectMessages(state)
  if (known?.length === messages.length && messages.every(({ id, key }, i) => id === known[i]!.id && key === known[i]!.key)) {
    return known
  }
  let list = lists.get(messages)
  if (!list) lists.set(messages, (list = messages.map(idOf)))
  return list
}

function idOf(message: Message): MessageId {
  let id = ids.get(message)
  if (!id) ids.set(message, (id = { id: message.id, key: message.key }))
  return id
}
