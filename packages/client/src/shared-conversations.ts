import type { Codec } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { LiveConversation } from './live-conversation.ts'
import { createLiveConversation } from './live-conversation.ts'
import type { OpenOptions } from './open-options.ts'
import { lateOptions } from './open-options.ts'
import { sayInDevelopment } from './say-in-development.ts'

/** A conversation on a channel with its holders. */
export interface Shared {
  readonly transport: ConversationTransport
  readonly key: string
  readonly live: LiveConversation
  readonly holders: Set<OpenOptions>
  /** Each option as the first holder gave it who has it. */
  readonly settings: OpenOptions
  started: boolean
}

/** Milliseconds that a conversation without holders continues, because React takes several tasks to mount again. */
const LINGER = 100
/** How many released conversations keep their messages. */
const KEPT = 8

/** By transport, and then by agents and codec: with other agents or another codec, the same messages are another conversation. */
const conversations = new WeakMap<ConversationTransport, Map<string, Shared>>()
let left: readonly WeakRef<Shared>[] = []

export function sharedOn(transport: ConversationTransport, options: OpenOptions): Shared {
  const there = onTransport(transport)
  const key = agentKey(options.agent) + codecKey(options.codec)
  const known = there.get(key) ?? (key === '' ? [...there.values()][0] : undefined)
  if (known) return known
  const holders = new Set<OpenOptions>()
  const settings = lateOptions((field) => {
    for (const holder of holders) if (holder[field] !== undefined) return holder[field]
    return options[field]
  })
  const shared: Shared = { transport, key, live: createLiveConversation(transport, settings), holders, settings, started: false }
  there.set(key, shared)
  return shared
}

/** @returns releases it; the last release detaches the channel if this conversation attached it */
export function hold(shared: Shared, options: OpenOptions): () => void {
  const { transport, key, live, holders } = shared
  // A copy by prototype, so that two holds with one options object are two, and its getters are still read late.
  const holder: OpenOptions = Object.create(options)
  sayWhatIsNotUsed(shared, holder)
  holders.add(holder)
  // It may have been dropped since it was rendered.
  if (!onTransport(transport).has(key)) onTransport(transport).set(key, shared)
  if (!shared.started) {
    shared.started = true
    live.start()
  }
  return () => {
    if (!holders.delete(holder) || holders.size > 0) return
    // A holder may return at once (strict mode, a remount); detaching would cost a re-attachment.
    live.clock.after(LINGER, () => {
      if (holders.size === 0 && shared.started) leave(shared)
    })
  }
}

/** Options that two holders must have in common. A function may be a new one with each render and mean the same. */
const common = ['rewind', 'history', 'since', 'text', 'agent'] as const

function sayWhatIsNotUsed({ transport, settings, holders }: Shared, holder: OpenOptions): void {
  if (holders.size === 0) return
  for (const field of common) {
    const [wanted, used] = [holder[field], settings[field]]
    if (wanted === undefined || used === undefined || String(wanted) === String(used)) continue
    sayInDevelopment(
      `the option \`${field}\` of one of those who open "${transport.name}" is not used; another opened the same conversation before it with another value: give all of them the same`,
    )
  }
}

function leave(shared: Shared): void {
  shared.started = false
  const heir = [...onTransport(shared.transport).values()].find(({ started }) => started)
  shared.live.stop(heir?.live)
  left = [...left.filter((other) => other.deref() !== shared), new WeakRef(shared)]
  while (left.length > KEPT) {
    const oldest = left[0]?.deref()
    left = left.slice(1)
    if (oldest && !oldest.started) conversations.get(oldest.transport)?.delete(oldest.key)
  }
}

function onTransport(transport: ConversationTransport): Map<string, Shared> {
  let there = conversations.get(transport)
  if (!there) conversations.set(transport, (there = new Map()))
  return there
}

const codecs = new WeakMap<Codec, string>()
let spoken = 0

function codecKey(codec: OpenOptions['codec']): string {
  if (!codec) return ''
  if (!codecs.has(codec)) codecs.set(codec, `\ncodec ${++spoken}`)
  return codecs.get(codec) ?? ''
}

/** The same string for options with the same agents; a function may be a new one with each render. */
export function agentKey(agent: OpenOptions['agent']): string {
  return typeof agent === 'function' ? 'function' : agent === undefined ? '' : [agent].flat().join('\n')
}
