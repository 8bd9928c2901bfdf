import type { Message, Store } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'

/** Header of a prompt that replaces another one after an edit or a request for another answer. Its value is the replaced prompt's serial. */
export const SUPERSEDES = 'supersedes'

/** Facts about a published prompt that only this page has. */
export interface Draft {
  /** Its id in `useChat`, if that is not its key. */
  readonly id?: string
  /** Key of the prompt that it replaces. The channel has this too, once it has the prompt. */
  readonly supersedes?: string
}

/** A message with its id in `useChat`. */
export interface Shown {
  readonly id: string
  readonly message: Message
}

const noDrafts: ReadonlyMap<string, Draft> = new Map()

/**
 * The conversation as `useChat` shows it. A prompt that supersedes another one has that one's id. The superseded prompt is removed with its
 * author's later prompts and with the answers to all of them. Only the author of a prompt can supersede it; other users' prompts and their
 * answers stay.
 */
export function shownMessages(messages: readonly Message[], drafts = noDrafts): readonly Shown[] {
  let shown: Shown[] = []
  const gone = new Set<string>()
  for (const message of messages) {
    if (message.role === 'assistant' && message.replyTo !== undefined && gone.has(message.replyTo)) continue
    const draft = drafts.get(message.key)
    const at = message.role === 'user' ? placeOf(shown, message, draft?.supersedes ?? message.headers[SUPERSEDES]) : -1
    const id = shown[at]?.id ?? draft?.id ?? message.key
    if (at >= 0) shown = [...shown.slice(0, at), ...leftOf(shown.slice(at), message, gone)]
    shown.push({ id, message })
  }
  return shown
}

/** The remaining messages from a superseded prompt on. @param gone receives the serials of the removed prompts */
function leftOf(after: readonly Shown[], by: Message, gone: Set<string>): readonly Shown[] {
  let asked = true
  return after.filter(({ message }) => {
    if (message.role === 'user') {
      asked = isOwn(by, message)
      if (asked) gone.add(message.id)
      return !asked
    }
    // An answer of the plain pattern does not name its prompt: it answers the prompt before it.
    return message.replyTo === undefined ? !asked : !gone.has(message.replyTo)
  })
}

/**
 * Removes superseded messages: the input for a model where users regenerate or edit.
 * @param messages oldest first
 */
export function withoutSuperseded(messages: readonly Message[]): readonly Message[] {
  return shownMessages(messages).map(({ message }) => message)
}

/** The shown messages, computed once for each list of messages. */
export function shownOf(store: Store, drafts: ReadonlyMap<string, Draft>): () => readonly Shown[] {
  let known: { readonly messages: readonly Message[]; readonly drafts: number; readonly shown: readonly Shown[] } | undefined
  return () => {
    const messages = selectMessages(store.getState())
    if (known?.messages !== messages || known.drafts !== drafts.size)
      known = { messages, drafts: drafts.size, shown: shownMessages(messages, drafts) }
    return known.shown
  }
}

function placeOf(shown: readonly Shown[], by: Message, target: string | undefined): number {
  if (target === undefined) return -1
  const named = ({ id, key }: Message) => id === target || key === target
  return shown.findIndex(({ message }) => message.role === 'user' && named(message) && isOwn(by, message))
}

function isOwn(by: Message, message: Message): boolean {
  // This client's own id may be unknown until the service has stamped its prompt.
  const unstamped = by.clientId === undefined && (by.status === 'sending' || by.status === 'failed')
  return unstamped || message.clientId === by.clientId
}
