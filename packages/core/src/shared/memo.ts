import { kept } from './kept.ts'

/** Caches the result of a pure function for as long as its argument, an immutable object, is referenced. */
export function memo<From extends object, To>(compute: (from: From) => To): (from: From) => To {
  const known = kept<From, { readonly value: To }>()
  return (from) => {
    let entry = known.get(from)
    if (!entry) known.set(from, (entry = { value: compute(from) }))
    return entry.value
  }
}
