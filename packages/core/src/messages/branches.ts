import type { Message } from '../protocol/message.ts'
import { setNewest } from '../shared/bounded-map.ts'
import type { BranchClaims } from './branch-claims.ts'
import { answeredBy, isByParent, isHidden } from './branch-claims.ts'

/** The alternatives of a conversation, and its paths. Messages are numbers: their places in the list. */
export interface Branches {
  /** The path on which a message is; without one the default path. */
  readonly path: (head?: number) => Path
  /** The alternatives of a prompt or a response, oldest first; itself alone where it has none. */
  readonly siblings: (at: number) => readonly number[]
  /** The requests for other responses to a prompt. */
  readonly requests: (prompt: number) => readonly number[]
}

export interface Path {
  /** The messages that are shown, in order. */
  readonly shown: readonly number[]
  readonly isOn: (at: number) => boolean
  /** The request that a prompt's response on this path answers, or the prompt itself. */
  readonly attempt: (prompt: number) => number
  /** Whether the head decides that, and not the newest response. */
  readonly isChosen: (prompt: number) => boolean
}

/**
 * What is chosen: of alternative prompts one, by the oldest of them; of the attempts at a prompt one, by the prompt. An attempt is the prompt, a request, or
 * where the parent decides a response.
 */
interface Choices {
  readonly prompts: Map<number, number>
  readonly attempts: Map<number, number>
}

/** Paths that are kept: one for each view, and the default one. */
const KEPT = 8

