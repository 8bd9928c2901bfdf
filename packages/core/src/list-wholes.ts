import { joinWhole } from './join-whole.ts'
import type { Message } from './message.ts'
import type { Messages } from './messages.ts'
import { find, list, messagesOf } from './messages.ts'
import { indexOf, partsOf, promptCalled, wholeOf } from './whole.ts'

const lists = new WeakMap<Messages, readonly Message[]>()
const settledLists = new WeakMap<readonly Message[], readonly Message[]>()

/** All messages in order, each whole in the place of its first part. */
export function listWholes(messages: Messages): readonly Message[] {
  let all = lists.get(messages)
  if (!all) lists.set(messages, (all = messages.hot.length === 0 ? listSettled(messages.settled) : overlay(messages)))
  return all
}

/** The whole of this name; undefined when no part of it is known. */
export function findWhole(messages: Messages, whole: string): Message | undefined {
  const parts = partsOf(messages, whole)
  return parts.length > 0 ? joinWhole(parts, (name) => promptCalled(messages, name)) : undefined
}

function listSettled(settled: readonly Message[]): readonly Message[] {
  let all = settledLists.get(settled)
  if (!all) {
    const { parts, prompts } = indexOf(settled)
    const promptOf = (name: string) => prompts.get(name) ?? name
    const shown = settled.map((message) => {
      const whole = wholeOf(message)
      const group = whole === undefined ? undefined : parts.get(whole)
      return !group ? message : group[0] === message ? joinWhole(group, promptOf) : undefined
    })
    settledLists.set(settled, (all = shown.filter((message) => message !== undefined)))
  }
  return all
}

/** What the few messages that are written to make of the list of the others. */
function overlay(messages: Messages): readonly Message[] {
  const { settled, hot } = messages
  const { parts, answers } = indexOf(settled)
  const older = messagesOf(settled)
  const touched = new Set<string>()
  const gone = new Set<string>()
  const fresh = new Map<string, Message>()
  for (const message of hot) {
    const old = find(older, message.id)
    const whole = wholeOf(message)
    const left = old && wholeOf(old)
    if (left !== undefined) touched.add(left)
    if (whole === undefined) fresh.set(message.id, message)
    else {
      touched.add(whole)
      gone.add(message.id)
    }
    // What answers a prompt names it by its serial once that is known.
    if (message.role === 'user') for (const answer of answers.get(message.key) ?? []) touched.add(answer)
  }
  for (const name of touched) {
    const first = parts.get(name)?.[0]
    if (first) gone.add(first.id)
    const whole = findWhole(messages, name)
    if (whole) fresh.set(whole.id, whole)
  }
  const kept = [...gone].some((id) => !fresh.has(id))
    ? listSettled(settled).filter(({ id }) => !gone.has(id))
    : listSettled(settled)
  return list(messagesOf(kept, [...fresh.values()]))
}
