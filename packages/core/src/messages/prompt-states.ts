import type { Conversation } from '../fold/conversation.ts'
import { idleTime } from '../fold/idle-rules.ts'
import type { MessageRecord } from '../fold/record.ts'
import { find } from '../fold/record-list.ts'
import { isOpen } from '../fold/standing.ts'
import type { Message } from '../protocol/message.ts'
import { answeredBy, branchClaims, isHidden } from './branch-claims.ts'
import { composeMessage } from './compose.ts'
import type { Earlier } from './held-up.ts'
import { heldUp, heldUpOnPath } from './held-up.ts'
import { onlyTextChanged } from './only-text-changed.ts'
import { takenBy } from './part-index.ts'
import { allMessages } from './select-messages.ts'
import { kept } from '../shared/kept.ts'

/**
 * What has become of a prompt. `sending`: this client publishes it. `failed`: it could not be published. `queued`: a response is being written on its branch, and the
 * prompt waits for its turn, or to be taken in. `submitted`: an agent has to answer it now. `answered`: a response answers it. `taken-in`: the response that
 * was running took it in. `withdrawn`: it was deleted. `unanswered`: no agent could be asked, or none has answered in time.
 */
export type PromptState = 'sending' | 'failed' | 'queued' | 'submitted' | 'answered' | 'taken-in' | 'withdrawn' | 'unanswered'

/** Whether an answer is still to come, as far as is known. */
export function isWaiting(state: PromptState | undefined): boolean {
  return state === 'sending' || state === 'queued' || state === 'submitted'
}

/** Whether the response that a prompt was sent into has taken it in, or may still do so. */
export function placeIn(state: Conversation, prompt: Message, taken: ReadonlySet<string>): 'taken-in' | 'queued' | undefined {
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
export function takenIn(messages: readonly Message[]): ReadonlySet<string> {
  return new Set(messages.flatMap((message) => (message.role === 'assistant' ? takenBy(message.parts) : [])))
}

interface Known {
  readonly state: Conversation
  readonly states: ReadonlyMap<string, PromptState>
  /** Whether a prompt waits to be taken in: then tokens may change its state. */
  readonly waits: boolean
}

/** The newest states of each conversation: its options stay the same object. */
const newest = kept<object, Known>()

/** What has become of each prompt, by the id of its message, the newest first. The same map while no state changes. */
export function selectPromptStates(state: Conversation): ReadonlyMap<string, PromptState> {
  const known = newest.get(state.context.options)
  if (known && !known.waits && onlyTextChanged(known.state, state)) return known.states
  const messages = allMessages(state)
  const claims = branchClaims(state)
  const held = heldUp(messages, claims)
  const answered = new Set<string>()
  const taken = takenIn(messages)
  const states = new Map<string, PromptState>()
  /** The newest request for another response to each prompt that is under way. */
  const again = new Map<string, PromptState>()
  let waits = false
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at]!
    if (message.role === 'assistant') {
      for (const name of namesOf(message)) answered.add(name)
      continue
    }
    const own = ownState(message)
    const place = own === undefined ? placeIn(state, message, taken) : undefined
    if (place === 'queued') waits = true
    const isAnswered = answered.has(message.id) || answered.has('')
    const is =
      own ??
      (isAnswered
        ? 'answered'
        : (place ?? standing(state, message, held[at]!, claims && (() => heldUpOnPath(claims, messages, at)))))
    const prompt = claims?.requests.get(at)
    if (prompt !== undefined) {
      const { id } = messages[prompt]!
      if (is === 'answered') answered.add(id)
      else if (isWaiting(is)) again.set(id, again.get(id) ?? is)
    }
    const problem = claims?.ignored.get(at) ?? 'unknown'
    const isRefused = claims && problem !== 'unknown' && isHidden(claims, at)
    states.set(
      message.id,
      is === 'unanswered' ? (again.get(message.id) ?? is) : isRefused && own === undefined ? 'unanswered' : is,
    )
  }
  const same = known && known.states.size === states.size && [...states].every(([id, one]) => known.states.get(id) === one)
  newest.set(state.context.options, { state, states: same ? known.states : states, waits })
  return same ? known.states : states
}

/** The prompts and requests that a response answers; one that names none answers all before it. */
function namesOf(message: Message): readonly string[] {
  const names = answeredBy(message)
  return names.length > 0 ? names : ['']
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

/**
 * @param earlier what holds it up, of all branches
 * @param onPath the same of its own branch, where there are others; costs more
 */
function standing(state: Conversation, prompt: Message, earlier: Earlier, onPath: (() => Earlier) | undefined): PromptState {
  if (prompt.error !== undefined) return 'unanswered'
  const { channel, options, now, liveSince } = state.context
  const record = find(state.records, prompt.id)
  const isLate = channel.status === 'live' && record !== undefined && idleTime(state, record) > options.unansweredAfter
  const isQuiet = ({ active }: Earlier): boolean => active === 0 || now - Math.max(active, liveSince) > options.unansweredAfter
  const held = onPath && (earlier.open || (isLate && !isQuiet(earlier))) ? onPath() : earlier
  if (held.open) return 'queued'
  return isLate && isQuiet(held) ? 'unanswered' : 'submitted'
}
