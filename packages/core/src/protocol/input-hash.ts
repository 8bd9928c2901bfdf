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
  let high = 0xcbf29ce4
  let low = 0x84222325

  function add(byte: number): void {
    low = (low ^ byte) >>> 0
    // Times 2^40 + 0x1b3: each product fits into a number.
    const product = low * 0x1b3
    high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + low * 2 ** 8) % 2 ** 32
    low = product >>> 0
  }

  // The core uses no `TextEncoder`: it needs nothing but the language.
  for (const character of text) {
    const point = character.codePointAt(0)! // No character is empty.
    const code = point >= 0xd800 && point < 0xe000 ? 0xfffd : point
    const more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3
    add(more === 0 ? code : ((0xff00 >> (more + 1)) & 0xff) | (code >> (6 * more)))
    for (let left = more - 1; left >= 0; left--) add(0x80 | ((code >> (6 * left)) & 0x3f))
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}
