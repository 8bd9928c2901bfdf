/** Names parts on the wire, where texts, reasoning and calls share their names: a body says no more than the name. */
export interface WireIds {
  /** The name of a part that begins: the id that the model's stream gives it, unless another part has it. */
  name(kind: 'text' | 'reasoning' | 'tool', id: string): string
}

/** @param calls names of calls that the response has already */
export function createWireIds(calls: readonly string[]): WireIds {
  /** For what each name stands: a kind and an id of the stream. */
  const owners = new Map(calls.map((call) => [call, 'a call']))
  /** The next number of each: a model may use one id for thousands of calls. */
  const numbers = new Map<string, number>()
  return {
    name(kind, id) {
      const owner = `${kind} ${id}`
      // A text may have the id of an earlier one, which is complete then. A call is there to the end.
      const isTaken = (name: string): boolean => owners.has(name) && (kind === 'tool' || owners.get(name) !== owner)
      let number = numbers.get(owner) ?? 1
      let name = number === 1 ? id : `${id}-${number}`
      while (isTaken(name)) name = `${id}-${++number}`
      numbers.set(owner, number)
      owners.set(name, owner)
      return name
    },
  }
}
