/** Whether two values are the same as JSON: a field that is undefined is as one that is missing. */
export function alike(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = Object.keys(a)
  const others = b as Readonly<Record<string, unknown>> // An object.
  for (const name of names) if (!alike((a as typeof others)[name], others[name])) return false
  return Object.keys(b).every((name) => name in a || others[name] === undefined)
}
