import type { Conversation } from '../fold/conversation.ts'
import { checkConversation } from '../fold/conversation-problem.ts'
import type { Effect } from '../fold/effect.ts'
import type { Records } from '../fold/record-list.ts'
import { find } from '../fold/record-list.ts'
import type { RefusedMessage } from '../fold/refused-message.ts'
import { kept } from '../shared/kept.ts'
import { memo } from '../shared/memo.ts'
import { pathOf, selectPath, treeOf } from './select-path.ts'
import { selectUnanswered, selectUnansweredReason } from './unanswered.ts'

/** What a conversation is doing, in the AI SDK's terms. */
export type ConversationStatus = 'ready' | 'submitted' | 'streaming' | 'error'

/** How well the conversation follows its channel, in terms for a user interface. */
export type ConnectionStatus = 'connecting' | 'live' | 'catching-up' | 'offline' | 'disconnected' | 'failed'

/** What a path of the conversation is doing now, for the state of a submit or stop button. @param head as for `selectPath` */
export function selectStatus(state: Conversation, head?: string): ConversationStatus {
  if (!state?.context) checkConversation(state)
  // A stalled response may continue, and can be stopped.
  if (streams(state, head)) return 'streaming'
  if (state.context.channel.status === 'failed' || state.context.connection.refused) return 'error'
  if (selectUnanswered(state, head)) return selectUnansweredReason(state, head) === undefined ? 'submitted' : 'error'
  const last = selectPath(state, head).at(-1)
  return last?.status === 'failed' || last?.status === 'abandoned' ? 'error' : 'ready'
}

/** Whether a response of the path is open. */
function streams(state: Conversation, head: string | undefined): boolean {
  const { open } = state.context
  const tree = open.length > 0 ? treeOf(state) : undefined
  return tree ? open.some((id) => pathOf(tree, head).isOn(tree.claims.find(id) ?? -1)) : open.length > 0
}

/** How well the conversation follows its channel now, for a connection indicator. */
export function selectConnectionStatus({ context: { channel, connection } }: Conversation): ConnectionStatus {
  if (channel.status === 'failed' || connection.state === 'failed') return 'failed'
  // The user detached it; the connection's state does not matter.
  if (channel.status === 'detached' && channel.known) return 'disconnected'
  if (connection.state === 'disconnected' || connection.state === 'suspended' || channel.status === 'suspended') return 'offline'
  switch (channel.status) {
    case 'live':
      return connection.state === 'connected' ? 'live' : 'offline'
    case 'interrupted':
      return connection.state === 'connected' ? 'catching-up' : 'offline'
    case 'recovering':
      return 'catching-up'
    case 'detached':
      return connection.state === 'connecting' ? 'connecting' : 'disconnected'
    default:
      return 'connecting'
  }
}

interface Wanted {
  readonly effects: readonly Effect[]
  readonly refused: readonly RefusedMessage[]
  readonly records: Records
  readonly all: readonly Effect[]
}

const wanted = kept<readonly string[], Wanted>()

/** The effects that are due now. A client may abandon an effect that is no longer listed. */
export function selectEffects({ records, context }: Conversation): readonly Effect[] {
  const { behind, effects, refused = none } = context
  if (behind.length === 0 && refused.length === 0) return effects
  const memo = wanted.get(behind)
  if (memo && memo.effects === effects && memo.refused === refused && memo.records === records) return memo.all
  const reads = behind.flatMap((serial): Effect[] => {
    const atLeast = find(records, serial)?.deliveredVersion ?? ''
    // A newest version that is refused shows nothing.
    const isRefused = refused.some((other) => other.serial === serial && other.version >= atLeast)
    return isRefused ? [] : [{ type: 'fetchMessage', serial, atLeast }]
  })
  const all = [...effects, ...reads, ...refused.filter(({ read }) => !read).map(versionsOf)]
  wanted.set(behind, { effects, refused, records, all })
  return all
}

const none: readonly RefusedMessage[] = []

/** The same object for the same version: it is the same work. */
const versionsOf = memo(({ serial, version }: RefusedMessage): Effect => ({ type: 'fetchVersions', serial, version }))
