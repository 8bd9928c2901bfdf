import type { Event, JsonPatch } from '@ag-ui/core'
import { EventType } from '@ag-ui/client'
import type { Message, MessagePart } from '@streamfold/core'
import { carried } from '../carried.ts'

/** What a path carries beside messages. */
export interface Carried {
  /** The events of state and of custom content that came since the last call. Custom events of the first call are past, and are not given. */
  show(path: readonly Message[]): readonly Event[]
}

type Kind = 'state' | 'stateDelta' | 'custom'

interface Piece {
  readonly kind: Kind
  readonly id: string
  readonly value: unknown
}

export function createCarried(): Carried {
  let known: readonly Piece[] | undefined
  let shownFor: readonly Message[] | undefined
  return {
    show(path) {
      if (path === shownFor) return []
      shownFor = path
      const pieces = path.flatMap(piecesOf)
      const before = known
      known = pieces
      if (!before) return statesOf(pieces)
      // Whatever has gone or changed may have been the state, which then is told from its last whole.
      const isExtended = before.every((piece, at) => isSamePiece(piece, pieces[at]))
      const fresh = pieces.slice(isExtended ? before.length : 0)
      const states = isExtended ? fresh.flatMap(stateEvent) : statesOf(pieces, before.some(isState))
      const ids = new Set(before.map(({ id }) => id))
      return [...states, ...fresh.filter(({ id }) => !ids.has(id)).flatMap(customEvent)]
    },
  }
}

/** The whole state: from its last snapshot on. @param hadState whether a state was shown, which may be none now */
function statesOf(pieces: readonly Piece[], hadState = false): Event[] {
  const all = pieces.filter(isState)
  const last = all.findLastIndex(({ kind }) => kind === 'state')
  const states = all.slice(Math.max(0, last)).flatMap(stateEvent)
  const hasDeltasOnly = last < 0 && all.length > 0
  return hasDeltasOnly || (hadState && all.length === 0) ? [{ type: EventType.STATE_SNAPSHOT, snapshot: {} }, ...states] : states
}

function isState({ kind }: Piece): boolean {
  return kind !== 'custom'
}

function stateEvent({ kind, value }: Piece): Event[] {
  if (kind === 'state') return [{ type: EventType.STATE_SNAPSHOT, snapshot: value }]
  return kind === 'stateDelta' && Array.isArray(value) ? [{ type: EventType.STATE_DELTA, delta: value as JsonPatch }] : []
}

function customEvent({ kind, value }: Piece): Event[] {
  if (kind !== 'custom' || typeof value !== 'object' || value === null || !('name' in value)) return []
  return [{ type: EventType.CUSTOM, name: String(value.name), value: 'value' in value ? value.value : null }]
}

function isSamePiece(one: Piece, other: Piece | undefined): boolean {
  return one.id === other?.id && JSON.stringify(one.value) === JSON.stringify(other.value)
}

const kinds = new Map<string, Kind>([
  [carried.state, 'state'],
  [carried.stateDelta, 'stateDelta'],
  [carried.custom, 'custom'],
])

const made = new WeakMap<Message, readonly Piece[]>()

function piecesOf(message: Message): readonly Piece[] {
  let pieces = made.get(message)
  if (!pieces) {
    pieces = message.status === 'deleted' ? [] : message.parts.flatMap((part, at) => pieceOf(part, `${message.id}/${at}`))
    made.set(message, pieces)
  }
  return pieces
}

/** Data that is not complete yet is no event. */
function pieceOf(part: MessagePart, id: string): Piece[] {
  const kind = kinds.get(part.type)
  if (!kind || !('data' in part) || ('state' in part && part.state === 'streaming')) return []
  return [{ kind, id, value: part.data ?? null }]
}
