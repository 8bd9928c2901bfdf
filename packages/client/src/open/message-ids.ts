import type { Conversation, Message } from '@streamfold/core'
import { selectPath, selectSiblings } from '@streamfold/core'
import { onlyTextChanged } from '@streamfold/core/transport'

/** Identifies a message in a list: render with `key`, read with `id`. */
export interface MessageId {
  readonly key: string
  readonly id: string
}

/**
 * The order of a list of messages. `channel`: as they were published, by serial. `replies`: the same, but each response directly behind its
 * prompt, so that prompts that wait for their turn come last and no answer stands behind the question after it.
 */
export type MessageOrder = 'channel' | 'replies'

const ids = new WeakMap<Message, MessageId>()
const lists = new WeakMap<readonly Message[], readonly MessageId[]>()

interface Told {
  readonly state: WeakRef<Conversation>
  readonly head: string | undefined
  readonly order: MessageOrder
}

/**
 * What a list was last computed for. A list is also the list of earlier states, and they must not keep a later one: from list to state to list,
 * the first would keep all.
 */
const toldFor = new WeakMap<readonly MessageId[], Told>()

/**
 * The keys and ids of the messages of a path, for a list whose rows read their own message. The same array while no message is added and no
 * prompt gets its serial: it is compared with `known`, the previous array.
 *
 * @param head as for `selectPath`
 * @param order Default: `channel`
 */
export function selectMessageIds(
  state: Conversation,
  known?: readonly MessageId[],
  head?: string,
  order: MessageOrder = 'channel',
): readonly MessageId[] {
  const told = known && toldFor.get(known)
  const before = told?.head === head && told?.order === order ? told?.state.deref() : undefined
  const list = before && onlyTextChanged(before, state) ? known! : listOf(selectPath(state, head), known, order)
  toldFor.set(list, { state: new WeakRef(state), head, order })
  return list
}

/** The keys and ids of a message's alternatives, as `selectSiblings` has them. The same array as `known`, the previous one, while they are the same. */
export function selectSiblingIds(state: Conversation, id: string, known?: readonly MessageId[]): readonly MessageId[] {
  return listOf(selectSiblings(state, id), known, 'channel')
}

function listOf(path: readonly Message[], known: readonly MessageId[] | undefined, order: MessageOrder): readonly MessageId[] {
  const messages = order === 'replies' ? byReplies(path) : path
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

/** Each reply behind what it replies to, if that is before it; all others as they are. The same array if they are so already. */
function byReplies(messages: readonly Message[]): readonly Message[] {
  const first: Message[] = []
  const replies = new Map<string, Message[]>()
  for (const message of messages) {
    const to = message.replyTo === undefined ? first : (replies.get(message.replyTo) ?? first)
    to.push(message)
    replies.set(message.id, [])
  }
  // No recursion: each message may name the one before it, and there may be many.
  const rest = first.toReversed()
  const all: Message[] = []
  for (let message = rest.pop(); message; message = rest.pop()) {
    all.push(message)
    for (const reply of replies.get(message.id)!.toReversed()) rest.push(reply) // Each message has a list.
  }
  return all.every((message, at) => message === messages[at]) ? messages : all
}
