import type { ConversationEvent, RefusedVersion } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import { normalise } from '@streamfold/core'
import type { Clock } from '../clock.ts'
import { sleep } from '@streamfold/core/transport'
import type { Reading } from './reading.ts'

const PAUSE = 150
const LONGEST = 10_000

/** Reads one message until `signal` aborts because it is no longer behind. A failed read is retried after increasing pauses. */
export async function readMessage(
  transport: ConversationTransport,
  serial: string,
  { reading, clock, receive, signal }: ReadMessageOptions,
): Promise<void> {
  for (let pause = PAUSE; !signal.aborted;) {
    try {
      const message = await transport.fetchMessage(serial)
      if (signal.aborted) return
      receive(normalise(message, { ...reading(), source: 'history' }), [message])
      pause = PAUSE
    } catch {
      // The service does not have it yet, or cannot be reached.
      pause = Math.min(pause * 2, LONGEST)
    }
    if (!signal.aborted) await sleep(clock, pause, signal)
  }
}

/**
 * Reads the versions of one message, whose newest one is by someone who may not change it. A failed read is retried after increasing pauses.
 */
export async function readVersions(
  transport: ConversationTransport,
  { serial, version }: RefusedVersion,
  { reading, clock, receive, signal }: ReadMessageOptions,
): Promise<void> {
  const done: ConversationEvent = { type: 'versions-read', serial, upTo: version }
  // A known text stays, and a message without one is not shown.
  if (transport.capabilities.fetchVersions !== true) return receive(done, [])
  for (let pause = PAUSE; !signal.aborted; pause = Math.min(pause * 2, LONGEST)) {
    try {
      const versions = await transport.fetchVersions(serial)
      if (signal.aborted) return
      const events = versions.map((message) => normalise(message, { ...reading(), source: 'history' }))
      return receive([...events, done], versions)
    } catch {
      // The service cannot be reached.
    }
    await sleep(clock, pause, signal)
  }
}

interface ReadMessageOptions {
  readonly reading: () => Reading
  readonly clock: Clock
  readonly receive: (events: ConversationEvent | readonly ConversationEvent[], messages: readonly unknown[]) => void
  readonly signal: AbortSignal
}
