/** Names parts on the wire, where texts, reasoning and calls share their names: a body says no more than the name. */
export interface WireIds {
  /** The name of a part that begins: the id that the model's stream gives it, unless another part has it. */
  name(kind: 'text' | 'reasoning' | 'tool', id: string): string
  /** The part is complete: another may have its name. A call is there to the end. */
  free(name: string): void
}

/** @param calls names of calls that the response has already */
export function createWireIds(calls: readonly string[]): WireIds {
  const taken = new Set(calls)
  /** The next number of each id: a model may use one for thousands of calls. */
  const numbers = new Map<string, number>()
  return {
    name(kind, id) {
      let number = kind === 'tool' ? (numbers.get(id) ?? 1) : 1
      let name = number === 1 ? id : `${id}-${number}`
      while (taken.has(name)) name = `${id}-${++number}`
      if (kind === 'tool') numbers.set(id, number)
      taken.add(name)
      return name
    },
    free: (name) => void taken.delete(name),
  }
}
