import type { Permissions } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { LiveConversation } from '../live/live-conversation.ts'
import { createLiveConversation } from '../live/live-conversation.ts'
import type { OpenOptions, SharedOptions } from './open-options.ts'
import { sayInDevelopment } from '../say-in-development.ts'

/** An opener of a conversation, with its present options. */
export interface Opener {
  options: OpenOptions
  /** Called with the branch that was chosen on a page of those who look at one together. */
  readonly onBranch: (id: string | undefined) => void
}

/** A conversation on a transport with its openers. */
export interface Shared {
  readonly transport: ConversationTransport
  readonly live: LiveConversation
  readonly openers: Set<Opener>
  /** The options of the opener that created it, or of the last one that adopted it. */
  founder: OpenOptions
  started: boolean
}

/** Milliseconds that a conversation without openers continues, because React takes several tasks to mount again. */
const LINGER = 100
/** How many released conversations keep their messages. */
const KEPT = 8

const conversations = new WeakMap<ConversationTransport, Set<Shared>>()
let left: readonly WeakRef<Shared>[] = []

/**
 * Finds or creates the conversation for an opener's options. `agent`, `text`, `codec` and `permissions` define a conversation: all its openers have the same.
 * An opener without any of them joins an existing conversation.
 *
 * @param current the opener's present conversation. The opener keeps it if only functions were replaced and no other opener uses it, because
 * a component may give new functions with each render
 */
export function conversationFor(transport: ConversationTransport, opener: Opener, current?: Shared): Shared {
  const { options } = opener
  if (current && isAlone(current, opener) && isAlike(current.founder, options)) return adopted(current, options)
  const all = [...onTransport(transport)]
  const known = all.find(({ founder }) => isSame(founder, options))
  if (known) return known
  if (!isDefining(options)) {
    const any = current ?? all[0]
    if (any) return any
  }
  const unused = all.find((shared) => shared.openers.size === 0 && isAlike(shared.founder, options))
  return unused ? adopted(unused, options) : create(transport, options)
}

function create(transport: ConversationTransport, founder: OpenOptions): Shared {
  const openers = new Set<Opener>()
  const live = createLiveConversation(transport, combined(founder, openers), founder.initial)
  const shared: Shared = { transport, live, openers, founder, started: false }
  onTransport(transport).add(shared)
  return shared
}

function adopted(shared: Shared, options: OpenOptions): Shared {
  shared.founder = options
  optionsChanged(shared)
  return shared
}

/** Combines the options again, after one of the openers, or the options of one, changed. */
export function optionsChanged({ live, founder, openers }: Shared): void {
  live.setOptions(combined(founder, openers))
}

function combined(founder: OpenOptions, openers: ReadonlySet<Opener>): SharedOptions {
  const all = openers.size > 0 ? [...openers].map(({ options }) => options) : [founder]
  const first = <Field extends keyof SharedOptions>(field: Field): OpenOptions[Field] =>
    all.find(({ [field]: value }) => value !== undefined)?.[field]
  const { agent, text, codec, permissions } = founder
  const counts = all.flatMap(({ history }) => history ?? [])
  return {
    agent,
    text,
    codec,
    permissions,
    notifyAgent: first('notifyAgent'),
    rewind: first('rewind'),
    since: first('since'),
    clock: first('clock'),
    history: counts.length > 0 ? Math.max(...counts) : undefined,
    log: joinedLogs(all.flatMap(({ log }) => log ?? [])),
  }
}

/** The options of a log that contains what each of these logs contains. */
function joinedLogs(all: readonly NonNullable<OpenOptions['log']>[]): OpenOptions['log'] {
  const wanted = all.flatMap((log) => (log === false ? [] : [log === true ? {} : log]))
  if (wanted.length === 0) return undefined
  const limit = Math.max(...wanted.map(({ limit = Infinity }) => limit))
  return { ...(limit < Infinity && { limit }), raw: wanted.some(({ raw }) => raw === true) }
}

/** @returns releases it; the last release detaches the channel if a conversation on this transport attached it */
export function retain(shared: Shared, opener: Opener): () => void {
  const { transport, live, openers } = shared
  // A separate object, because one opener may retain twice.
  const own: Opener = {
    get options() {
      return opener.options
    },
    onBranch: opener.onBranch,
  }
  sayWhatIsNotUsed(shared, own)
  openers.add(own)
  const unfollow = live.together.follow(own.onBranch)
  optionsChanged(shared)
  // It may have been dropped since it was rendered.
  onTransport(transport).add(shared)
  if (!shared.started) {
    shared.started = true
    live.start()
  }
  return () => {
    if (!openers.delete(own)) return
    unfollow()
    optionsChanged(shared)
    if (openers.size > 0) return
    // The opener may return at once (strict mode, a remount), and a detach would cost a new attachment.
    live.clock.after(LINGER, () => {
      if (openers.size === 0 && shared.started) leave(shared)
    })
  }
}

/** Options that have one value per attachment. */
const single = ['rewind', 'since'] as const

function sayWhatIsNotUsed({ transport, openers }: Shared, opener: Opener): void {
  for (const field of single) {
    const wanted = opener.options[field]
    const used = [...openers].map(({ options }) => options[field]).find((value) => value !== undefined)
    if (wanted === undefined || used === undefined || wanted === used) continue
    sayInDevelopment(
      () =>
        `the option \`${field}\` of one of those who open "${transport.name}" is not used; another opened the same conversation before it with another value: give all of them the same`,
    )
  }
}

function leave(shared: Shared): void {
  shared.started = false
  const next = [...onTransport(shared.transport)].find(({ started }) => started)
  shared.live.stop(next?.live)
  left = [...left.filter((other) => other.deref() !== shared), new WeakRef(shared)]
  while (left.length > KEPT) {
    const oldest = left[0]?.deref()
    left = left.slice(1)
    if (oldest && !oldest.started) conversations.get(oldest.transport)?.delete(oldest)
  }
}

function onTransport(transport: ConversationTransport): Set<Shared> {
  let there = conversations.get(transport)
  if (!there) conversations.set(transport, (there = new Set()))
  return there
}

function isDefining({ agent, text, codec, permissions }: OpenOptions): boolean {
  return [agent, text, codec, permissions].some((option) => option !== undefined)
}

function isAlone({ openers }: Shared, opener: Opener): boolean {
  return [...openers].every(({ options }) => options === opener.options)
}

/** Whether two openers read every message the same way. */
function isSame(one: OpenOptions, other: OpenOptions): boolean {
  const named = typeof one.agent !== 'function' || one.agent === other.agent
  return (
    isAlike(one, other) &&
    one.text === other.text &&
    named &&
    allPermissions.every((may) => permission(one, may) === permission(other, may))
  )
}

const allPermissions: readonly (keyof Permissions)[] = ['mayAnswer', 'mayCancel', 'maySteer', 'mayEdit']

function permission({ permissions }: OpenOptions, may: keyof Permissions): Permissions[keyof Permissions] {
  return permissions?.[may]
}

/** Whether options differ in functions at most. */
function isAlike(one: OpenOptions, other: OpenOptions): boolean {
  return (
    one.codec === other.codec &&
    typeof one.text === typeof other.text &&
    namesOf(one.agent) === namesOf(other.agent) &&
    allPermissions.every((may) => typeof permission(one, may) === typeof permission(other, may))
  )
}

function namesOf(agent: OpenOptions['agent']): string {
  return typeof agent === 'function' ? 'function' : agent === undefined ? '' : [agent].flat().join('\n')
}
