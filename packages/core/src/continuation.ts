import type { Conversation } from './conversation.ts'
import type { Message } from './message.ts'
import type { Messages } from './messages.ts'
import { find, list } from './messages.ts'

const joinedLists = new WeakMap<Messages, readonly Message[]>()
// Every reader of one message asks anew, of the same messages.
const tailsByMessages = new WeakMap<Messages, ReadonlyMap<string, readonly Message[]>>()
// By the last part, which is the one that grows: a new one comes with every append.
const joinedTails = new WeakMap<Message, { readonly parts: readonly Message[]; readonly whole: Message }>()

/** All messages in order, an over-long response and the messages that continue it as one. */
export function listJoined(state: Conversation): readonly Message[] {
  const { parts, wholes } = state.context
  const all = wholes ? wholes.list(state.messages) : list(state.messages)
  if (parts.length === 0) return all
  let joined = joinedLists.get(state.messages)
  if (!joined) {
    const tails = tailsOf(state)
    const hidden = new Set([...tails.values()].flat())
    joined = all.filter((message) => !hidden.has(message)).map((message) => join(message, tails.get(message.id)))
    joinedLists.set(state.messages, joined)
  }
  return joined
}

/** One message, with what continues it; the whole that it is a part of. */
export function findJoined(state: Conversation, serial: string): Message | undefined {
  const { parts, wholes } = state.context
  const message = find(state.messages, serial)
  const whole = message && wholes?.find(state.messages, message)
  if (whole) return whole
  return message && parts.length > 0 ? join(message, tailsOf(state).get(serial)) : message
}

/** The messages that continue another, by the serial of the first one. */
function tailsOf({ messages, context }: Conversation): ReadonlyMap<string, readonly Message[]> {
  const known = tailsByMessages.get(messages)
  if (known) return known
  const tails = new Map<string, Message[]>()
  // Where the chain of each part begins. Serials grow from part to part, so the one before is known by then.
  const begins = new Map<string, Message | undefined>()
  for (const serial of context.parts.toSorted()) {
    const part = find(messages, serial)
    const before = part && continues(part)
    if (!part || before === undefined || before >= serial) continue
    const head = begins.has(before) ? begins.get(before) : find(messages, before)
    begins.set(serial, head)
    // Nobody goes on in another's name, and only its own parts go on a whole.
    if (head?.role !== part.role || head.clientId !== part.clientId || head.headers['part-of'] !== undefined) continue
    const tail = tails.get(head.id)
    if (tail) tail.push(part)
    else tails.set(head.id, [part])
  }
  tailsByMessages.set(messages, tails)
  return tails
}

/** The message that this one goes on. A part of a whole goes on another part of it. */
export function continues({ role, headers }: Message): string | undefined {
  return role === 'assistant' && headers['part-of'] === undefined ? headers['continues'] : undefined
}

function join(head: Message, tail: readonly Message[] = []): Message {
  const last = tail.at(-1)
  if (!last) return head
  const parts = [head, ...tail]
  const memo = joinedTails.get(last)
  // Both lists end with their last part, so neither is only the beginning of the other.
  if (memo?.parts.every((part, index) => part === parts[index])) return memo.whole
  // Who deletes a response means all of it.
  const whole = head.status === 'deleted' ? head : joinParts(parts, head, last)
  joinedTails.set(last, { parts, whole })
  return whole
}

function joinParts(parts: readonly Message[], head: Message, last: Message): Message {
  const gapped = parts.some(({ continuity }) => continuity === 'gapped')
  return {
    ...head,
    headers: withAdded(head.headers, last.headers),
    text: parts.map(({ text }) => text).join(''),
    status: last.status,
    continuity: gapped ? 'gapped' : 'contiguous',
    error: last.error,
    finish: last.finish,
    updatedAt: last.updatedAt,
    version: last.version,
    live: last.live,
    heardAt: last.heardAt,
  }
}

/** What the protocol says with headers: of the whole it is said by its fields. */
const OF_PROTOCOL: ReadonlySet<string> = new Set('role status finish empty error reply-to continues run'.split(' '))

/** A product's headers that were added while a later part was written: only that one has them. */
function withAdded(head: Message['headers'], last: Message['headers']): Message['headers'] {
  const added = Object.keys(last).filter((name) => !OF_PROTOCOL.has(name) && last[name] !== head[name])
  return added.length === 0 ? head : { ...head, ...Object.fromEntries(added.map((name) => [name, last[name]])) }
}
