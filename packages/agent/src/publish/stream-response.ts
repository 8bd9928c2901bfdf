import { checkHeaders, checkWriter } from '../serve/check-arguments.ts'
import type { FinishReason, Headers } from '@streamfold/core'
import type { ResponseWriter } from '@streamfold/core/transport'
import type { Deferred } from '../deferred.ts'
import { deferred } from '../deferred.ts'
import type { Interruption } from './interruption.ts'
import { interruption } from './interruption.ts'
import type { MessageEnd } from './message-stream.ts'
import type { Settings, StreamOptions } from './options.ts'
import { resolveSettings } from './options.ts'
import type { Outcome } from './outcome.ts'
import type { StreamEnd } from '../source/chunk.ts'
import { describeSafely, ReaderError } from './reader-error.ts'
import type { ResponseEnd, ResponseParts } from './response-parts.ts'
import { responseParts } from './response-parts.ts'
import { watchSilence } from './silence.ts'
import type { Source, SourceReader } from '../source/source.ts'
import { openSource } from '../source/source.ts'

export interface ResponseStream {
  /** Serial of the response. Rejects when it cannot be created; unhandled, that rejection makes no noise. */
  readonly serial: Promise<string>
  /** How it ended, once the service has answered every operation. Never rejects. */
  readonly finished: Promise<Outcome>
  /**
   * Adds headers to the response: they go out with its next append, or after a tenth of a second in one of their own, and stay through repairs and
   * further messages. After the response has ended nothing is added.
   *
   * @throws RangeError when all that was added takes more than 2 KB, TypeError when a value is no string, or a name is the protocol's (`role`,
   * `status`, …)
   */
  annotate(headers: Headers): void
  /** Somebody else has written to the response: its text is put right by a full update. */
  disturbed(): void
}

/**
 * Streams `source` into one message: created at once and empty, appended to as text arrives, its last append carrying the
 * terminal status. Appends are pipelined; a rejected one is repaired at once by a full update that live viewers see.
 * The source is always closed. A response over the service's message size continues in further messages, each naming the
 * one before it in its `continues` header.
 *
 * @param writer where the response goes
 * @param source what the model yields; a promise of it is awaited after the response has begun
 * @throws RangeError, TypeError when an option is out of its bounds. What goes wrong later is in the outcome, and given to `onError`
 */
export function streamResponse(
  writer: ResponseWriter,
  source: Source | PromiseLike<Source>,
  options: StreamOptions = {},
): ResponseStream {
  checkWriter(writer)
  const settings = resolveSettings(options)
  checkHeaders('stream the response', options.headers)
  const begun = deferred<string>()
  begun.promise.catch(() => undefined) // the outcome reports it too
  const stop = interruption(options.signal)
  const parts = responseParts(writer, options, settings, stop)
  const reader = openSource(source, settings.clock, settings.report)
  const finished = run(parts, reader, stop, options, settings, begun).then((outcome) => {
    if (outcome.status === 'failed') settings.report(outcome.error)
    return outcome
  })
  return { serial: begun.promise, finished, annotate: (headers) => parts.annotate(headers), disturbed: () => parts.disturbed() }
}

async function run(
  parts: ResponseParts,
  reader: SourceReader,
  stop: Interruption,
  options: StreamOptions,
  settings: Settings,
  begun: Deferred<string>,
): Promise<Outcome> {
  const { signal } = options
  try {
    // Pulled before the message exists: the model thinks while the create travels.
    const first = reader.next()
    first.catch(() => undefined) // awaited by pump(), unless it never comes to that
    const early = signal?.aborted ? endingFor(signal) : undefined
    try {
      const serial = await parts.begin(early ? endOf(early, options, settings) : { status: 'streaming' })
      begun.resolve(serial)
      if (early) return outcome(early, '', { repairs: 0, error: undefined })
      const ours = options.confirm ? await options.confirm(serial) : true
      if (!ours) return { status: 'superseded', text: '', repairs: 0 }
      parts.confirmed()
    } catch (error) {
      begun.reject(error)
      return { status: 'failed', text: '', repairs: 0, error }
    }
    const ending = await pump(reader, first, parts, stop, options, settings)
    reader.close() // before the wait for the wire: a stopped model should stop at once
    return outcome(ending, parts.text, await parts.finish(endOf(ending, options, settings, parts.text)))
  } finally {
    reader.close()
    stop.release()
  }
}

async function pump(
  reader: SourceReader,
  first: Promise<string | undefined>,
  parts: ResponseParts,
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
    sendHeartbeat: () => parts.sendHeartbeat(heartbeat),
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
      await parts.push(chunk)
      await stop.wait(parts.ready())
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

type Ending =
  | ({ readonly status: 'complete' } & Partial<StreamEnd>)
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly error: unknown }

/** Any error as reason but an AbortError (a timeout, a shutdown) is a failure; what a user stops is cancelled. */
function endingFor(signal: AbortSignal): Ending {
  const reason: unknown = signal.reason
  return reason instanceof Error && reason.name !== 'AbortError' ? { status: 'failed', error: reason } : { status: 'cancelled' }
}

function outcome(ending: Ending, text: string, { repairs, error }: MessageEnd): Outcome {
  const failed = ending.status === 'failed'
  if (error !== undefined) return { status: 'failed', text, repairs, error: failed ? ending.error : error, unwritten: true }
  if (failed) return { status: 'failed', text, repairs, error: ending.error }
  const finish = finishOf(ending)
  return { status: ending.status, text, repairs, ...(finish && { finish }) }
}

function finishOf(ending: Ending): FinishReason | undefined {
  return ending.status === 'complete' ? ending.finish : undefined
}

/** How the response ends, as its headers say it. */
function endOf(ending: Ending, options: StreamOptions, settings: Settings, text = ''): ResponseEnd {
  const { status } = ending
  if (status === 'failed') return { status, error: errorHeader(ending.error, options, settings) }
  if (status === 'cancelled') return { status }
  const { finish, instead } = ending
  return { status, ...(finish && { finish }), ...(instead && text.trim() === '' && { empty: instead }) }
}

function errorHeader(error: unknown, { describe = describeSafely }: StreamOptions, { report }: Settings): string {
  try {
    const said: unknown = describe(error)
    if (typeof said === 'string' && said !== '') return said
  } catch (failure) {
    report(failure)
  }
  return describeSafely(error)
}
