/** A value, or a function that reads it: give a function for what may change, because Svelte follows what is read, not what is passed. */
export type MaybeGetter<Value> = Value | (() => Value)

/** Reads a value that is not itself a function. */
export function valueOf<Value>(given: MaybeGetter<Value>): Value {
  return typeof given === 'function' ? (given as () => Value)() : given
}
