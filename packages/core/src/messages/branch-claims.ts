import type { Conversation } from '../fold/conversation.ts'
import type { Message } from '../protocol/message.ts'
import type { MessageRecord } from '../fold/record.ts'
import { composeMessage } from './compose.ts'
import { onlyTextChanged } from './only-text-changed.ts'
import { allMessages } from './select-messages.ts'
import { kept } from '../shared/kept.ts'

/** What `edits` and `again` of a conversation's prompts make of it. Messages are numbers: their places in `messages`. */
export interface BranchClaims {
  readonly messages: readonly Message[]
  /** The message with a serial, or with the serial of any of its records. */
  readonly find: (serial: string | undefined) => number | undefined
  /** Of each edit that counts the oldest alternative, which edits nothing. */
  readonly edits: ReadonlyMap<number, number>
  /** Of each request for another response that counts its prompt. */
  readonly requests: ReadonlyMap<number, number>
  /** Why others do not count. */
  readonly ignored: ReadonlyMap<number, ClaimProblem>
}

/**
 * Why `edits` or `again` does not count. `unknown`: the message that it names is not loaded. `no-prompt`: it names no earlier prompt. `forbidden`: its
 * author may not edit that prompt. `elsewhere`: it follows another message than that prompt, where only a common parent makes alternatives.
 */
export type ClaimProblem = 'unknown' | 'no-prompt' | 'forbidden' | 'elsewhere'

/** The newest claims of each conversation: its options stay the same object. */
const newest = kept<object, { readonly state: Conversation; readonly claims: BranchClaims | undefined }>()

/** The claims of a conversation; undefined for a line. The same object while only texts change. */
export function branchClaims(state: Conversation): BranchClaims | undefined {
  const { options } = state.context
  const known = newest.get(options)
  if (known && (known.state === state || onlyTextChanged(known.state, state))) {
    newest.set(options, { state, claims: known.claims })
    return known.claims
  }
  const messages = allMessages(state)
  const same = known && allMessages(known.state) === messages
  const claims = same ? known.claims : messages.some(isClaim) || hasRivals(messages) ? readClaims(state, messages) : undefined
  newest.set(options, { state, claims })
  return claims
}

function isClaim({ role, edits, again }: Message): boolean {
  return role === 'user' && (edits !== undefined || again !== undefined)
}

/** Whether a prompt has several responses that are alternatives, although nobody asked for another one. */
function hasRivals(messages: readonly Message[]): boolean {
  const answered = new Set<string | undefined>()
  for (const message of messages) {
    if (message.role !== 'assistant' || !isByParent(message)) continue
    const [prompt] = answeredBy(message)
    if (prompt !== undefined && answered.has(prompt)) return true
    answered.add(prompt)
  }
  return false
}

/** Whether a common parent makes alternatives (P136). */
export function isByParent(message: Message): boolean {
  const { placement } = message as Message & Pick<MessageRecord, 'placement'> // A message has its record's fields.
  return placement?.byParent === true
}

/** What a response answers, as far as is known: the request or the prompt that it names, and where the parent decides, first the parent. */
export function answeredBy(message: Message): readonly string[] {
  const { parent, replyTo } = message
  return [isByParent(message) ? parent : undefined, replyTo].filter((name) => name !== undefined)
}

function readClaims(state: Conversation, messages: readonly Message[]): BranchClaims {
  const byId = new Map(messages.map(({ id }, at) => [id, at]))
  const edits = new Map<number, number>()
  const requests = new Map<number, number>()
  const ignored = new Map<number, ClaimProblem>()
  const find = (serial: string | undefined): number | undefined => {
    if (serial === undefined) return undefined
    return byId.get(serial) ?? (state.context.grouped ? byId.get(composeMessage(state, serial)?.id ?? '') : undefined)
  }
  /** The prompt of an older message: the prompt itself, that of a request, or that of a response. */
  const promptOf = (named: number, asksAgain: boolean): number | undefined => {
    const message = messages[named]! // It was found.
    if (message.role === 'user') return requests.get(named) ?? named
    const prompt = asksAgain ? find(message.replyTo) : undefined
    return prompt !== undefined && prompt < named && messages[prompt]!.role === 'user'
      ? (requests.get(prompt) ?? prompt)
      : undefined
  }
  messages.forEach((message, at) => {
    if (!isClaim(message)) return
    const asksAgain = message.again !== undefined
    const named = find(asksAgain ? message.again : message.edits)
    // Claims name older messages, so there is no cycle.
    const prompt = named !== undefined && named < at ? promptOf(named, asksAgain) : undefined
    if (named === undefined) ignored.set(at, 'unknown')
    else if (prompt === undefined) ignored.set(at, 'no-prompt')
    else if (!mayClaim(message, messages[prompt]!)) ignored.set(at, 'forbidden')
    else if (!asksAgain && isByParent(message) && message.parent !== messages[prompt]!.parent) ignored.set(at, 'elsewhere')
    else if (asksAgain) requests.set(at, prompt)
    else edits.set(at, edits.get(prompt) ?? prompt)
  })
  return { messages, find, edits, requests, ignored }
}

function mayClaim(message: Message, { clientId }: Message): boolean {
  const { mayEdit } = message as Message & Pick<MessageRecord, 'mayEdit'> // A message has its record's fields.
  // A client that has not connected yet may not know its own id.
  const isOwn = message.status === 'sending' || message.status === 'failed'
  return mayEdit ?? (message.clientId === clientId || (isOwn && message.clientId === undefined))
}

/** Why the `edits` or `again` of a message does not count; undefined for a message that has none, or whose claim counts. */
export function claimProblem(state: Conversation, id: string): ClaimProblem | undefined {
  const claims = branchClaims(state)
  return claims?.ignored.get(claims.find(id) ?? -1)
}

/** Whether a message is on no path: it asks for another response and says nothing. */
export function isHidden({ messages, requests }: BranchClaims, at: number): boolean {
  const { role, again, parts } = messages[at]! // A place in the list.
  return requests.has(at) || (role === 'user' && again !== undefined && parts.length === 0)
}
