import { isObject } from '../shared/json.ts'

/**
 * Hashes the input of a call, for the header `saw` of an answer (P108). It protects from a decision about an input that was not shown, not
 * from an attacker. An input that cannot be read has the hash of the empty text.
 *
 * @param input the parsed input, as a tool part has it
 * @returns 16 hexadecimal digits
 */
export function inputHash(input: unknown): string {
  return fnv(input === undefined ? '' : canonicalJson(input, deepest))
}

/** Deeper values are left out, so that hostile nesting cannot overflow the stack. */
const deepest = 200

/** JSON without spaces, with the keys of each object in the order of their code units. */
function canonicalJson(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (depth === 0) return 'null'
  if (!isObject(value)) return `[${(value as readonly unknown[]).map((each) => canonicalJson(each, depth - 1)).join()}]` // Else a list.
  // An object lists keys that look like numbers first, so it cannot be sorted and then given to JSON.stringify.
  const fields = Object.keys(value).filter((key) => value[key] !== undefined)
  return `{${fields
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key], depth - 1)}`)
    .join()}}`
}

/** FNV-1a with 64 bits of the text in UTF-8, in 16 hexadecimal digits. A surrogate without its other half counts as U+FFFD. */
export function fnv(text: string): string {
  // The core uses no `TextEncoder`: it needs nothing but the language.
  const encoded = encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\u{fffd}'))
  let hash = 0xcbf29ce484222325n
  for (const byte of encoded.match(/%..|./g) ?? []) {
    const value = byte.length > 1 ? `0x${byte.slice(1)}` : byte.charCodeAt(0)
    hash = BigInt.asUintN(64, (hash ^ BigInt(value)) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}
