import type { Head } from '@streamfold/core/codec'
import type { Blocks } from './blocks.ts'
import { createBlocks } from './blocks.ts'
import type { Calls, KnownCall } from './calls.ts'
import { createCalls } from './calls.ts'
import type { Fields } from '../fields.ts'
import type { OpenPart, PartList } from './part-list.ts'
import { createPartList } from './part-list.ts'
import { createWireIds } from './wire-ids.ts'

type Of<Type extends Head['type']> = Omit<Extract<Head, { readonly type: Type }>, 'type' | 'id'>

/** Makes parts, in the order in which a model gives them. */
export interface Parts extends Pick<PartList, 'take' | 'isFramed'>, Omit<Blocks, 'hasText' | 'endAll'>, Omit<Calls, 'nextStep'> {
  /** @returns its id; of a page or a document that is known already, the id of the first time */
  source(fields: Of<'source'>, id?: string): string
  /** A source supports the last text. */
  cite(fields: Of<'cite'>): void
  file(fields: Of<'file'>): void
  custom(fields: Of<'custom'>, data?: unknown): void
  data(name: string, id: string | undefined, data: unknown): void
  /** Data whose JSON text comes in pieces. */
  dataDelta(name: string, id: string | undefined, delta: string): void
  meta(metadata: Fields): void
  /** Another step begins. The first one begins without being said. */
  step(): void
}

/**
 * @param describe gives the sentence that readers see for a tool that failed
 * @param unknown called with what cannot be written
 * @param known the calls of a response that goes on
 */
export function createParts(
  describe: (error: Error) => string,
  unknown: (what: string) => void,
  known?: readonly KnownCall[],
): Parts {
  const list = createPartList(unknown, known !== undefined)
  const ids = createWireIds((known ?? []).map(({ id }) => id))
  const blocks = createBlocks(list, ids)
  const calls = createCalls(list, ids, describe, known)
  const sources = new Map<string, string>()
  const streamed = new Map<string, { readonly part: OpenPart; text: string }>()
  return {
    ...calls,
    take: list.take,
    get isFramed() {
      return list.isFramed
    },
    get textLength() {
      return blocks.textLength
    },
    text: blocks.text,
    reasoning: blocks.reasoning,
    start: blocks.start,
    end: blocks.end,
    source(fields, given) {
      const { url, title, filename, mediaType, provider } = fields
      const key = url ?? JSON.stringify([title, filename, mediaType, given ?? provider])
      const known = sources.get(key)
      if (known !== undefined && (given === undefined || given === known)) return known
      const id = given ?? `source-${sources.size + 1}`
      sources.set(key, known ?? id)
      list.add({ type: 'source', id, ...fields })
      return id
    },
    cite(fields) {
      if (blocks.hasText) list.add({ type: 'cite', ...fields })
    },
    file: (fields) => list.add({ type: 'file', ...fields }),
    custom: (fields, data) =>
      list.addWhole({ type: 'custom', ...fields }, data === undefined ? '' : list.json(data, fields.kind)),
    dataDelta(name, id, delta) {
      const key = JSON.stringify([name, id])
      const known = streamed.get(key)
      if (known && list.open === known.part) {
        list.write(known.part, delta)
        known.text += delta
        return
      }
      // Another part has begun since, which completed the data: it is written again as far as it has come.
      const started = { part: { id: undefined }, text: (known?.text ?? '') + delta }
      streamed.set(key, started)
      list.stream({ type: 'data', name, ...(id !== undefined && { id }) }, started.part)
      list.write(started.part, started.text)
    },
    data(name, id, data) {
      list.addWhole({ type: 'data', name, ...(id !== undefined && { id }) }, list.json(data, `data of ${name}`))
    },
    meta: (metadata) => list.addWhole({ type: 'meta' }, list.json(metadata, 'the metadata')),
    step() {
      if (!list.hasBegun) return
      blocks.endAll()
      calls.nextStep()
      list.addWhole({ type: 'step' }, '')
    },
  }
}
