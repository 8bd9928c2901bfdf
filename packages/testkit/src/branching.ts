import type { Conversation, ConversationEvent, Headers, Message, Permissions } from '@streamfold/core'
import {
  emptyConversation,
  fromJSON,
  normalise,
  reduce,
  selectMessages,
  selectPath,
  selectSiblings,
  toJSON,
} from '@streamfold/core'
import { exportLog, importLog, redactLog, replay } from '@streamfold/core/log'
import * as fc from 'fast-check'
import type { ExpectedTree } from './expected-paths.ts'
import { expectedTree } from './expected-paths.ts'
import type { RawMessage, ServerModel } from './server-model.ts'
import { createServerModel } from './server-model.ts'

/** What people and agents do on a channel with branches. Numbers name messages, by index modulo their number. */
export type BranchingStep =
  | { readonly do: 'prompt'; readonly by: Person; readonly names: Names }
  /** An agent answers the newest prompt, or another one; `to: undefined` names none. */
  | { readonly do: 'respond'; readonly to: number | 'newest' | undefined }
  | { readonly do: 'append'; readonly of: number }
  | { readonly do: 'delete'; readonly of: number }
  /** An author gives an own prompt other headers, which may name any message, also a later one or itself. */
  | { readonly do: 'rename'; readonly prompt: number; readonly names: Names }

type Person = 'alice' | 'bob' | 'moderator' | 'banned'

interface Names {
  readonly parent?: number | 'unknown'
  readonly edits?: number | 'unknown'
  readonly again?: number | 'unknown'
}

/** The product lets a moderator edit, and one client nothing. Of all others only the author may. */
const permissions: Permissions = {
  mayEdit: (by) => (by === 'moderator' ? true : by === 'banned' ? false : undefined),
}

const name = fc.oneof({ weight: 12, arbitrary: fc.nat(30) }, { weight: 1, arbitrary: fc.constant<'unknown'>('unknown') })
const names: fc.Arbitrary<Names> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.record({ parent: name }) },
  { weight: 4, arbitrary: fc.record({ edits: name, parent: name }, { requiredKeys: ['edits'] }) },
  { weight: 4, arbitrary: fc.record({ again: name, parent: name }, { requiredKeys: ['again'] }) },
  { weight: 1, arbitrary: fc.record({ again: name, edits: name }) },
)
const person = fc.constantFrom<Person>('alice', 'alice', 'alice', 'alice', 'alice', 'bob', 'moderator', 'banned')
const named = <Name extends BranchingStep['do']>(what: Name) => fc.constant(what)

/** Channels on which several people edit prompts and ask again, with parents and without, also where they may not. */
export const branching: fc.Arbitrary<readonly BranchingStep[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: named('prompt'), by: person, names }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: named('respond'),
        to: fc.oneof(
          { weight: 4, arbitrary: fc.constant<'newest'>('newest') },
          { weight: 3, arbitrary: fc.nat(30) },
          { weight: 1, arbitrary: fc.constant(undefined) },
        ),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: named('append'), of: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ do: named('delete'), of: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ do: named('rename'), prompt: fc.nat(30), names }) },
  ),
  { minLength: 3, maxLength: 24 },
)

/**
 * However a channel reaches a reader (as it happens, from history, in pages, in any order, twice, or written out and read again), the tree is the same:
 * each path and the siblings of each message are those that PROTOCOL.md says (P125 to P128), told in the plainest way. Every message that is not hidden is
 * on its own path. What is remembered from state to state changes nothing, and neither does the redaction of the log.
 *
 * @param order gives the order in which history reaches one of the readers
 */
export function treeIsTheSame(steps: readonly BranchingStep[], order: readonly number[] = []): void {
  const server = play(steps)
  const live = server.stream.map(({ action, data, full }) => read({ ...full, action, data }))
  const latest = server.serials.map((serial) => server.latest(serial)!)
  const history = latest.map((raw) => read(raw, 'history'))
  const half = Math.floor(history.length / 2)

  let state = emptyConversation()
  for (const event of live) {
    const next = reduce(state, event)
    remembered(next)
    if (event.type === 'appended') sharesTheRest(state, next, event.serial)
    state = next
  }
  const tree = treeOf(state)
  const expected = expectedTree(selectMessages(state), (by) => permissions.mayEdit?.(by))
  if (tree !== quote(expected)) fail('the tree is not that of the protocol', tree, quote(expected))
  eachOnItsPath(state, expected)

  const orders: Readonly<Record<string, readonly ConversationEvent[]>> = {
    history,
    'history, newest first': history.toReversed(),
    'history with the older page last': [...history.slice(half), ...history.slice(0, half)],
    'history in some order': history.toSorted(by(order, history)),
    'all of it twice': [...history, ...live, ...history],
    'history, and the second half live': [...history.slice(0, half), ...live],
  }
  for (const [how, events] of Object.entries(orders)) {
    const found = treeOf(events.reduce(reduce, emptyConversation()))
    if (found !== tree) fail(`another tree from ${how}`, found, tree)
  }
  const thawed = treeOf(fromJSON(JSON.parse(JSON.stringify(toJSON(state)))))
  if (thawed !== tree) fail('another tree from JSON', thawed, tree)
  const log = importLog(exportLog({ start: emptyConversation(), events: live }))
  for (const kept of [log, redactLog(log)]) {
    const found = treeOf(replay(kept))
    if (found !== tree) fail('another tree from the log', found, tree)
  }
}

