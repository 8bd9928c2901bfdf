import type { Message as AgUiMessage, MessagesSnapshotEvent } from '@ag-ui/core'
import { EventType } from '@ag-ui/client'

/** What a client of AG-UI shows, as far as its order matters. */
export type Placed = Pick<AgUiMessage, 'id' | 'role'>

/**
 * The snapshots after which a client shows exactly `wanted`. One is enough where nothing moves. A client keeps the place of a message that it has, adds
 * the others at the end, and keeps reasoning that a snapshot without any reasoning does not have.
 */
export function snapshotEvents(shown: readonly Placed[], wanted: readonly AgUiMessage[]): MessagesSnapshotEvent[] {
  if (isReachable(shown, wanted)) return [snapshot(wanted)]
  const same = wanted.findIndex(({ id }, at) => shown[at]?.id !== id)
  const prefix = wanted.slice(0, same < 0 ? wanted.length : same)
  const kept = shown.slice(prefix.length).filter(({ role }) => role === 'reasoning')
  // In another role it goes with the next snapshot.
  const turned = kept.map(({ id }): AgUiMessage => ({ id, role: 'assistant', content: '' }))
  return [...(turned.length > 0 ? [snapshot([...prefix, ...turned])] : []), snapshot(prefix), snapshot(wanted)]
}

function isReachable(shown: readonly Placed[], wanted: readonly AgUiMessage[]): boolean {
  const ids = new Set(wanted.map(({ id }) => id))
  const hasReasoning = wanted.some(({ role }) => role === 'reasoning')
  if (!hasReasoning && shown.some(({ id, role }) => role === 'reasoning' && !ids.has(id))) return false
  const kept = shown.filter(({ id }) => ids.has(id))
  return kept.every(({ id }, at) => wanted[at]!.id === id)
}

/** The conversation has all activities: without this, a client keeps those that a snapshot does not have. */
const owned = { '@ag-ui/client': { authoritativeActivityTypes: null } }

function snapshot(messages: readonly AgUiMessage[]): MessagesSnapshotEvent {
  return { type: EventType.MESSAGES_SNAPSHOT, messages: [...messages], metadata: owned }
}
