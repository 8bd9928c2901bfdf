import type { MessageRecord } from '../fold/record.ts'
import { isOpen } from '../fold/standing.ts'
import type { Message } from '../protocol/message.ts'
import type { BranchClaims } from './branch-claims.ts'
import type { Branches } from './branches.ts'
import { branchesOf } from './branches.ts'
import { kept } from '../shared/kept.ts'

/** The responses that hold a prompt up: agents answer earlier prompts first. */
export interface Earlier {
  readonly open: boolean
  /** Local time of their last activity; 0 if there was none. */
  readonly active: number
}

const nobody: Earlier = { open: false, active: 0 }

/** For each message the responses to what was asked before it, on all branches. */
export function heldUp(messages: readonly Message[], claims: BranchClaims | undefined): readonly Earlier[] {
  const places = new Map(messages.map(({ id }, at) => [id, at]))
  const byPlace = new Map<number, Earlier>()
  messages.forEach((message, at) => {
    if (message.role !== 'assistant') return
    const place = askedAt(message, at, claims, (serial) => places.get(serial))
    byPlace.set(place, both(byPlace.get(place), earlier(message)))
  })
  let before = byPlace.get(-1) ?? nobody
  return messages.map((_, at) => {
    const held = before
    before = both(byPlace.get(at), before)
    return held
  })
}

const trees = kept<BranchClaims, Branches>()

/**
 * The same for one prompt, on its own branch: agents do not let it wait for what is written on another one.
 *
 * @param messages as they are now; those of `claims` may be older
 */
export function heldUpOnPath(claims: BranchClaims, messages: readonly Message[], prompt: number): Earlier {
  // Which requests still wait follows from the states of prompts: here they all do, and the newest one counts.
  const branches = trees.get(claims) ?? branchesOf(claims, () => true)
  trees.set(claims, branches)
  return branches.path(prompt).shown.reduce((held, at) => {
    const message = messages[at]! // A place in the list.
    const isEarlier = message.role === 'assistant' && askedAt(message, at, claims, claims.find) < prompt
    return isEarlier ? both(earlier(message), held) : held
  }, nobody)
}

/** The place of the prompt that a response answers; its own if it answers none, because it was there before the prompts after it. -1: not loaded. */
function askedAt(
  { replyTo }: Message,
  at: number,
  claims: BranchClaims | undefined,
  find: (serial: string) => number | undefined,
): number {
  if (replyTo === undefined) return at
  const prompt = find(replyTo) ?? -1
  return claims?.requests.get(prompt) ?? prompt
}

function earlier(message: Message): Earlier {
  const { lastActivityAt } = message as Message & Pick<MessageRecord, 'lastActivityAt'> // A message has its record's fields.
  return { open: isOpen(message), active: lastActivityAt }
}

function both(one: Earlier | undefined, other: Earlier): Earlier {
  return one ? { open: one.open || other.open, active: Math.max(one.active, other.active) } : other
}
