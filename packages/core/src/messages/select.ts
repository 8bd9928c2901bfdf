import type { Conversation, ConversationContext } from '../fold/conversation.ts'
import { checkConversation } from '../fold/conversation-problem.ts'
import type { Effect } from '../fold/effect.ts'
import { idleTime } from '../fold/idle-rules.ts'
import type { MessageRecord } from '../fold/record.ts'
import type { Records } from '../fold/record-list.ts'
import { find } from '../fold/record-list.ts'
import type { Message } from '../protocol/message.ts'
import type { MessageTypes, MessageTypesOf } from '../protocol/message-types.ts'
import { composeMessage, composeMessages } from './compose.ts'
import { messageOf } from './message.ts'
import { onlyTextChanged } from './only-text-changed.ts'

/** What a conversation is doing, in the AI SDK's terms. */
export type ConversationStatus = 'ready' | 'submitted' | 'streaming' | 'error'

/** How well the conversation follows its channel, in terms for a user interface. */
export type ConnectionStatus = 'connecting' | 'live' | 'catching-up' | 'offline' | 'disconnected' | 'failed'

const withPending = new WeakMap<Records, { pending: readonly MessageRecord[]; all: readonly Message[] }>()

/** All messages, oldest first. A prompt that is being sent is last, or before its response if that arrives first. The same array, and the same elements, where nothing changed. */
export function selectMessages<T extends MessageTypesOf<T> = MessageTypes>(conversation: Conversation<T>): readonly Message<T>[] {
  return allMessages(conversation as Conversation) as readonly Message<T>[] // The type parameter is a view only, as in reduce.
}

function allMessages(state: Conversation): readonly Message[] {
  if (!state?.context) checkConversation(state)
  const settled = composeMessages(state)
  const { pending } = state.context
  if (pending.length === 0) return settled
  const memo = withPending.get(state.records)
  if (memo?.pending === pending) return memo.all
  const all = withPrompts(settled, pending.map(messageOf))
  withPending.set(state.records, { pending, all })
  return all
}

/**
 * Places prompts that are being sent. A response may arrive before the service has acknowledged its prompt; it then names a prompt newer
 * than all messages before it. Prompts get their serials in the order of sending, so the first unsent prompt belongs there.
 */
function withPrompts(settled: readonly Message[], pending: readonly Message[]): readonly Message[] {
  let at = settled.length
  while (at > 0 && answersUnknown(settled, at - 1)) at--
  const prompts = pending.filter(({ status }) => status === 'sending')
  if (at === settled.length || prompts.length === 0) return [...settled, ...pending]
  const all = settled.slice(0, at)
  let named: string | undefined
  for (const answer of settled.slice(at)) {
    if (answer.replyTo !== named) all.push(...prompts.splice(0, 1))
    named = answer.replyTo
    all.push(answer)
  }
  return [...all, ...pending.filter((prompt) => !all.includes(prompt))]
}

function answersUnknown(messages: readonly Message[], index: number): boolean {
  const { role, replyTo } = messages[index]!
  if (role !== 'assistant' || replyTo === undefined) return false
  const before = messages[index - 1]
  return before === undefined || before.id < replyTo || (before.replyTo === replyTo && answersUnknown(messages, index - 1))
}

/** One message by its serial, or by its key while it is being sent; for a message group, by the serial of any of its records. */
export function selectMessage<T extends MessageTypesOf<T> = MessageTypes>(
  conversation: Conversation<T>,
  serial: string,
): Message<T> | undefined {
  const state = conversation as Conversation // The type parameter is a view only, as in reduce.
  if (!state?.context) checkConversation(state)
  const prompt = state.context.pending.find(({ id }) => id === serial)
  return (composeMessage(state, serial) ?? (prompt && messageOf(prompt))) as Message<T> | undefined // As above.
}

const asked = new WeakMap<ConversationContext, { readonly state: Conversation; readonly unanswered: Message | undefined }>()

