import type { ConversationEvent } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import type { Clock } from '../../clock.ts'
import { sleep } from '@streamfold/core/transport'
import type { Report } from '../../publish/options/reporter.ts'

/** Keeps an agent subscribed to its channel. */
export interface Attachment {
  /** Resolves when the agent is subscribed; what was lost is subscribed again. */
  attach(): Promise<void>
  /** Unsubscribes, and does not subscribe again by itself. */
  leave(): Promise<void>
}

export interface AttachmentOptions {
  readonly channel: AgentChannel
  readonly clock: Clock
  readonly onEvent: (event: ConversationEvent) => void
  /** Called each time that the agent has been subscribed: what was before may have been missed. */
  readonly onAttached: () => void
  readonly onError: Report
}

/** Pause before a lost channel is attached again, in milliseconds; it doubles each time. */
const PAUSE = 1_000
const LONGEST = 60_000
/** Ably's code for a closed client, which does not come back. */
const CLOSED = 80_017

/**
 * A channel that has failed, or was detached, delivers nothing any more, no cancel either, and the client does not attach it again. So it
 * is attached again here: at once for the next prompt, and by itself after ever longer pauses. One that is suspended comes back by itself.
 */
export function createAttachment({ channel, clock, onEvent, onAttached, onError }: AttachmentOptions): Attachment {
  const left = new AbortController()
  let subscribed: Promise<() => void> | undefined
  let isSubscribed = false
  let returning = false

  function subscribe(): Promise<() => void> {
    if (subscribed) return subscribed
    const subscribing = channel.subscribe(receive).then(
      (stop) => {
        isSubscribed = true
        onAttached()
        return stop
      },
      (error: unknown) => {
        subscribed = undefined // the next prompt tries again
        throw error
      },
    )
    return (subscribed = subscribing)
  }

  function receive(event: ConversationEvent): void {
    onEvent(event)
    if (event.type === 'channel' && (event.state === 'failed' || event.state === 'detached')) lost()
  }

  function lost(): void {
    // A channel that was never attached is attached by the next prompt.
    if (!isSubscribed || left.signal.aborted) return
    isSubscribed = false
    void subscribed?.then((stop) => stop())
    subscribed = undefined
    if (!returning) void comeBack()
  }

  async function comeBack(): Promise<void> {
    returning = true
    for (let pause = PAUSE; !left.signal.aborted && !isSubscribed; pause = Math.min(pause * 2, LONGEST)) {
      await sleep(clock, pause, left.signal)
      if (left.signal.aborted || isSubscribed) break
      try {
        await subscribe()
      } catch (error) {
        if (typeof error === 'object' && error !== null && 'code' in error && error.code === CLOSED) break
        onError(error)
      }
    }
    returning = false
  }

  return {
    attach: async () => void (await subscribe()),
    async leave() {
      left.abort()
      const stop = await subscribed?.catch(() => undefined) // It was never attached.
      stop?.()
    },
  }
}
