/** Whether objects and lists are nested deeper than `depth`: what encodes a value uses more stack than what decoded it. */
export function deeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  if (depth === 0) return true
  return Object.values(value).some((each) => deeperThan(each, depth - 1))
}