function by(order: readonly number[], events: readonly ConversationEvent[]) {
  const places = new Map(events.map((event, at) => [event, order[at] ?? at]))
  return (a: ConversationEvent, b: ConversationEvent) => places.get(a)! - places.get(b)!
}

/** A state that has the same contents, and of which nothing is remembered. */
function forgotten({ records, context }: Conversation): Conversation {
  return { records, context: { ...context, options: { ...context.options } } }
}

function remembered(state: Conversation): void {
  const found = quote(ids(selectPath(state)))
  const fresh = quote(ids(selectPath(forgotten(state))))
  if (found !== fresh) fail('what is remembered changes the path', found, fresh)
  if (selectPath(state) !== selectPath(state)) fail('the path of one state is not one array', found, found)
}

/** A token changes one message of a path, and only of one that has it. */
function sharesTheRest(before: Conversation, after: Conversation, serial: string): void {
  const [old, path] = [selectPath(before), selectPath(after)]
  const changed = path.filter((message, at) => message !== old[at])
  if (changed.some(({ id }) => id !== serial)) fail('an append changed another message of the path', quote(ids(changed)), serial)
  if (changed.length === 0 && path !== old) fail('the same path is another array', quote(ids(path)), quote(ids(old)))
}

function eachOnItsPath(state: Conversation, { hidden }: ExpectedTree): void {
  for (const { id } of selectMessages(state)) {
    const path = ids(selectPath(state, id))
    if (path.includes(id) === hidden.includes(id))
      fail(`${id} is ${hidden.includes(id) ? 'hidden, and' : 'not'} on its path`, quote(path), id)
    const siblings = ids(selectSiblings(state, id))
    if (path.includes(id) && siblings.includes(id) && siblings.filter((one) => path.includes(one)).length !== 1)
      fail('a path has several siblings', quote(path), quote(siblings))
  }
}

/** The default path, and for each message its path and its siblings. */
function treeOf(state: Conversation): string {
  const messages = selectMessages(state)
  const hidden = messages.filter(({ id }) => !selectPath(state, id).some((message) => message.id === id))
  return quote({
    path: ids(selectPath(state)),
    paths: messages.map(({ id }) => ids(selectPath(state, id))),
    siblings: messages.map(({ id }) => ids(selectSiblings(state, id))),
    hidden: ids(hidden),
  } satisfies ExpectedTree)
}

function ids(messages: readonly Message[]): readonly string[] {
  return messages.map(({ id }) => id)
}

function read(raw: RawMessage, source?: 'history'): ConversationEvent {
  return normalise(raw, { agent: 'agent', permissions, ...(source && { source }) })
}

function play(steps: readonly BranchingStep[]): ServerModel {
  const server = createServerModel()
  const latest = (serial: string) => server.latest(serial)! // Of one that was created.
  const promptsOf = () => server.serials.filter((serial) => latest(serial).name === 'prompt')
  const pick = (serials: readonly string[], at: number) => serials[at % Math.max(1, serials.length)]
  const headersFor = (names: Names): Headers => {
    const serials = Object.entries(names).map(
      ([header, of]) => [header, of === 'unknown' ? of : pick(server.serials, of)] as const,
    )
    return { role: 'user', ...Object.fromEntries(serials.filter(([, serial]) => serial !== undefined)) }
  }
  for (const step of steps) {
    switch (step.do) {
      case 'prompt': {
        const text = step.names.again === undefined ? 'why' : ''
        server.create(text, headersFor(step.names), { name: 'prompt', clientId: step.by })
        break
      }
      case 'respond': {
        const prompts = promptsOf()
        const prompt = step.to === 'newest' ? prompts.at(-1) : step.to === undefined ? undefined : pick(prompts, step.to)
        server.create('so', { role: 'assistant', status: 'streaming', ...(prompt !== undefined && { 'reply-to': prompt }) })
        break
      }
      case 'append': {
        const serial = pick(
          server.serials.filter((each) => latest(each).name === 'response'),
          step.of,
        )
        if (serial !== undefined) server.append(serial, '.')
        break
      }
      case 'delete': {
        const serial = pick(server.serials, step.of)
        if (serial !== undefined) server.delete(serial)
        break
      }
      case 'rename': {
        const serial = pick(promptsOf(), step.prompt)
        if (serial !== undefined) server.update(serial, latest(serial).data ?? '', headersFor(step.names))
        break
      }
      default:
        step satisfies never
    }
  }
  return server
}

function quote(value: unknown): string {
  return JSON.stringify(value)
}

function fail(what: string, found: string, expected: string): never {
  throw new Error(`${what}:\n${found}\ninstead of\n${expected}`)
}
