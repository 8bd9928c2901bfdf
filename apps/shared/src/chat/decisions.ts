import type { Conversation, Message, WaitingCall } from '@streamfold/core'
import { mayDecide, selectMessage, selectPrompt, selectUnanswered, selectWaiting } from '@streamfold/core'
import { openOnPath } from './open-on-path.ts'

const newest = new WeakMap<readonly WaitingCall[], { readonly clientId: string; readonly due: readonly WaitingCall[] }>()

/** The calls that wait for a decision of the reader. The same list while nothing of them changes. */
export function decisionsDue(state: Conversation, clientId: string): readonly WaitingCall[] {
  const waiting = selectWaiting(state)
  const known = newest.get(waiting)
  if (known?.clientId === clientId) return known.due
  // A page answers by itself what it is asked for.
  const due = waiting.filter(({ call, prompt }) => !call.wanted && mayDecide(call, prompt, clientId))
  newest.set(waiting, { clientId, due })
  return due
}

const ofMessages = new WeakMap<readonly WaitingCall[], Map<string, readonly WaitingCall[]>>()

/** Those of `decisionsDue` that belong to one response. The same list while nothing of them changes. */
export function decisionsIn(state: Conversation, id: string, clientId: string): readonly WaitingCall[] {
  const due = decisionsDue(state, clientId)
  let lists = ofMessages.get(due)
  if (!lists) ofMessages.set(due, (lists = new Map()))
  let list = lists.get(id)
  if (!list) lists.set(id, (list = due.filter(({ message }) => message.id === id)))
  return list
}

/**
 * Whether the reader may stop what the agent does now on a branch, and add to it: it is about the reader's prompt, or about one that is not loaded.
 *
 * @param head the branch that is shown, as for `selectPath`
 */
export function isReadersTurn(state: Conversation, clientId: string, head?: string): boolean {
  const open = openOnPath(state, head)
  if (open.length === 0) return isBy(selectUnanswered(state, head), clientId)
  return open.some((id) => {
    const { replyTo } = selectMessage(state, id) ?? {}
    if (replyTo === undefined) return false
    const prompt = selectMessage(state, replyTo)
    // The agent knows its author, and ignores a stop by somebody else.
    return prompt === undefined || isBy(prompt, clientId)
  })
}

/** A prompt that is being sent has no author yet. */
function isBy(prompt: Message | undefined, clientId: string): boolean {
  return prompt !== undefined && (prompt.clientId === clientId || prompt.clientId === undefined)
}

/** The client id of the person who asked for an answer. */
export function authorOfPrompt(state: Conversation, id: string): string | undefined {
  return selectPrompt(state, id)?.clientId
}
