import type { Conversation, ConversationContext } from '../fold/conversation.ts'
import type { Message } from '../protocol/message.ts'
import { kept } from '../shared/kept.ts'
import { setNewest } from '../shared/bounded-map.ts'
import { onlyTextChanged } from './only-text-changed.ts'
import { answeredBy } from './branch-claims.ts'
import { isWaiting, placeIn, selectPromptStates, takenIn } from './prompt-states.ts'
import { allMessages, selectMessage } from './select-messages.ts'
import type { Tree } from './select-path.ts'
import { pathOf, selectPath, treeOf } from './select-path.ts'

interface Known {
  readonly state: Conversation
  readonly unanswered: Message | undefined
}

/** What is known by head: one for each view of a page. */
const asked = kept<ConversationContext, Map<string | undefined, Known>>()
const KEPT = 16

/**
 * The newest prompt of a path if nothing answers it yet. A prompt that was sent into a response counts once that response has ended without it.
 * Where another response was asked for and there is none, this is the request, which is on no path: `selectPrompt` has its prompt.
 *
 * @param head as for `selectPath`
 */
export function selectUnanswered(state: Conversation, head?: string): Message | undefined {
  const byHead = asked.get(state.context) ?? new Map<string | undefined, Known>()
  const known = byHead.get(head)
  // A token answers no prompt, so the answer is the same as before it.
  if (known && onlyTextChanged(known.state, state)) return known.unanswered && selectMessage(state, known.unanswered.id)
  const unanswered = findUnanswered(state, head)
  setNewest(byHead, head, { state, unanswered }, KEPT)
  asked.set(state.context, byHead)
  return unanswered
}

function findUnanswered(state: Conversation, head: string | undefined): Message | undefined {
  const messages = selectPath(state, head)
  const tree = treeOf(state)
  const answered = new Set<string>()
  const taken = takenIn(messages)
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i]!
    if (message.role === 'assistant') {
      const names = answeredBy(message)
      for (const name of names.length > 0 ? names : ['']) answered.add(promptOf(tree, name))
      continue
    }
    // A prompt in a running response needs no response of its own, and a deleted prompt needs none at all.
    if (message.status === 'deleted' || placeIn(state, message, taken) !== undefined) continue
    const isAnswered = answered.has(message.id) || answered.has('')
    return (tree && openRequest(state, tree, head, message, isAnswered)) ?? (isAnswered ? undefined : message)
  }
  return undefined
}

/** The prompt of a response that answers a request for it. */
function promptOf(tree: Tree | undefined, replyTo: string): string {
  const prompt = tree?.claims.requests.get(tree.claims.find(replyTo) ?? -1)
  return prompt === undefined ? replyTo : tree!.claims.messages[prompt]!.id
}

/** The newest request for another response to a prompt that has led to none, unless the head is on another attempt. */
function openRequest(
  state: Conversation,
  tree: Tree,
  head: string | undefined,
  { id }: Message,
  isAnswered: boolean,
): Message | undefined {
  const { claims, branches } = tree
  const prompt = claims.find(id) ?? -1
  const path = pathOf(tree, head)
  const last = branches.requests(prompt).at(-1)
  if (last === undefined) return undefined
  const request = selectMessage(state, claims.messages[last]!.id)
  if (path.attempt(prompt) === last) return isAnswered ? undefined : request
  const has = request && selectPromptStates(state).get(request.id)
  return !path.isChosen(prompt) && (has === 'failed' || has === 'unanswered') ? request : undefined
}

/** Why that prompt has no answer; undefined if there is nothing to report. */
export function selectUnansweredReason(state: Conversation, head?: string): string | undefined {
  const prompt = selectUnanswered(state, head)
  if (!prompt) return undefined
  if (prompt.error !== undefined) return prompt.error
  // A header never makes an agent (P42). But if no agent has ever written, the page has probably named another client id.
  if (prompt.headers['role'] === 'assistant' && allMessages(state).every(({ role }) => role === 'user'))
    return 'what says that it is an answer comes from a client that is not named as an agent (name its client id in the option `agent`)'
  return isWaiting(selectPromptStates(state).get(prompt.id)) ? undefined : 'no agent has answered yet'
}
