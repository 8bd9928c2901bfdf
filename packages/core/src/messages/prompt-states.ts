import type { Conversation, ConversationContext } from '../fold/conversation.ts'
import { idleTime } from '../fold/idle-rules.ts'
import type { MessageRecord } from '../fold/record.ts'
import { find } from '../fold/record-list.ts'
import { isOpen } from '../fold/standing.ts'
import type { Message } from '../protocol/message.ts'
import { memo } from '../shared/memo.ts'
import { composeMessage } from './compose.ts'
import { onlyTextChanged } from './only-text-changed.ts'
import { allMessages, selectMessage } from './select-messages.ts'

/**
 * What has become of a prompt. `sending`: this client publishes it. `failed`: it could not be published. `queued`: a response is being written, and the
 * prompt waits for its turn, or to be taken in. `submitted`: an agent has to answer it now. `answered`: a response answers it. `taken-in`: the response that
 * was running took it in. `withdrawn`: it was deleted. `unanswered`: no agent could be asked, or none has answered in time.
 */
export type PromptState = 'sending' | 'failed' | 'queued' | 'submitted' | 'answered' | 'taken-in' | 'withdrawn' | 'unanswered'

const asked = new WeakMap<ConversationContext, { readonly state: Conversation; readonly unanswered: Message | undefined }>()

/** The newest prompt if nothing answers it yet. A prompt that was sent into a response counts once that response has ended without it. */
export function selectUnanswered(state: Conversation): Message | undefined {
  const known = asked.get(state.context)
  // A token answers no prompt, so the answer is the same as before it.
  if (known && onlyTextChanged(known.state, state)) return known.unanswered && selectMessage(state, known.unanswered.id)
  const unanswered = findUnanswered(state, allMessages(state))
  asked.set(state.context, { state, unanswered })
  return unanswered
}

function findUnanswered(state: Conversation, messages: readonly Message[]): Message | undefined {
  const answered = new Set<string>()
  const taken = takenIn(messages)
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i]!
    // A prompt in a running response needs no response of its own, and a deleted prompt needs none at all.
    if (message.role === 'user' && (message.status === 'deleted' || placeIn(state, message, taken) !== undefined)) continue
    if (message.role === 'user') return answered.has(message.id) || answered.has('') ? undefined : message
    answered.add(message.replyTo ?? '')
  }
  return undefined
}

/** Whether the response that a prompt was sent into has taken it in, or may still do so. */
function placeIn(state: Conversation, prompt: Message, taken: ReadonlySet<string>): 'taken-in' | 'queued' | undefined {
  // An agent may take in what names no response.
  if (taken.has(prompt.id)) return 'taken-in'
  if (prompt.into === undefined) return undefined
  // AI Transport names the run of a prompt that it has taken in.
  if ((prompt as Message & Pick<MessageRecord, 'placement'>).placement?.group !== undefined) return 'taken-in' // A message has its record's fields.
  const response = composeMessage(state, prompt.into)
  if (response?.role !== 'assistant') return undefined
  return isOpen(response) || response.status === 'waiting' ? 'queued' : undefined
}

/** Serials of the prompts that responses have taken in. */
function takenIn(messages: readonly Message[]): ReadonlySet<string> {
  return new Set(messages.flatMap((message) => (message.role === 'assistant' ? takenBy(message) : nothing)))
}

const nothing: readonly string[] = []

const takenBy = memo(({ parts }: Message): readonly string[] => {
  // A product may name its data as it likes, so the type alone does not say what a part is to the compiler.
  const taken = parts.flatMap((part) => (part.type === 'steering-message' && 'id' in part ? [String(part.id)] : nothing))
  return taken.length === 0 ? nothing : taken
})

/** Why the newest prompt has no answer; undefined if there is nothing to report. */
export function selectUnansweredReason(state: Conversation): string | undefined {
  const prompt = selectUnanswered(state)
  if (!prompt) return undefined
  if (prompt.error !== undefined) return prompt.error
  // A header never makes an agent (P42). But if no agent has ever written, the page has probably named another client id.
  if (prompt.headers['role'] === 'assistant' && allMessages(state).every(({ role }) => role === 'user'))
    return 'what says that it is an answer comes from a client that is not named as an agent (name its client id in the option `agent`)'
  return isOverdue(state, prompt, lastActivity(allMessages(state))) ? 'no agent has answered yet' : undefined
}

/** @param active local time of the last activity of any response */
function isOverdue(state: Conversation, { id }: Message, active: number): boolean {
  const { channel, open, options, now, liveSince } = state.context
  // While a response is written, the prompt waits for its turn.
  if (channel.status !== 'live' || open.length > 0) return false
  const record = find(state.records, id)
  return (
    record !== undefined &&
    idleTime(state, record) > options.unansweredAfter &&
    (active === 0 || now - Math.max(active, liveSince) > options.unansweredAfter)
  )
}

function lastActivity(messages: readonly Message[]): number {
  let last = 0
  for (const message of messages) {
    const { role, lastActivityAt } = message as Message & Pick<MessageRecord, 'lastActivityAt'> // A message has its record's fields.
    if (role === 'assistant' && lastActivityAt > last) last = lastActivityAt
  }
  return last
}

interface Known {
  readonly state: Conversation
  readonly states: ReadonlyMap<string, PromptState>
  /** Whether a prompt waits to be taken in: then tokens may change its state. */
  readonly waits: boolean
}

/** The newest states of each conversation: its options stay the same object. */
const newest = new WeakMap<object, Known>()

/** What has become of each prompt, by the id of its message, the newest first. The same map while no state changes. */
export function selectPromptStates(state: Conversation): ReadonlyMap<string, PromptState> {
  const known = newest.get(state.context.options)
  if (known && !known.waits && onlyTextChanged(known.state, state)) return known.states
  const messages = allMessages(state)
  const active = lastActivity(messages)
  const answered = new Set<string>()
  const taken = takenIn(messages)
  const states = new Map<string, PromptState>()
  let waits = false
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at]!
    if (message.role === 'assistant') {
      answered.add(message.replyTo ?? '')
      continue
    }
    const own = ownState(message)
    const place = own === undefined ? placeIn(state, message, taken) : undefined
    if (place === 'queued') waits = true
    const isAnswered = answered.has(message.id) || answered.has('')
    states.set(message.id, own ?? (isAnswered ? 'answered' : (place ?? standing(state, message, active))))
  }
  const same = known && known.states.size === states.size && [...states].every(([id, one]) => known.states.get(id) === one)
  newest.set(state.context.options, { state, states: same ? known.states : states, waits })
  return same ? known.states : states
}

function ownState({ status }: Message): PromptState | undefined {
  switch (status) {
    case 'sending':
    case 'failed':
      return status
    case 'deleted':
      return 'withdrawn'
    default:
      return undefined
  }
}

function standing(state: Conversation, prompt: Message, active: number): PromptState {
  if (prompt.error !== undefined || isOverdue(state, prompt, active)) return 'unanswered'
  return state.context.open.length > 0 ? 'queued' : 'submitted'
}
