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
  selectPath,
  selectPrompt,
  selectPromptStates,
  selectStatus,
  selectUnanswered,
  selectUnansweredReason,
  selectWaiting,
} from '@streamfold/core'
import type { WaitingCall } from '../answers/call.ts'

/** The newest prompt, if it has no answer for a reason that a page should show. */
export interface Unanswered {
  readonly prompt: Message
  readonly reason: string
}

/** The values that `useConversation` returns, in React and in Vue. */
export interface ConversationView<T extends MessageTypesOf<T> = MessageTypes> {
  /** Of the branch that is shown, oldest first. So are `status`, `error` and `unanswered`. */
  readonly messages: readonly Message<T>[]
  /** The branch that is shown, as the id of a message; undefined for the newest one. Keep it and give it as the option `head` to show it again later. */
  readonly head: string | undefined
  readonly status: ConversationStatus
  /** The current problem, in a sentence with what to do. */
  readonly error: string | undefined
  readonly connectionStatus: ConnectionStatus
  /** Local time, in milliseconds, at which the client tries to connect again by itself. */
  readonly retryAt: number | undefined
  readonly unanswered: Unanswered | undefined
  /** The calls of all branches that wait for a person or for a page, oldest first, each with its message: give one to `answer`. */
  readonly waiting: readonly WaitingCall<T>[]
  /** What has become of each prompt of all branches, by its id. A row reads its own with `usePromptState`. */
  readonly promptStates: ReadonlyMap<string, PromptState>
  readonly hasOlder: boolean
}

/** How each value of the view is read from the state and the head of its path; the same reference while its value is the same. */
export const view: {
  readonly [Field in keyof ConversationView]: (state: Conversation, head?: string) => ConversationView[Field]
} = {
  messages: selectPath,
  head: (_, head) => head,
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

/** @param head as for `selectPath` */
export function selectUnansweredPrompt(state: Conversation, head?: string): Unanswered | undefined {
  const asked = selectUnanswered(state, head)
  const reason = asked && selectUnansweredReason(state, head)
  if (!asked || reason === undefined) return undefined
  // A request for another response is on no path: its prompt stands for it.
  const prompt = (asked.again !== undefined && selectPrompt(state, asked.id)) || asked
  const known = reasons.get(prompt)
  if (known?.reason === reason) return known
  const unanswered = { prompt, reason }
  reasons.set(prompt, unanswered)
  return unanswered
}

/** @param head as for `selectPath` */
export function selectError(state: Conversation, head?: string): string | undefined {
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
  if (selectStatus(state, head) !== 'error') return undefined
  const unanswered = selectUnansweredPrompt(state, head)
  if (unanswered && selectUnanswered(state, head)?.status === 'failed')
    return `unable to send the prompt; ${unanswered.reason}: try again`
  if (unanswered) return `unable to get an answer; ${unanswered.reason}: ask again`
  const last = selectPath(state, head).at(-1)
  if (last?.status === 'abandoned') return 'unable to complete the answer; the agent has gone silent: try again'
  return `unable to complete the answer; ${last?.error ?? 'the agent failed'}: try again`
}
