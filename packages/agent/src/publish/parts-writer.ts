import { escapeBody, frameHead } from '@streamfold/core/codec'
import type { PartChunk } from '../source/part-chunk.ts'
import { fitChunk } from './fit-chunk.ts'
import type { DataPiece } from './frame-writer.ts'
import { emptyFrameWriter, endParts, writePart } from './frame-writer.ts'
import type { MessageChain } from './message-chain.ts'
import type { Settings, StreamOptions } from './options.ts'
import { createShownParts } from './shown-parts.ts'

/** Writes parts into the messages of a response. */
export interface PartsWriter {
  write(chunks: readonly PartChunk[]): Promise<void>
  /** Writes what ends the open parts: the source gives no more. */
  end(): Promise<void>
  /** The data with all that readers do not receive; undefined where they receive everything, and where it is not kept. */
  readonly withheld: string | undefined
}

export function createPartsWriter(
  chain: MessageChain,
  { show = {}, keepWithheld }: StreamOptions,
  { clock, report }: Settings,
): PartsWriter {
  const shown = createShownParts(show, report)
  const full = keepWithheld && createFullData()
  let frames = emptyFrameWriter

  async function push(pieces: readonly DataPiece[]): Promise<void> {
    for (const piece of pieces) await chain.push(piece)
  }

  async function writeShown(chunks: readonly PartChunk[]): Promise<void> {
    for (const chunk of chunks.flatMap((each) => fitChunk(each, chain.limit, report))) {
      const [next, pieces] = writePart(frames, chunk, clock.now())
      frames = next
      await push(pieces)
    }
  }

  return {
    async write(chunks) {
      for (const chunk of chunks) {
        full?.add(chunk, clock.now())
        await writeShown(shown.take(chunk))
      }
    },
    async end() {
      await writeShown(shown.rest())
      const at = clock.now()
      full?.end(at)
      const [next, pieces] = endParts(frames, at)
      frames = next
      await push(pieces)
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