/** The newest prompt if nothing answers it yet. */
export function selectUnanswered(state: Conversation): Message | undefined {
  const known = asked.get(state.context)
  // A token answers no prompt, so the answer is the same as before it.
  if (known && onlyTextChanged(known.state, state)) return known.unanswered && selectMessage(state, known.unanswered.id)
  const unanswered = findUnanswered(allMessages(state))
  asked.set(state.context, { state, unanswered })
  return unanswered
}

function findUnanswered(messages: readonly Message[]): Message | undefined {
  const answered = new Set<string>()
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i]!
    // A prompt sent into a running response needs no response of its own, and a deleted prompt needs none at all.
    if (message.role === 'user' && (message.into !== undefined || message.status === 'deleted')) continue
    if (message.role === 'user') return answered.has(message.id) || answered.has('') ? undefined : message
    answered.add(message.replyTo ?? '')
  }
  return undefined
}

/** Why the newest prompt has no answer; undefined if there is nothing to report. */
export function selectUnansweredReason(state: Conversation): string | undefined {
  const prompt = selectUnanswered(state)
  if (!prompt) return undefined
  if (prompt.error !== undefined) return prompt.error
  // A header never makes an agent (P42). But if no agent has ever written, the page has probably named another client id.
  if (prompt.headers['role'] === 'assistant' && allMessages(state).every(({ role }) => role === 'user'))
    return 'what says that it is an answer comes from a client that is not named as an agent (name its client id in the option `agent`)'
  const { channel, options } = state.context
  const record = channel.status === 'live' ? find(state.records, prompt.id) : undefined
  const overdue = record !== undefined && idleTime(state, record) > options.unansweredAfter
  return overdue ? 'no agent has answered yet' : undefined
}

/** What the conversation is doing now, for the state of a submit or stop button. */
export function selectStatus(state: Conversation): ConversationStatus {
  if (!state?.context) checkConversation(state)
  // A stalled response may continue, and can be stopped.
  if (state.context.open.length > 0) return 'streaming'
  if (state.context.channel.status === 'failed' || state.context.connection.refused) return 'error'
  if (selectUnanswered(state)) return selectUnansweredReason(state) === undefined ? 'submitted' : 'error'
  const last = composeMessages(state).at(-1)
  return last?.status === 'failed' || last?.status === 'abandoned' ? 'error' : 'ready'
}

/** How well the conversation follows its channel now, for a connection indicator. */
export function selectConnectionStatus({ context: { channel, connection } }: Conversation): ConnectionStatus {
  if (channel.status === 'failed' || connection.state === 'failed') return 'failed'
  // The user detached it; the connection's state does not matter.
  if (channel.status === 'detached' && channel.known) return 'disconnected'
  if (connection.state === 'disconnected' || connection.state === 'suspended' || channel.status === 'suspended') return 'offline'
  switch (channel.status) {
    case 'live':
      return connection.state === 'connected' ? 'live' : 'offline'
    case 'interrupted':
      return connection.state === 'connected' ? 'catching-up' : 'offline'
    case 'recovering':
      return 'catching-up'
    case 'detached':
      return connection.state === 'connecting' ? 'connecting' : 'disconnected'
    default:
      return 'connecting'
  }
}

const wanted = new WeakMap<readonly string[], { effects: readonly Effect[]; records: Records; all: readonly Effect[] }>()

/** The effects that are due now. A client may abandon an effect that is no longer listed. */
export function selectEffects({ records, context: { behind, effects } }: Conversation): readonly Effect[] {
  if (behind.length === 0) return effects
  const memo = wanted.get(behind)
  if (memo && memo.effects === effects && memo.records === records) return memo.all
  const reads = behind.map((serial) => ({
    type: 'fetchMessage' as const,
    serial,
    atLeast: find(records, serial)?.deliveredVersion ?? '',
  }))
  const all = [...effects, ...reads]
  wanted.set(behind, { effects, records, all })
  return all
}
