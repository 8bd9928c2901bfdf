import type { Conversation } from '../fold/conversation.ts'
import type { MessageRecord } from '../fold/record.ts'
import { isUnended } from '../fold/standing.ts'
import type { Message } from '../protocol/message.ts'
import { kept } from '../shared/kept.ts'
import { memo } from '../shared/memo.ts'
import { composeMessage } from './compose.ts'
import type { CallPart } from './decisions.ts'
import { waitingIn } from './part-index.ts'

/** A call that waits for a person. */
export interface WaitingCall {
  /** The response. */
  readonly message: Message
  readonly call: CallPart
  /** The prompt that the response answers, whose author may answer unless the call names others; undefined if it is not known. */
  readonly prompt: Message | undefined
}

/** The newest list of each conversation: its options stay the same object. */
const newest = kept<object, readonly WaitingCall[]>()
/** The newest entry of each call. */
const entries = kept<CallPart, WaitingCall>()

/** The calls that wait for a person now, in the order of the conversation. The same list while nothing of them changes. */
export function selectWaiting(state: Conversation): readonly WaitingCall[] {
  const { options } = state.context
  const known = newest.get(options) ?? none
  const all = unended(state).flatMap((id) => {
    const message = composeMessage(state, id)
    // The records of a group have one message.
    if (message?.id !== id || message.role === 'user') return none
    const calls = waitingIn(message.parts)
    if (calls.length === 0) return none
    const prompt = message.replyTo === undefined ? undefined : composeMessage(state, message.replyTo)
    return calls.map((call): WaitingCall => {
      const same = entries.get(call)
      if (same?.message === message && same.prompt === prompt) return same
      const entry = { message, call, prompt }
      entries.set(call, entry)
      return entry
    })
  })
  if (all.length === known.length && all.every((one, at) => one === known[at])) return known
  newest.set(options, all)
  return all
}

const none: readonly WaitingCall[] = []

/** Ids of the messages that may go on. A group whose first record has ended may go on in a later one. */
function unended(state: Conversation): readonly string[] {
  const { base, recent } = state.records
  const ids = new Set<string>()
  for (const { id } of [...unendedOf(base), ...recent.filter(isUnendedResponse)])
    ids.add(state.context.grouped ? (composeMessage(state, id)?.id ?? id) : id)
  return [...ids].toSorted()
}

const unendedOf = memo((base: readonly MessageRecord[]) => base.filter(isUnendedResponse))

function isUnendedResponse(record: MessageRecord): boolean {
  return record.role === 'assistant' && isUnended(record)
}
