import type { Head } from '@streamfold/core/codec'
import { escapeBody, frameHead } from '@streamfold/core/codec'
import type { PartChunk } from '../../source/parts/part-chunk.ts'
import { fitChunk } from './fit-chunk.ts'
import type { DataPiece } from './frame-writer.ts'
import { createAsks } from './asks.ts'
import { emptyFrameWriter, endParts, resumedFrameWriter, writePart } from './frame-writer.ts'
import type { MessageChain } from '../messages/message-chain.ts'
import type { Settings, StreamOptions } from '../options/options.ts'
import type { ResponseCalls } from './response-calls.ts'
import type { Resumed } from '../messages/resumed.ts'
import { noCalls, noteHead, unasked } from './response-calls.ts'
import { createShownParts, mayWithhold } from './shown-parts.ts'

/** Writes parts into the messages of a response. */
export interface PartsWriter {
  /** The pieces with which a response that goes on begins. */
  begin(chunks: readonly PartChunk[]): readonly DataPiece[]
  /** There is a promise while a further message is begun. @throws as it rejects, when the response cannot go on */
  write(chunks: readonly PartChunk[]): Promise<void> | undefined
  /** Writes what ends the open parts: the source gives no more. As `write`. */
  end(): Promise<void> | undefined
  /** Asks about calls that the agent has not run. As `write`. */
  askForCalls(): Promise<void> | undefined
  /** The calls of the response. */
  readonly calls: ResponseCalls
  /** Calls the listener when the calls have changed. */
  watchCalls(listener: () => void): void
  /** The data with all that readers do not receive; undefined where they receive everything, and where it is not kept. */
  readonly withheld: string | undefined
}

export function createPartsWriter(
  chain: MessageChain,
  options: StreamOptions,
  { clock, report }: Settings,
  resumed?: Resumed,
): PartsWriter {
  const { show = {}, keepWithheld } = options
  const asks = createAsks(options, report)
  let calls = resumed?.calls ?? noCalls
  const shown = createShownParts(show, report, calls)
  // Where readers receive everything, nothing is written a second time.
  const full = keepWithheld && (mayWithhold(show) || resumed?.whole !== undefined) ? createFullData(resumed) : undefined
  let frames = resumed ? resumedFrameWriter() : emptyFrameWriter()
  let onCalls = (): void => undefined
  /** Behind the results of earlier calls another step begins. */
  let needsStep = resumed !== undefined
  /** A further message is being begun: what is written meanwhile comes behind. */
  let pushing: Promise<void> | undefined

  function push(pieces: readonly DataPiece[]): Promise<void> | undefined {
    const pushed = pushing ? pushing.then(() => chain.push(pieces)) : chain.push(pieces)
    if (!pushed) return undefined
    const until = (pushing = pushed.finally(() => {
      if (pushing === until) pushing = undefined
    }))
    return until
  }

  /** What the chunks say of calls is noted, and what they ask is completed. */
  function noted(chunks: readonly PartChunk[]): readonly PartChunk[] {
    const before = calls
    const all = chunks.flatMap((chunk): readonly PartChunk[] => {
      const asked = asks.addTo(chunk, calls, clock.now())
      if (!('head' in asked)) return [asked]
      const { head } = asked
      calls = noteHead(calls, head)
      const isStep = needsStep && ofStep.has(head.type)
      if (isStep || head.type === 'step') needsStep = false
      return isStep ? [{ head: { type: 'step' } }, asked] : [asked]
    })
    if (calls !== before) onCalls()
    return all
  }

  function piecesOf(chunks: readonly PartChunk[]): DataPiece[] {
    const all: DataPiece[] = []
    for (const chunk of chunks.flatMap((each) => fitChunk(each, chain.limit, report))) {
      const [next, pieces] = writePart(frames, chunk, clock.now())
      frames = next
      all.push(...pieces)
    }
    return all
  }

  function take(given: readonly PartChunk[]): readonly DataPiece[] {
    const chunks = noted(given)
    if (full) for (const chunk of chunks) full.add(chunk, clock.now())
    return piecesOf(chunks.flatMap((chunk) => shown.take(chunk)))
  }

  return {
    begin: take,
    write: (chunks) => push(take(chunks)),
    askForCalls: () => push(take(asks.about(unasked(calls)))),
    end() {
      const last = piecesOf(shown.rest())
      const at = clock.now()
      full?.end(at)
      const [next, pieces] = endParts(frames, at)
      frames = next
      return push([...last, ...pieces])
    },
    get calls() {
      return calls
    },
    watchCalls(listener) {
      onCalls = listener
    },
    get withheld() {
      return shown.hasWithheld || resumed?.whole !== undefined ? full?.data : undefined
    },
  }
}

/** Types of heads with which a step may begin. */
const ofStep: ReadonlySet<Head['type']> = new Set(['text', 'reasoning', 'tool', 'source', 'file', 'custom', 'data'])

/** The data of a response of which nothing is withheld, in one piece however long it is. */
function createFullData(resumed: Resumed | undefined) {
  let frames = resumed ? resumedFrameWriter() : emptyFrameWriter()
  let data = resumed ? (resumed.whole ?? [...resumed.full.map((message) => message.data), resumed.data].join('')) : ''
  const add = (pieces: readonly DataPiece[]): void => {
    for (const piece of pieces) data += 'head' in piece ? frameHead(piece.head) : escapeBody(piece.body)
  }
  return {
    add(chunk: PartChunk, at: number): void {
      const [next, pieces] = writePart(frames, chunk, at)
      frames = next
      add(pieces)
    },
    end(at: number): void {
      const [next, pieces] = endParts(frames, at)
      frames = next
      add(pieces)
    },
    get data() {
      return data
    },
  }
}
