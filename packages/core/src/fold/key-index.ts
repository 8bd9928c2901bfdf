import type { MessageRecord } from './record.ts'
import { kept } from '../shared/kept.ts'

/** Serials by key, for records whose key is not their serial. A record that has another key by now may still be listed. */
type Layer = ReadonlyMap<string, readonly string[]>

/** Layers that get smaller from first to last, so a new record costs a few look-ups and does not rebuild an index of thousands. */
const layers = kept<readonly MessageRecord[], readonly Layer[]>()

/** The serials of records that may have this key. */
export function holdersOf(base: readonly MessageRecord[], key: string): readonly string[] {
  let known = layers.get(base)
  if (!known) layers.set(base, (known = [layerOf(base)]))
  return known.flatMap((layer) => layer.get(key) ?? [])
}

/** Reuses the index of `before` for `after`, which also has the records of `added`. */
export function carryKeys(
  before: readonly MessageRecord[],
  added: readonly MessageRecord[],
  after: readonly MessageRecord[],
): void {
  const known = layers.get(before)
  if (known) layers.set(after, merged([...known, layerOf(added)]))
}

function merged(all: readonly Layer[]): readonly Layer[] {
  const [last, previous] = [all.at(-1), all.at(-2)]
  if (!last || !previous || last.size < previous.size) return all
  const both = new Map(previous)
  for (const [key, serials] of last) both.set(key, [...(both.get(key) ?? []), ...serials])
  return merged([...all.slice(0, -2), both])
}

function layerOf(records: readonly MessageRecord[]): Layer {
  const layer = new Map<string, readonly string[]>()
  for (const { id, key } of records) if (key !== id) layer.set(key, [...(layer.get(key) ?? []), id])
  return layer
}
