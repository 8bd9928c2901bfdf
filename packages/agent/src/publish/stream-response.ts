import { checkHeaders, checkWriter } from '../serve/check-arguments.ts'
import type { FinishReason, Headers, Message } from '@streamfold/core'
import type { ResponseWriter } from '@streamfold/core/transport'
import type { Deferred } from '../deferred.ts'
import { deferred } from '../deferred.ts'
import { hasVisibleParts } from './parts/has-visible-parts.ts'
import type { Aside } from './parts/aside.ts'
import { createAside } from './parts/aside.ts'
import type { MessageChain, ResponseEnd } from './messages/message-chain.ts'
import type { PartChunk } from '../source/parts/part-chunk.ts'
import type { Resumed } from './messages/resumed.ts'
import type { Rewrite } from './messages/rewrite.ts'
import { createMessageChain } from './messages/message-chain.ts'
import type { MessageEnd } from './write/message-stream.ts'
import type { Settings, StreamOptions } from './options/options.ts'
import { resolveSettings } from './options/options.ts'
import type { Outcome } from './outcome.ts'
import type { PartsWriter } from './parts/parts-writer.ts'
import { createPartsWriter } from './parts/parts-writer.ts'
import { undecided } from './parts/response-calls.ts'
import { describeSafely, ReaderError } from './reader-error.ts'
import type { Ending, Interruption } from './read-source.ts'
import { endingFor, interruption, readSource } from './read-source.ts'
import type { Source, SourceReader } from '../source/source.ts'
import { openSource } from '../source/source.ts'
import { inTime } from '../archive/in-time.ts'
import { withheldData } from '../archive/withheld.ts'
import type { WrittenMessage } from './messages/written-response.ts'
import { readWritten } from './messages/written-response.ts'

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

/** A response that an agent writes. */
export interface AgentStream extends ResponseStream, Pick<Aside, 'write' | 'called'>, Pick<MessageChain, 'written'> {
  /** The data with all that readers do not receive; undefined where they receive everything, and where it is not kept. */
  readonly whole: string | undefined
  /** `respond` is called, for an observer. */
  asked(messages: readonly Message[]): void
  /** Nothing more is written, for an observer. */
  ended(outcome: Outcome): void
}

/**
 * Streams `source` into one message: created at once and empty, appended to as text arrives, its last append carrying the
 * terminal status. Appends are pipelined; a rejected one is repaired at once by a full update that live viewers see.
 * The source is always closed. A response over the service's message size continues in further messages, each naming the
 * one before it in its `continues` header.
 *
 * @param writer where the response goes
 * @param source what the model yields; a promise of it is awaited after the response has begun
 * @throws RangeError, TypeError when an option is out of its bounds. Later errors are in the outcome, and passed to `onError`
 */
export function streamResponse(
  writer: ResponseWriter,
  source: Source | PromiseLike<Source>,
  options: StreamOptions = {},
): ResponseStream {
  const { serial, finished, annotate, disturbed, ended } = streamOn(writer, source, options)
  if (options.observer) void finished.then(ended)
  return { serial, finished, annotate, disturbed }
}

/**
 * As `streamResponse`, for an agent.
 *
 * @param resumed the response that goes on, in place of a new one
 * @param rewrite what an earlier attempt has written, where this one goes on with it
 */
export function streamOn(
  writer: ResponseWriter,
  source: Source | PromiseLike<Source>,
  options: StreamOptions,
  resumed?: Resumed,
  rewrite?: Rewrite,
): AgentStream {
  const open = (settings: Settings): SourceReader => {
    const describe = (error: Error): string => faultText(error, options, settings)
    return openSource(source, settings.clock, describe, settings.report, resumed?.known, settings.observing)
  }
  return streamParts(writer, open, options, resumed, rewrite)
}

/** Streams what a reader gives; see `streamOn`. @param open opens the reader once the options are checked */
export function streamParts(
  writer: ResponseWriter,
  open: (settings: Settings) => SourceReader,
  options: StreamOptions,
  resumed?: Resumed,
  rewrite?: Rewrite,
): AgentStream {
  checkWriter(writer)
  const settings = resolveSettings(options)
  const { observing } = settings
  checkHeaders('stream the response', options.headers)
  const begun = deferred<string>()
  begun.promise.catch(() => undefined) // the outcome reports it too
  const stop = interruption(options.signal)
  const chain = createMessageChain(writer, options, settings, stop, resumed, rewrite)
  const parts = createPartsWriter(chain, options, settings, resumed)
  const aside = createAside(chain, parts)
  const reader = open(settings)
  const finished = run(chain, parts, aside, reader, stop, options, settings, begun, resumed, rewrite).then((outcome) => {
    if (outcome.status === 'failed') settings.report(outcome.error)
    return outcome
  })
  return {
    serial: begun.promise,
    finished,
    annotate: (headers) => chain.annotate(headers),
    disturbed: () => chain.disturbed(),
    get written() {
      return chain.written
    },
    get whole() {
      return parts.withheld
    },
    write: aside.write,
    called: aside.called,
    asked(messages) {
      if (!observing) return
      observing.record({ type: 'asked', at: observing.now(), messages })
      reader.asked()
    },
    ended: (outcome) => observing?.record({ type: 'ended', at: observing.now(), outcome }),
  }
}

