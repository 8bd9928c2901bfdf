import type { Message } from './message.ts'
import type { Messages } from './messages.ts'
import { list } from './messages.ts'
import { counting, isMark, promptCalled, standing, wholeOf } from './whole.ts'

interface Joined {
  readonly parts: readonly Message[]
  readonly replyTo: string | undefined
  readonly whole: Message
}

// By the last part: the newest is the likeliest to grow.
const memos = new WeakMap<Message, Joined>()

const lists = new WeakMap<Messages, readonly Message[]>()

/** All messages in order, each whole in the place of its first part. */
export function listWholes(messages: Messages): readonly Message[] {
  let all = lists.get(messages)
  if (!all)
    lists.set(
      messages,
      (all = grouped(messages).map((parts) => (wholeOf(parts[0]!) === undefined ? parts[0]! : joinWhole(messages, parts)))),
    )
  return all
}

/** The parts of each whole; a message that stands alone by itself. */
function grouped(messages: Messages): readonly (readonly Message[])[] {
  const groups: Message[][] = []
  const wholes = new Map<string, Message[]>()
  for (const message of list(messages)) {
    const whole = wholeOf(message)
    const known = whole === undefined ? undefined : wholes.get(whole)
    if (known) known.push(message)
    else groups.push([message])
    if (whole !== undefined && !known) wholes.set(whole, groups.at(-1)!)
  }
  return groups
}

/** The message that parts make; the same while they and what it answers are the same. */
export function joinWhole(messages: Messages, parts: readonly Message[]): Message {
  const last = parts.at(-1)! // A whole has a part.
  const memo = memos.get(last)
  const replyTo = promptCalled(messages, parts.find((part) => part.replyTo !== undefined)?.replyTo)
  // Both lists end with the same part, so neither is only the beginning of the other.
  if (memo && memo.replyTo === replyTo && memo.parts.every((part, index) => part === parts[index])) return memo.whole
  const whole = { ...join(parts), replyTo }
  memos.set(last, { parts, replyTo, whole })
  return whole
}

function join(all: readonly Message[]): Message {
  const parts = counting(all)
  const head = all[0]! // Likewise.
  const stands = standing(parts) ?? head
  const texts = parts.filter((part) => !isMark(part))
  const latest = texts.at(-1) ?? stands
  const text = textOf(texts)
  const {
    part: _part,
    step: _step,
    attempt: _attempt,
    ...headers
  }: Record<string, string> = Object.assign({}, ...parts.map((part) => part.headers), stands.headers)
  const status = text === '' && texts.some((part) => part.status === 'deleted') ? 'deleted' : stands.status
  const open = status === 'streaming' || status === 'stalled' || status === 'abandoned'
  // Of a whole that has ended no more is streamed: what was read of it is all, unless the stream is known to have passed it.
  const gapped = texts.some((part) => part.continuity === 'gapped' && (open || part.live !== undefined || part.version === ''))
  return {
    ...head,
    key: head.role === 'user' ? head.key : (headers['part-of'] ?? head.key),
    text,
    status,
    continuity: gapped ? 'gapped' : 'contiguous',
    source: latest.source,
    error: stands.error,
    updatedAt: Math.max(...parts.map(({ updatedAt }) => updatedAt)),
    version: latest.version,
    headers,
    live: latest.live,
    heardAt: Math.max(...parts.map(({ heardAt }) => heardAt)),
  }
}

/** Each text is a block of its own, unless it says that it goes on. */
function textOf(texts: readonly Message[]): string {
  let whole = ''
  for (const { text, headers } of texts) {
    whole += text !== '' && whole !== '' && headers['continues'] === undefined ? `\n\n${text}` : text
  }
  return whole
}
