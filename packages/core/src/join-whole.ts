import { finishOf } from './finish-reason.ts'
import type { Message } from './message.ts'
import { askedIn, counting, isMark, standing } from './whole.ts'

interface Joined {
  readonly parts: readonly Message[]
  readonly replyTo: string | undefined
  readonly whole: Message
}

/** By the last part, the newest first: older and newer versions of its parts may be asked for in turn. */
const memos = new WeakMap<Message, readonly Joined[]>()
const KEPT = 4

/**
 * The message that parts make; the same while they and what it answers are the same.
 * @param promptCalled finds the serial of the prompt that is called so
 */
export function joinWhole(parts: readonly Message[], promptCalled: (name: string) => string): Message {
  const last = parts.at(-1)! // A whole has a part.
  const asked = askedIn(parts)
  const replyTo = asked === undefined ? undefined : promptCalled(asked)
  const known = memos.get(last) ?? []
  // Both lists end with the same part, so neither is only the beginning of the other.
  const same = known.find((one) => one.replyTo === replyTo && one.parts.every((part, index) => part === parts[index]))
  if (same) return same.whole
  const whole = { ...join(parts), replyTo }
  memos.set(last, [{ parts, replyTo, whole }, ...known.slice(0, KEPT - 1)])
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
    text,
    status,
    continuity: gapped ? 'gapped' : 'contiguous',
    source: latest.source,
    error: stands.error,
    finish: finishOf(headers),
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
