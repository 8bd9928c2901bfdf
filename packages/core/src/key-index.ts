import type { Message } from './message.ts'

/** Serials by key, of messages whose key is not their serial. One that has got another key since may be among them. */
type Layer = ReadonlyMap<string, readonly string[]>

/** Each layer is smaller than the one before it, so that a new message costs a few look-ups, and not an index of thousands. */
const layers = new WeakMap<readonly Message[], readonly Layer[]>()

/** The serials of messages that may have this key. */
export function holdersOf(settled: readonly Message[], key: string): readonly string[] {
  let known = layers.get(settled)
  if (!known) layers.set(settled, (known = [layerOf(settled)]))
  return known.flatMap((layer) => layer.get(key) ?? [])
}

/** Keeps the index of `before` for `after`, which has the messages of `added` too. */
export function carryKeys(before: readonly Message[], added: readonly Message[], after: readonly Message[]): void {
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

function layerOf(messages: readonly Message[]): Layer {
  const layer = new Map<string, readonly string[]>()
  for (const { id, key } of messages) if (key !== id) layer.set(key, [...(layer.get(key) ?? []), id])
  return layer
}
