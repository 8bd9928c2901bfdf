import type { Conversation } from '../fold/conversation.ts'
import { checkConversation } from '../fold/conversation-problem.ts'
import type { Message } from '../protocol/message.ts'
import type { MessageTypes, MessageTypesOf } from '../protocol/message-types.ts'
import { kept } from '../shared/kept.ts'
import { setNewest } from '../shared/bounded-map.ts'
import { memo } from '../shared/memo.ts'
import type { BranchClaims } from './branch-claims.ts'
import { answeredBy, branchClaims } from './branch-claims.ts'
import type { Branches, Path } from './branches.ts'
import { branchesOf } from './branches.ts'
import { onlyTextChanged } from './only-text-changed.ts'
import type { PromptState } from './prompt-states.ts'
import { isWaiting, selectPromptStates } from './prompt-states.ts'
import { allMessages, selectMessage } from './select-messages.ts'

/** A conversation that is no line. */
export interface Tree {
  readonly claims: BranchClaims
  readonly branches: Branches
}

const trees = kept<BranchClaims, Tree & { readonly states: ReadonlyMap<string, PromptState> | undefined }>()

/** The tree of a conversation; undefined where nobody has edited a prompt or asked for another response. */
export function treeOf(state: Conversation): Tree | undefined {
  if (!state?.context) checkConversation(state)
  const claims = branchClaims(state)
  if (!claims) return undefined
  const states = claims.requests.size > 0 ? selectPromptStates(state) : undefined
  const known = trees.get(claims)
  if (known && known.states === states) return known
  const tree = { claims, branches: branchesOf(claims, ({ id }) => isWaiting(states?.get(id))), states }
  trees.set(claims, tree)
  return tree
}

/** The path of a head: see `selectPath`. */
export function pathOf({ claims, branches }: Tree, head: string | undefined): Path {
  return branches.path(head === undefined ? undefined : placeOf(claims, head))
}

/** The place of a message, by its id or its key. */
function placeOf({ find, messages }: BranchClaims, name: string): number | undefined {
  const at = find(name) ?? messages.findIndex(({ key }) => key === name)
  return at < 0 ? undefined : at
}

/**
 * The messages of one branch, oldest first: of alternatives only the chosen one with what follows it. Where nobody has edited a prompt or asked
 * for another response, these are all messages. The same array, and the same elements, where nothing changed.
 *
 * @param head id or key of a message: the path goes through it. All other choices, and those behind it, are the newest. An unknown one is as none
 */
export function selectPath<T extends MessageTypesOf<T> = MessageTypes>(
  conversation: Conversation<T>,
  head?: string,
): readonly Message<T>[] {
  return path(conversation as Conversation, head) as readonly Message<T>[] // The type parameter is a view only, as in reduce.
}

function path(state: Conversation, head: string | undefined): readonly Message[] {
  const tree = treeOf(state)
  return tree ? listed(tree, state, 'paths', head, () => pathOf(tree, head).shown) : allMessages(state)
}

/**
 * The alternatives of a message, oldest first: of a prompt its edits, of a response the first response of each attempt at its prompt. The
 * message itself alone where it has none; empty where it is not known. The same array while nothing of them changed.
 */
export function selectSiblings<T extends MessageTypesOf<T> = MessageTypes>(
  conversation: Conversation<T>,
  id: string,
): readonly Message<T>[] {
  return siblings(conversation as Conversation, id) as readonly Message<T>[] // As above.
}

function siblings(state: Conversation, id: string): readonly Message[] {
  const tree = treeOf(state)
  const at = tree && placeOf(tree.claims, id)
  const places = at === undefined ? none : tree!.branches.siblings(at)
  if (places.length > 1) return listed(tree!, state, 'siblings', tree!.claims.messages[places[0]!]!.id, () => places)
  const message = at === undefined ? selectMessage(state, id) : allMessages(state)[at]
  return message ? alone(message) : none
}

const none: readonly never[] = []
const alone = memo((message: Message): readonly Message[] => [message])

interface List {
  readonly tree: Tree
  readonly state: Conversation
  readonly all: readonly Message[]
  readonly messages: readonly Message[]
}

/** The newest lists of each conversation, whose options stay the same object: of paths by head, of siblings by the oldest of them. */
const newest = kept<object, Record<'paths' | 'siblings', Map<string | undefined, List>>>()
/** Paths that are kept: one for each view of a page. */
const KEPT = 16

/** The messages at some places, in the present state; the known array where none of them changed. */
function listed(
  tree: Tree,
  state: Conversation,
  kind: 'paths' | 'siblings',
  name: string | undefined,
  places: () => readonly number[],
): readonly Message[] {
  const { options } = state.context
  let lists = newest.get(options)
  if (!lists) newest.set(options, (lists = { paths: new Map(), siblings: new Map() }))
  const known = lists[kind].get(name)
  const all = allMessages(state)
  if (known?.all === all && known.tree === tree) return known.messages
  const isToken = known?.tree === tree && onlyTextChanged(known.state, state)
  const next = isToken ? withTexts(known, state, all, places()) : places().map((at) => all[at]!) // A tree stays while its messages stay where they are.
  const messages = known && !isToken && isSame(known.messages, next) ? known.messages : next
  setNewest(lists[kind], name, { tree, state, all, messages }, kind === 'paths' ? KEPT : Infinity)
  return messages
}

/** The list with the texts that changed, which are those of recent records. */
function withTexts(
  known: List,
  { records }: Conversation,
  all: readonly Message[],
  places: readonly number[],
): readonly Message[] {
  let next: Message[] | undefined
  for (const { id } of records.recent) {
    const at = known.tree.claims.find(id)
    const place = at === undefined || known.all[at] === all[at] ? -1 : places.indexOf(at)
    if (place >= 0) (next ??= known.messages.slice())[place] = all[at!]!
  }
  return next ?? known.messages
}

function isSame(a: readonly Message[], b: readonly Message[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at])
}

/**
 * The prompt of a message: of a response the one that it answers, of a request for another response the one for which it asks, and a prompt itself.
 * Undefined where it is not known.
 */
export function selectPrompt<T extends MessageTypesOf<T> = MessageTypes>(
  conversation: Conversation<T>,
  id: string,
): Message<T> | undefined {
  return promptOf(conversation as Conversation, selectMessage(conversation as Conversation, id)) as Message<T> | undefined // As above.
}

function promptOf(state: Conversation, message: Message | undefined): Message | undefined {
  if (message?.role === 'assistant') {
    for (const name of answeredBy(message)) {
      const prompt = selectMessage(state, name)
      if (prompt?.role === 'user') return promptOf(state, prompt)
    }
    return undefined
  }
  const claims = message?.again === undefined ? undefined : branchClaims(state)
  const at = claims?.requests.get(claims.find(message!.id) ?? -1)
  return at === undefined ? message : allMessages(state)[at]
}
