import type { Head, ProviderMetadata } from '@streamfold/core/codec'
import type { OpenPart, PartList } from './part-list.ts'
import type { WireIds } from './wire-ids.ts'

/** A piece of text or of reasoning. */
export interface Piece {
  /** Names the block; undefined where blocks are not named. */
  readonly id?: string | undefined
  readonly provider?: ProviderMetadata | undefined
}

type Kind = 'text' | 'reasoning'

/** Text and reasoning, in blocks that may have names. */
export interface Blocks {
  /** Length of the text that goes on; 0 where the next text begins a part. */
  readonly textLength: number
  /** Whether there is a text. */
  readonly hasText: boolean
  /** @param apart whether it is of another step than the text before: then it is another part */
  text(text: string, piece: Piece, apart: boolean): void
  reasoning(text: string, piece: Piece): void
  /** Begins a block, which has a part even if it stays empty. */
  start(kind: Kind, piece: Piece, apart: boolean): void
  /** The block, or the open one without a name, is complete. */
  end(kind: Kind, piece: Piece): void
  /** All blocks are complete. */
  endAll(): void
}

interface Block extends OpenPart {
  readonly kind: Kind
  /** Its kind and the id that the stream gives it. */
  readonly key: string
  /** What came behind its head. */
  provider: ProviderMetadata | undefined
}

export function createBlocks(list: PartList, ids: WireIds): Blocks {
  const named = new Map<string, Block>()
  let unnamed: Block | undefined
  let text: Block | undefined
  let textLength = 0

  function begin(kind: Kind, { id: given, provider }: Piece, apart: boolean): Block {
    list.leave()
    const id = given === undefined ? undefined : ids.name(kind, given)
    const isApart = kind === 'text' && apart && list.hasBegun && !list.isBetween
    const head = { ...(id !== undefined && { id }), ...(isApart && { apart: true }), ...(provider && { provider }) }
    const block: Block = {
      kind,
      key: `${kind}:${given ?? ''}`,
      id,
      provider: undefined,
      end: () => (kind === 'reasoning' ? endOf(block) : undefined),
    }
    list.begin({ type: kind, ...head }, block)
    if (given === undefined) unnamed = block
    else named.set(block.key, block)
    if (kind === 'text') {
      text = block
      textLength = 0
    }
    return block
  }

  function find(kind: Kind, { id }: Piece): Block | undefined {
    if (id !== undefined) return named.get(`${kind}:${id}`)
    return unnamed && unnamed === list.open && unnamed.kind === kind ? unnamed : undefined
  }

  function say(kind: Kind, body: string, piece: Piece, apart: boolean): void {
    const known = apart && piece.id === undefined ? undefined : find(kind, piece)
    if (!known && body === '') return
    if (known && piece.provider) known.provider = piece.provider
    const block = known ?? begin(kind, piece, apart)
    list.write(block, body)
    if (block === text) textLength += body.length
  }

  function end(block: Block): void {
    const { kind, id } = block
    list.close(block)
    if (id !== undefined) {
      named.delete(block.key)
      ids.free(id)
      list.endText(endOf(block))
    } else if (kind === 'reasoning') list.add(endOf(block))
  }

  return {
    get textLength() {
      return text && text === list.open ? textLength : 0
    },
    get hasText() {
      return text !== undefined
    },
    text: (body, piece, apart) => say('text', body, piece, apart),
    reasoning: (body, piece) => say('reasoning', body, piece, false),
    start(kind, piece, apart) {
      const before = find(kind, piece)
      if (before) end(before)
      begin(kind, piece, apart)
    },
    end(kind, piece) {
      const block = find(kind, piece)
      if (!block) return
      block.provider = piece.provider ?? block.provider
      end(block)
    },
    endAll() {
      for (const block of named.values()) end(block)
      list.leave()
    },
  }
}

function endOf({ id, provider }: Block): Head {
  return { type: 'end', ...(id !== undefined && { id }), ...(provider && { provider }) }
}
