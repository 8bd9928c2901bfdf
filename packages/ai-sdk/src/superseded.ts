import type { Message, Store } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'

/** Header of a prompt that takes the place of another one, whose serial it is: edited, or asked again for another answer. */
export const SUPERSEDES = 'supersedes'

/** What only this page knows of a prompt it has published. */
export interface Draft {
  /** Its id in `useChat`, where that is not its key. */
  readonly id?: string
  /** Key of the prompt whose place it takes. The channel says so too once it has the prompt. */
  readonly supersedes?: string
}

/** A message in its place, and its id in `useChat`. */
export interface Shown {
  readonly id: string
  readonly message: Message
}

const noDrafts: ReadonlyMap<string, Draft> = new Map()

/**
 * The conversation as `useChat` shows it: a prompt that supersedes another one has its id, and that one is gone with what its author asked after
 * it and the answers to all of that. Only the author of a prompt can have it superseded, and only what is the author's goes:
 * what others have asked, and their answers, stay.
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

/** What stays of the messages from a superseded prompt on. @param gone gets the serials of the prompts that do not */
function leftOf(after: readonly Shown[], by: Message, gone: Set<string>): readonly Shown[] {
  let asked = true
  return after.filter(({ message }) => {
    if (message.role === 'user') {
      asked = isOwn(by, message)
      if (asked) gone.add(message.id)
      return !asked
    }
    // An answer of the plain pattern does not say what it answers: it is what comes next.
    return message.replyTo === undefined ? !asked : !gone.has(message.replyTo)
  })
}

/**
 * Messages without those that were superseded: what a model should be given where users regenerate or edit.
 * @param messages oldest first
 */
export function withoutSuperseded(messages: readonly Message[]): readonly Message[] {
  return shownMessages(messages).map(({ message }) => message)
}

/** What is shown, worked out once for each list of messages. */
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
  // Who this client is may not be known before the service has stamped its prompt.
  const unstamped = by.clientId === undefined && (by.status === 'sending' || by.status === 'failed')
  return unstamped || message.clientId === by.clientId
}