async function run(
  chain: MessageChain,
  parts: PartsWriter,
  aside: Aside,
  reader: SourceReader,
  stop: Interruption,
  options: StreamOptions,
  settings: Settings,
  begun: Deferred<string>,
  resumed: Resumed | undefined,
  rewrite: Rewrite | undefined,
): Promise<Outcome> {
  const { signal } = options
  try {
    // Pulled before the message exists: the model thinks while the create travels.
    let first = reader.next()
    first.catch(() => undefined) // awaited by readSource(), unless it never comes to that
    if (resumed) chain.hold(parts.begin(resumed.chunks))
    if (rewrite) {
      aside.repeat()
      const repeated = await repeat(reader, first, rewrite, (chunks) => chain.hold(parts.begin(chunks)))
      if (repeated.isOver && rewrite.ended) {
        const { serial, ...ended } = rewrite.ended
        begun.resolve(serial)
        return ended
      }
      first = repeated.next
    }
    const early = signal?.aborted ? endingFor(signal) : undefined
    let serial: string
    try {
      const made = await chain.begin(early ? endOf(early, options, settings) : { status: 'streaming' })
      serial = resumed?.id ?? made
      begun.resolve(serial)
      const ours = options.confirm ? await options.confirm(made) : true
      if (!ours) return { status: 'superseded', text: '', repairs: 0 }
      if (early) return outcome(early, '', { repairs: 0, error: undefined })
      settings.observing?.record({ type: 'created', at: settings.observing.now(), responseId: serial })
      await chain.confirmed()
      aside.begin()
    } catch (error) {
      begun.reject(error)
      return { status: 'failed', text: '', repairs: 0, error }
    }
    let ending: Ending | Waiting = await readSource(reader, first, parts, chain, stop, options, settings)
    reader.ended(ending.status === 'failed' ? ending.error : undefined)
    reader.close() // before the wait for the wire: a stopped model should stop at once
    try {
      if (options.waits === true && ending.status === 'complete') {
        const asked = parts.askForCalls()
        if (asked) await asked
        if (undecided(parts.calls).length > 0) ending = { status: 'waiting' }
      }
      const begun = parts.end()
      if (begun) await begun
    } catch (error) {
      // Its last parts do not fit, or a further message cannot be made.
      if (ending.status !== 'failed') ending = { status: 'failed', error }
    }
    const { written } = chain
    const text = textOf(written)
    const finished = chain.finish(endOf(ending, options, settings, written))
    const kept = keepWithheld(parts.withheld, serial, written, options, settings)
    return outcome(ending, text, (await Promise.all([finished, kept]))[0])
  } finally {
    reader.close()
    stop.release()
    aside.end()
  }
}

/** Reads what an earlier attempt has recorded: readers get it in one update. @returns what the source gives next, and whether that is its end */
async function repeat(
  reader: SourceReader,
  first: Promise<readonly PartChunk[] | undefined>,
  { over }: Rewrite,
  take: (chunks: readonly PartChunk[]) => void,
): Promise<{ readonly next: Promise<readonly PartChunk[] | undefined>; readonly isOver: boolean }> {
  const end = over.then(() => 'live' as const)
  let next = first
  for (;;) {
    // How the source has ended is read behind it.
    const chunks = await Promise.race([next.catch(() => undefined), end])
    if (!chunks || chunks === 'live') return { next, isOver: !chunks }
    take(chunks)
    next = reader.next()
    next.catch(() => undefined)
  }
}

/** The source has ended, and calls of the response wait for a person or a page. */
interface Waiting {
  readonly status: 'waiting'
}

function outcome(ending: Ending | Waiting, text: string, { repairs, error }: MessageEnd): Outcome {
  const failed = ending.status === 'failed'
  if (error !== undefined) return { status: 'failed', text, repairs, error: failed ? ending.error : error, unwritten: true }
  if (failed) return { status: 'failed', text, repairs, error: ending.error }
  const finish = finishOf(ending)
  return { status: ending.status, text, repairs, ...(finish && { finish }) }
}

/** Its text as readers have it. */
function textOf(written: readonly WrittenMessage[]): string {
  const isPlain = written.every(({ isFramed }) => !isFramed)
  return isPlain ? written.map(({ data }) => data).join('') : readWritten(written).text
}

/** Keeps what readers do not receive. That it cannot be kept does not fail the response. */
async function keepWithheld(
  data: string | undefined,
  serial: string,
  written: readonly WrittenMessage[],
  { keepWithheld: keep }: StreamOptions,
  { report, clock }: Settings,
): Promise<void> {
  if (data === undefined || !keep) return
  try {
    const withheld = await withheldData(serial, data, written)
    await inTime(() => keep(withheld), clock, report)
  } catch (error) {
    report(error)
  }
}

function finishOf(ending: Ending | Waiting): FinishReason | undefined {
  return ending.status === 'complete' ? ending.finish : undefined
}

/** How the response ends, as its headers say it. */
function endOf(
  ending: Ending | Waiting,
  options: StreamOptions,
  settings: Settings,
  written: readonly WrittenMessage[] = [],
): ResponseEnd {
  const { status } = ending
  if (status === 'failed') return { status, error: errorHeader(ending.error, options, settings) }
  if (status === 'cancelled' || status === 'waiting') return { status }
  const { finish, instead } = ending
  return { status, ...(finish && { finish }), ...(instead && !hasVisibleParts(written) && { empty: instead }) }
}

function errorHeader(error: unknown, options: StreamOptions, settings: Settings): string {
  return described(error, options, settings) ?? describeSafely(error)
}

/** What readers see of a tool that failed. */
function faultText(error: Error, options: StreamOptions, settings: Settings): string {
  const { cause } = error
  return described(error, options, settings) ?? (cause instanceof ReaderError ? describeSafely(cause) : 'the tool failed')
}

/** In the words of the product; undefined if it has none. */
function described(error: unknown, { describe }: StreamOptions, { report }: Settings): string | undefined {
  try {
    const said: unknown = describe?.(error)
    return typeof said === 'string' && said !== '' ? said : undefined
  } catch (failure) {
    report(failure)
    return undefined
  }
}
