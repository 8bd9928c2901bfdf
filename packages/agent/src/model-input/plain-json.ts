/** A JSON value. */
export type Json = null | string | number | boolean | Json[] | JsonFields

export interface JsonFields {
  [name: string]: Json
}

/** Deeper values are cut: the providers' packages go through JSON recursively, and would exhaust the stack. */
const DEEPEST = 64

/** A value that any provider's package can write and any server can read: JSON without halves of characters, and not too deep. */
export function plainJson(value: unknown, depth = 0): Json {
  if (typeof value === 'string') return wellFormed(value)
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return null
  if (depth >= DEEPEST) return '…'
  if (Array.isArray(value)) return value.map((each) => plainJson(each, depth + 1))
  return plainObject(value, depth)
}

/** @param depth of the object in the value that it is from */
export function plainObject(value: object, depth = 0): JsonFields {
  // Some packages refuse an object with this name, because assigning it would change the prototype.
  const entries = Object.entries(value).filter(([name, each]) => name !== '__proto__' && each !== undefined)
  return Object.fromEntries(entries.map(([name, each]) => [wellFormed(name), plainJson(each, depth + 1)]))
}

/** Replaces halves of characters: servers refuse a request with one as no valid JSON. A text that was cut off may end with one. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\u{fffd}')
}
