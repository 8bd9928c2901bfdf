import type { MessagePart } from '../protocol/part.ts'
import type { CallPart } from './decisions.ts'
import { kept } from '../shared/kept.ts'

/** Where things are in the newest parts of a message, so that no token needs a search in a list of thousands. */
export interface PartIndex {
  readonly byId: ReadonlyMap<string, readonly number[]>
  /** Indexes of the calls that wait for a person. */
  readonly waiting: ReadonlySet<number>
  /** Indexes of the prompts that the response took in. */
  readonly steering: ReadonlySet<number>
  /** The lists that it is true of: the newest parts, and those with answers. */
  lists: readonly (readonly MessagePart[])[]
  /** The parts before the newest ones, and the indexes of those that are new or other since then. */
  before?: readonly MessagePart[] | undefined
  changed: readonly number[]
}

const indexes = kept<readonly MessagePart[], PartIndex>()

/** Makes an index that of newer parts. Lists before them lose it: they are rarely searched, and must not be kept alive. */
export function moveIndex(index: PartIndex, to: readonly MessagePart[], changed: readonly number[]): void {
  for (const list of index.lists) indexes.set(list, undefined)
  index.before = index.lists[0]
  index.changed = changed
  index.lists = [to]
  indexes.set(to, index)
}

/** Gives a copy in which calls have answers the index of the original. */
export function shareIndex(from: readonly MessagePart[], copy: readonly MessagePart[]): void {
  const index = indexes.get(from)
  if (!index) return
  index.lists = [...index.lists, copy]
  indexes.set(copy, index)
}

export function indexOf(parts: readonly MessagePart[]): PartIndex | undefined {
  return indexes.get(parts)
}

/** The index of a call; -1 if there is none. */
export function callAt(parts: readonly MessagePart[], toolCallId: string): number {
  const index = indexes.get(parts)
  const isCall = (part: MessagePart | undefined) => part !== undefined && 'toolCallId' in part && part.toolCallId === toolCallId
  return index ? (index.byId.get(toolCallId)?.find((at) => isCall(parts[at])) ?? -1) : parts.findIndex(isCall)
}

/** The calls that wait for a person, in their order. */
export function waitingIn(parts: readonly MessagePart[]): readonly CallPart[] {
  const index = indexes.get(parts)
  const all = index ? [...index.waiting].toSorted((a, b) => a - b).map((at) => parts[at]!) : parts // An index of a part.
  return all.filter(isWaiting)
}

/** Serials of the prompts that a response took in. */
export function takenBy(parts: readonly MessagePart[]): readonly string[] {
  const index = indexes.get(parts)
  const all = index ? [...index.steering].map((at) => parts[at]!) : parts // An index of a part.
  // A product may name its data as it likes, so the type alone does not say what a part is to the compiler.
  return all.flatMap((part) => (part.type === 'steering-message' && 'id' in part ? [String(part.id)] : []))
}

/** Whether a part is a call that asks a person. */
export function isAsked(part: MessagePart): part is CallPart {
  return 'toolCallId' in part && (part.approval !== undefined || part.wanted !== undefined)
}

/** Whether a part is a call that nobody has answered. One whose answer is being sent has its output already. */
export function isWaiting(part: MessagePart): part is CallPart {
  if (!isAsked(part)) return false
  const { wanted, state } = part
  if (!wanted) return state === 'approval-requested'
  const isOpen = state === 'input-available' || state === 'approval-responded'
  return isOpen && wanted.answer === undefined && wanted.auto === undefined
}
