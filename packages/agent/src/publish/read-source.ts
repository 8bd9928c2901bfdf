import type { StreamEnd } from '../source/chunk.ts'
import type { PartChunk } from '../source/parts/part-chunk.ts'
import type { SourceReader } from '../source/source.ts'
import type { Clock } from '../clock.ts'
import type { Settings, StreamOptions } from './options/options.ts'
import { ReaderError } from './reader-error.ts'
import type { MessageChain } from './messages/message-chain.ts'
import type { PartsWriter } from './parts/parts-writer.ts'

/** How the reading of a source ended. */
export type Ending =
  | ({ readonly status: 'complete' } & Partial<StreamEnd>)
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly error: unknown }

/** Any error as reason but an AbortError (a timeout, a shutdown) is a failure; what a user stops is cancelled. */
export function endingFor(signal: AbortSignal): Ending {
  const reason: unknown = signal.reason
  return reason instanceof Error && reason.name !== 'AbortError' ? { status: 'failed', error: reason } : { status: 'cancelled' }
}

/** Reads the source into the response until it ends, fails, is silent for too long or is stopped. */
export async function readSource(
  reader: SourceReader,
  first: Promise<readonly PartChunk[] | undefined>,
  parts: PartsWriter,
  chain: MessageChain,
  stop: Interruption,
  { signal, turn }: StreamOptions,
  { clock, silenceLimit, toolLimit, heartbeat }: Settings,
): Promise<Ending> {
  const over = (): Ending | undefined => {
    if (signal?.aborted) return endingFor(signal)
    return stop.failure && { status: 'failed', error: stop.failure.error }
  }
  let asking = true
  let asked = turn === undefined
  const watch = watchSilence(clock, {
    limit: () => (reader.inTool ? toolLimit : silenceLimit),
    // Checked twice as often as it is due, or some heartbeats would come at twice the interval.
    interval: Math.min(heartbeat / 2, silenceLimit, toolLimit),
    isAwaited: () => asking && asked,
    sendHeartbeat: () => chain.sendHeartbeat(heartbeat),
    onSilent: () => stop.fail(reader.inTool ? new SilenceError(toolLimit, 'tool') : new SilenceError(silenceLimit, 'model')),
  })
  reader.watch(() => watch.reset())
  const onTurn = (): void => {
    asked = true
    watch.reset()
  }
  turn?.then(onTurn, onTurn)
  let next = first
  try {
    for (;;) {
      const chunk = await stop.wait(next)
      const before = over()
      if (before) return before
      if (chunk === undefined) return { status: 'complete', ...reader.end }
      asking = false
      const begun = parts.write(chunk)
      if (begun) await begun
      await stop.wait(chain.ready())
      const behind = over()
      if (behind) return behind
      watch.reset()
      asking = true
      next = reader.next()
    }
  } catch (error) {
    return (
      over() ?? {
        status: 'failed',
        error: error ?? new Error(`the model's stream failed with ${String(error)} instead of an error`),
      }
    )
  } finally {
    watch.stop()
  }
}

/** The source yielded nothing for longer than `silenceLimit`, or, while a tool ran, than `toolLimit`. */
export class SilenceError extends ReaderError {
  override readonly name = 'SilenceError'
  readonly code: 'model-silent' | 'tool-silent'

  constructor(limit: number, who: 'model' | 'tool') {
    super(
      `unable to finish the response; ${who === 'tool' ? 'a tool' : 'the model'} gave nothing for ${Math.round(limit / 1000)} s`,
    )
    this.code = `${who}-silent`
  }
}

/** Gives up waits when the signal aborts or the agent's own work fails. */
export interface Interruption {
  /** Settles like `promise`, or with undefined as soon as the signal aborts or there is a failure. */
  wait<T>(promise: Promise<T>): Promise<T | undefined>
  /** Gives up the wait that is on, and any later one. */
  fail(error: unknown): void
  /** Whether there is a reason to give up. */
  readonly over: boolean
  /** What it was given up for, other than the signal. */
  readonly failure: { readonly error: unknown } | undefined
  /** Lets go of the signal. */
  release(): void
}

/**
 * One listener for the whole response. `Promise.race` against one long-lived promise would add a reaction to it for every
 * token and keep them all until the end.
 */
export function interruption(signal: AbortSignal | undefined): Interruption {
  let failure: { readonly error: unknown } | undefined
  let giveUp: (() => void) | undefined
  const onAbort = (): void => giveUp?.()
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    wait: (promise) =>
      new Promise((resolve, reject) => {
        promise.then(resolve, reject)
        giveUp = () => resolve(undefined)
        if (failure || signal?.aborted) giveUp()
      }),
    fail(error) {
      failure ??= { error }
      giveUp?.()
    },
    get over() {
      return failure !== undefined || signal?.aborted === true
    },
    get failure() {
      return failure
    },
    release: () => signal?.removeEventListener('abort', onAbort),
  }
}

/** Watches a source for silence. */
interface SilenceWatch {
  /** The source has given something, text or not. */
  reset(): void
  stop(): void
}

interface SilenceOptions {
  /** Milliseconds after which `onSilent` is called, once; asked every `interval`. */
  readonly limit: () => number
  /** Milliseconds from one call of `sendHeartbeat` to the next. */
  readonly interval: number
  /** Whether the source is being waited for: what has not been asked cannot be silent. */
  readonly isAwaited: () => boolean
  readonly sendHeartbeat: () => void
  readonly onSilent: () => void
}

/** One timer for the whole stream, not one per token. */
function watchSilence(clock: Clock, { limit, interval, isAwaited, sendHeartbeat, onSilent }: SilenceOptions): SilenceWatch {
  let activeAt = clock.now()
  let over = false
  let cancel: (() => void) | undefined
  const plan = (): void => {
    const wait = Math.min(interval, activeAt + limit() - clock.now())
    // Longer waits than a timer can take are none.
    if (wait < 2 ** 31) cancel = clock.after(Math.max(1, wait), ring)
  }
  function ring(): void {
    if (over) return
    if (!isAwaited()) activeAt = clock.now()
    if (clock.now() - activeAt >= limit()) {
      over = true
      return onSilent()
    }
    sendHeartbeat()
    plan()
  }
  plan()
  return {
    reset: () => void (activeAt = clock.now()),
    stop() {
      over = true
      cancel?.()
    },
  }
}
