import { escapeBody, frameHead } from '@streamfold/core/codec'
import type { PartChunk } from '../source/part-chunk.ts'
import { fitChunk } from './fit-chunk.ts'
import type { DataPiece } from './frame-writer.ts'
import { emptyFrameWriter, endParts, writePart } from './frame-writer.ts'
import type { MessageChain } from './message-chain.ts'
import type { Settings, StreamOptions } from './options.ts'
import { createShownParts, mayWithhold } from './shown-parts.ts'

/** Writes parts into the messages of a response. */
export interface PartsWriter {
  /** There is a promise while a further message is begun. @throws as it rejects, when the response cannot go on */
  write(chunks: readonly PartChunk[]): Promise<void> | undefined
  /** Writes what ends the open parts: the source gives no more. As `write`. */
  end(): Promise<void> | undefined
  /** The data with all that readers do not receive; undefined where they receive everything, and where it is not kept. */
  readonly withheld: string | undefined
}

export function createPartsWriter(
  chain: MessageChain,
  { show = {}, keepWithheld }: StreamOptions,
  { clock, report }: Settings,
): PartsWriter {
  const shown = createShownParts(show, report)
  // Where readers receive everything, nothing is written a second time.
  const full = keepWithheld && mayWithhold(show) ? createFullData() : undefined
  let frames = emptyFrameWriter

  function piecesOf(chunks: readonly PartChunk[]): DataPiece[] {
    const all: DataPiece[] = []
    for (const chunk of chunks.flatMap((each) => fitChunk(each, chain.limit, report))) {
      const [next, pieces] = writePart(frames, chunk, clock.now())
      frames = next
      all.push(...pieces)
    }
    return all
  }

  return {
    write(chunks) {
      if (full) for (const chunk of chunks) full.add(chunk, clock.now())
      return chain.push(piecesOf(chunks.flatMap((chunk) => shown.take(chunk))))
    },
    end() {
      const last = piecesOf(shown.rest())
      const at = clock.now()
      full?.end(at)
      const [next, pieces] = endParts(frames, at)
      frames = next
      return chain.push([...last, ...pieces])
    },
    get withheld() {
      return shown.hasWithheld ? full?.data : undefined
    },
  }
}

/** The data of a response of which nothing is withheld, in one piece however long it is. */
function createFullData() {
  let frames = emptyFrameWriter
  let data = ''
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
