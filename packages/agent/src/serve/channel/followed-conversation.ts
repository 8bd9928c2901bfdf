import type { Conversation, ConversationEvent, MessageRecord } from '@streamfold/core'
import { emptyConversation, reduce, toJSON } from '@streamfold/core'
import type { AgentChannel, ResponseWriter } from '@streamfold/core/transport'
import { forgetOlder, sleep, snapshotsOf } from '@streamfold/core/transport'
import type { Clock } from '../../clock.ts'
import { messageLimit } from '../prompt/assignment.ts'
import { createOwnWrites } from './own-writes.ts'

/** The conversation of the channel, kept by the agent through the core's fold. */
export interface FollowedConversation {
  /** The channel's writer; what it has acknowledged is folded, too. */
  readonly writer: ResponseWriter
  /** Folds what the channel delivers. */
  receive(event: ConversationEvent): void
  /** The agent was attached: what came before may have been missed. */
  attached(): void
  /** The conversation as it is now. Reads history only if something may have been missed; rejects when that cannot be read. */
  current(): Promise<Conversation>
  /** A message as far as it is known now. */
  record(serial: string): MessageRecord | undefined
  /** Reads history, for what was published but is not delivered yet. */
  refresh(): Promise<Conversation>
  /** Resolves when the conversation has changed, after `ms` milliseconds, or when `signal` aborts. */
  changed(ms: number, signal: AbortSignal): Promise<void>
}

/** Of the records that a model is given, so many times as many are kept; forgotten are the oldest when there are half as many again. */
const KEPT = 2

export function followConversation(channel: AgentChannel, clock: Clock): FollowedConversation {
  const keep = KEPT * messageLimit(channel)
  let state = emptyConversation()
  /** Counts the losses of continuity. */
  let epoch = 0
  /** The epoch whose history was read; -1 before the first read. */
  let readEpoch = -1
  let reading: Promise<void> | undefined
  const waiting = new Set<() => void>()
  const own = createOwnWrites({
    channel,
    clock,
    known: record,
    onEnded: fold,
    onUnknown: lose,
  })

  function record(serial: string): MessageRecord | undefined {
    return toJSON(state).records.find(({ id }) => id === serial)
  }

  function fold(...events: readonly ConversationEvent[]): void {
    const before = state
    state = events.reduce(reduce, state)
    const { base, recent } = state.records
    if (base.length + recent.length > keep * 1.5) state = forgetOlder(state, keep)
    if (state !== before) notify()
  }

  function lose(): void {
    epoch++
    notify()
  }

  function notify(): void {
    for (const resume of waiting) resume()
  }

  async function read(): Promise<void> {
    for (;;) {
      const from = epoch
      const conversation = await channel.conversation()
      // Forgotten records are older, too.
      const hasOlder = conversation.context.hasOlder || state.context.hasOlder
      fold(...snapshotsOf(conversation), { type: 'history', state: 'older', hasOlder })
      if (from !== epoch) continue
      readEpoch = epoch
      return
    }
  }

  function refresh(): Promise<Conversation> {
    reading ??= read().finally(() => (reading = undefined))
    return reading.then(latest)
  }

  function latest(): Conversation {
    fold(...own.take())
    return state
  }

  return {
    writer: own.writer,
    receive(event) {
      if (event.type === 'channel' && event.state === 'attached' && !event.resumed) epoch++
      fold(event)
    },
    attached: lose,
    async current() {
      const missed = readEpoch !== epoch || state.context.behind.length > 0
      return missed ? refresh() : latest()
    },
    record,
    refresh,
    async changed(ms, signal) {
      const over = new AbortController()
      const end = (): void => over.abort()
      if (signal.aborted) return
      signal.addEventListener('abort', end)
      waiting.add(end)
      // A longer wait than a timer can take would be over at once.
      await sleep(clock, Math.min(ms, 2 ** 31 - 1), over.signal)
      waiting.delete(end)
      signal.removeEventListener('abort', end)
    },
  }
}