/** @param isWaiting whether a request waits for its response, as far as is known */
export function branchesOf(claims: BranchClaims, isWaiting: (request: Message) => boolean): Branches {
  const { messages, find, edits, requests } = claims
  const newest: Choices = { prompts: new Map(), attempts: new Map() }
  /** What each message follows: of a response the prompt or the request, of a request its prompt; -1 for nothing. */
  const parents: number[] = []
  const isOn: boolean[] = []
  /** The messages of the path so far, requests among them. */
  const path: number[] = []
  /** Prompts by the oldest of them, and requests by their prompt. */
  const alternatives = new Map<number, number[]>()
  const attempts = new Map<number, number[]>()
  /** The first response of each attempt. */
  const answers = new Map<number, number>()
  /** Responses that are attempts themselves, by what they follow. */
  const rivals = new Map<number, number[]>()
  const replied = new Set(messages.map(({ role, replyTo }) => (role === 'assistant' ? find(replyTo) : undefined)))
  /** The newest message that a prompt behind each place follows. Where the conversation went on elsewhere, nobody waits for a response. */
  const followed: number[] = []
  let after = -1
  for (let at = messages.length - 1; at >= 0; at--) {
    followed[at] = after
    const { role, parent } = messages[at]!
    const named = role === 'user' ? find(parent) : undefined
    if (named !== undefined && named < at && !requests.has(named)) after = Math.max(after, named)
  }

  messages.forEach((message, at) => {
    parents[at] = parentOf(message, at)
    const prompt = requests.get(at)
    if (prompt !== undefined) add(attempts, prompt, at)
    else if (message.role === 'user') add(alternatives, edits.get(at) ?? at, at)
    else if (isRival(at)) {
      const asked = parents[at]!
      const before = newest.attempts.get(asked) ?? asked
      add(rivals, asked, at)
      newest.attempts.set(asked, at)
      if (isOn[before]) leave(before)
    }
    // Where the parent decides, a request is no attempt before it has a response.
    const oldest = prompt !== undefined && isByParent(message) ? undefined : (prompt ?? edits.get(at))
    if (oldest !== undefined) {
      const choices = prompt === undefined ? newest.prompts : newest.attempts
      const before = choices.get(oldest) ?? oldest
      if (prompt === undefined ? isText(at) || !isText(before) : isAttempt(at) && (replied.has(at) || followed[at]! <= prompt)) {
        choices.set(oldest, at)
        if (isOn[before]) leave(before)
      }
    }
    if (message.role === 'assistant' && isPrompt(parents[at]!) && !answers.has(parents[at]!)) answers.set(parents[at]!, at)
    isOn[at] = belongs(at, isOn, newest)
    if (isOn[at]) path.push(at)
  })

  function parentOf(message: Message, at: number): number {
    const { role, parent, replyTo } = message
    const known = requests.get(at) ?? parents[edits.get(at) ?? at]
    if (known !== undefined) return known
    if (isByParent(message)) return role === 'user' ? older(parent, at) : answeredAt(message, at)
    const named = find(role === 'user' ? parent : replyTo)
    if (named !== undefined && named < at && (role === 'user' || isPrompt(named))) return named
    // A response may arrive before the channel has acknowledged its prompt, which stands before it.
    if (role === 'assistant' && replyTo !== undefined) return messages[at - 1]?.status === 'sending' ? at - 1 : -1
    return path.at(-1) ?? -1
  }

  function older(name: string | undefined, at: number): number {
    const named = find(name)
    return named !== undefined && named < at ? named : -1
  }

  /** What a response follows where the parent decides. That may be another response, behind which a client has asked again. */
  function answeredAt(response: Message, at: number): number {
    const named =
      answeredBy(response)
        .map((name) => older(name, at))
        .find((before) => before >= 0) ?? -1
    return requests.get(named) ?? named
  }

  function isRival(at: number): boolean {
    return messages[at]!.role === 'assistant' && isByParent(messages[at]!) && parents[at]! >= 0
  }

  /** The newest response to a request, where that is an attempt itself. */
  function rivalFor(request: number): number | undefined {
    if (!requests.has(request)) return undefined
    const at = messages.findLastIndex(({ role, replyTo }) => role === 'assistant' && find(replyTo) === request)
    return at >= 0 && isRival(at) ? at : undefined
  }

  /** Takes off the path what follows an alternative that is no longer the newest. */
  function leave(from: number): void {
    let kept = path.length
    while (kept > 0 && path[kept - 1]! >= from) kept--
    for (const at of path.splice(kept)) {
      isOn[at] = belongs(at, isOn, newest)
      if (isOn[at]) path.push(at)
    }
  }

  function belongs(at: number, on: readonly boolean[], { prompts, attempts }: Choices): boolean {
    const parent = parents[at]!
    if (parent >= 0 && !on[parent]) return false
    const prompt = requests.get(at)
    if (prompt !== undefined) return attempts.get(prompt) === at
    if (messages[at]!.role === 'assistant') return (attempts.get(parent) ?? parent) === (isRival(at) ? at : parent)
    const oldest = edits.get(at) ?? at
    return (prompts.get(oldest) ?? oldest) === at
  }

  /** Whether a request leads to a response: it has one, or it waits for one. */
  function isAttempt(at: number): boolean {
    return isText(at) && (replied.has(at) || isWaiting(messages[at]!))
  }

  /** Whether a prompt was neither withdrawn nor kept from the channel. */
  function isText(at: number): boolean {
    const { status } = messages[at]! // A place in the list.
    return status !== 'deleted' && status !== 'failed'
  }

  function isPrompt(at: number): boolean {
    return messages[at]?.role === 'user'
  }

  function choose(head: number): Choices & { readonly chosen: ReadonlySet<number> } {
    const choices = { prompts: new Map(newest.prompts), attempts: new Map(newest.attempts) }
    const chosen = new Set<number>()
    for (let at = rivalFor(head) ?? head; at >= 0; at = parents[at]!) {
      const parent = parents[at]!
      const isResponse = messages[at]!.role === 'assistant'
      if (!isResponse && !requests.has(at)) choices.prompts.set(edits.get(at) ?? at, at)
      else if (isRival(at)) {
        choices.attempts.set(parent, at)
        chosen.add(parent)
      } else if (isResponse ? isPrompt(parent) && !requests.has(parent) : at !== head || isAttempt(at)) {
        choices.attempts.set(parent, isResponse ? parent : at)
        chosen.add(parent)
      }
    }
    return { ...choices, chosen }
  }

  const paths = new Map<number, Path>()

  function pathOf(head = -1): Path {
    let known = paths.get(head)
    if (known) return known
    const choices = choose(head)
    const on: boolean[] = []
    messages.forEach((_, at) => on.push(belongs(at, on, choices)))
    known = {
      shown: [...messages.keys()].filter((at) => on[at] && !isHidden(claims, at)),
      isOn: (at) => on[at] === true,
      attempt(prompt) {
        const attempt = choices.attempts.get(prompt) ?? prompt
        const request = isRival(attempt) ? find(messages[attempt]!.replyTo) : attempt
        return request !== undefined && requests.get(request) === prompt ? request : prompt
      },
      isChosen: (prompt) => choices.chosen.has(prompt),
    }
    setNewest(paths, head, known, KEPT)
    return known
  }

  return {
    path: pathOf,
    requests: (prompt) => attempts.get(prompt) ?? [],
    siblings(at) {
      const { role } = messages[at]! // A place in the list.
      if (role === 'user' && !requests.has(at)) return alternatives.get(edits.get(at) ?? at) ?? [at]
      const parent = role === 'user' ? at : parents[at]!
      const own = rivals.get(requests.get(at) ?? parent) ?? []
      if (own.length > 1) return own
      const prompt = isPrompt(parent) ? (requests.get(parent) ?? parent) : undefined
      if (prompt === undefined) return [at]
      const all = [prompt, ...(attempts.get(prompt) ?? [])].flatMap((attempt) => answers.get(attempt) ?? [])
      return all.length > 1 ? all : [at]
    },
  }
}

function add(lists: Map<number, number[]>, key: number, at: number): void {
  const list = lists.get(key)
  if (list) list.push(at)
  else lists.set(key, [at])
}
