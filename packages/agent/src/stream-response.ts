import type { ResponseWriter } from '@streamfold/core'
import type { Interruption } from './interruption.ts'
import { interruption } from './interruption.ts'
import type { MessageEnd } from './message-stream.ts'
import type { StreamOptions } from './options.ts'
import { resolveSettings } from './options.ts'
import type { Outcome } from './outcome.ts'
import type { ResponseParts } from './response-parts.ts'
import { responseParts } from './response-parts.ts'
import type { Source, SourceReader } from './source.ts'
import { openSource } from './source.ts'

export interface ResponseStream {
  /** Serial of the response. Rejects when it cannot be created; unhandled, that rejection makes no noise. */
  readonly serial: Promise<string>
  /** How it ended, once the service has answered every operation. Never rejects. */
  readonly finished: Promise<Outcome>
}

/**
 * Streams `source` into one message: created at once and empty, appended to as text arrives, its last append carrying the
 * terminal status. Appends are pipelined; a rejected one is repaired at once by a full update that live viewers see.
 * The source is always closed. A response over the service's message size continues in further messages, each naming the
 * one before it in its `continues` header.
 *
 * @param writer where the response goes
 * @param source what the model yields; a promise of it is awaited after the response has begun
 */
export function streamResponse(
  writer: ResponseWriter,
  source: Source | PromiseLike<Source>,
  options: StreamOptions = {},
): ResponseStream {
  let begun!: (serial: string) => void
  let failedToBegin!: (error: unknown) => void
  const serial = new Promise<string>((resolve, reject) => {
    begun = resolve
    failedToBegin = reject
  })
  serial.catch(() => undefined) // the outcome reports it too
  return { serial, finished: run(writer, source, options, begun, failedToBegin) }
}

async function run(
  writer: ResponseWriter,
  source: Source | PromiseLike<Source>,
  options: StreamOptions,
  begun: (serial: string) => void,
  failedToBegin: (error: unknown) => void,
): Promise<Outcome> {
  const { signal } = options
  const reader = openSource(source)
  const stop = interruption(signal)
  const parts = responseParts(writer, options, resolveSettings(options))
  try {
    // Pulled before the message exists: the model thinks while the create travels.
    const first = reader.next()
    first.catch(() => undefined) // awaited by pump(), unless it never comes to that
    const early = signal?.aborted ? endingFor(signal) : undefined
    try {
      const serial = await parts.begin(early?.status ?? 'streaming', early && errorHeader(early, options))
      begun(serial)
      if (early) return outcome(early, '', { repairs: 0, error: undefined })
      const ours = options.confirm ? await options.confirm(serial) : true
      if (!ours) return { status: 'yielded', text: '', repairs: 0 }
    } catch (error) {
      failedToBegin(error)
      return { status: 'failed', text: '', repairs: 0, error }
    }
    const ending = await pump(reader, first, parts, stop, signal)
    reader.close() // before the wait for the wire: a stopped model should stop at once
    return outcome(ending, parts.text, await parts.finish(ending.status, errorHeader(ending, options)))
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
  signal: AbortSignal | undefined,
): Promise<Ending> {
  let next = first
  try {
    for (;;) {
      const piece = await stop.wait(next)
      if (signal?.aborted) return endingFor(signal)
      if (piece === undefined) return { status: 'complete' }
      await parts.push(piece)
      await stop.wait(parts.ready())
      if (signal?.aborted) return endingFor(signal)
      next = reader.next()
    }
  } catch (error) {
    return signal?.aborted ? endingFor(signal) : { status: 'failed', error }
  }
}

type Ending = { readonly status: 'complete' | 'cancelled' } | { readonly status: 'failed'; readonly error: unknown }

/** Any error as reason but an AbortError (a timeout, a shutdown) is a failure; what a user stops is cancelled. */
function endingFor(signal: AbortSignal): Ending {
  const reason: unknown = signal.reason
  return reason instanceof Error && reason.name !== 'AbortError' ? { status: 'failed', error: reason } : { status: 'cancelled' }
}

function outcome(ending: Ending, text: string, { repairs, error }: MessageEnd): Outcome {
  if (ending.status === 'failed') return { status: 'failed', text, repairs, error: ending.error }
  return error === undefined ? { status: ending.status, text, repairs } : { status: 'failed', text, repairs, error }
}

function errorHeader(ending: Ending, { describe = messageOf }: StreamOptions): string | undefined {
  if (ending.status !== 'failed') return undefined
  try {
    return describe(ending.error)
  } catch {
    return 'unable to finish the response'
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
