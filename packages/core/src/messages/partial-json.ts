import type { Frame, Lineage } from '../protocol/frames.ts'
import { kept } from '../shared/kept.ts'
import { parsed } from '../shared/json.ts'

/** Reads JSON that has not arrived completely. */
export interface PartialJson {
  /** Takes the next characters. Each character is read once. */
  feed(text: string): void
  /**
   * The value as far as it is known: an open string, list or object with what it has, `tru` as true, a number up to its last digit. A
   * key without a value is left out. Undefined before the first character, and for text that is no JSON.
   */
  value(): unknown
}

/** A list or an object whose end has not arrived. */
interface Open {
  readonly items: unknown[] | Record<string, unknown>
  /** The key of the value that comes next. */
  key: string | undefined
}

type Expected = 'value' | 'first-item' | 'first-key' | 'key' | 'colon' | 'next' | 'end'

/** Reads JSON character by character, and can give its value at any time. */
export function createPartialJson(): PartialJson {
  const stack: Open[] = []
  let expected: Expected = 'value'
  let broken = false
  let root: unknown
  /** The string that is open; undefined outside of strings. */
  let string: string | undefined
  /** The escape that is open. */
  let escape = ''
  /** The number or word that is open. */
  let token = ''

  function add(value: unknown): void {
    const open = stack.at(-1)
    if (!open) {
      root = value
      expected = 'end'
      return
    }
    put(open.items, open.key, value)
    expected = 'next'
  }

  function closeString(text: string): void {
    string = undefined
    if (expected === 'key' || expected === 'first-key') {
      stack.at(-1)!.key = text // A key is expected only in an object.
      expected = 'colon'
    } else add(text)
  }

  function closeToken(): void {
    const value = parsed(token)
    if (value === undefined) broken = true
    else add(value)
    token = ''
  }

  /** Reads inside a string, of which `begun` is known, from `at`; returns where to go on. */
  function readString(begun: string, text: string, at: number): number {
    // An escape that was cut is read again, with the rest of it.
    const from = at - escape.length
    const rest = escape + text.slice(at)
    const [whole] = characters.exec(rest)! // It matches nothing too.
    const more = parsed(`"${whole}"`)
    if (typeof more !== 'string') broken = true
    string = begun + String(more)
    const end = rest[whole.length]
    escape = end === '\\' ? rest.slice(whole.length) : ''
    if (escape !== '' && !cutEscape.test(escape)) broken = true
    if (end !== '"') return text.length
    closeString(string)
    return from + whole.length + 1
  }

  function readStructure(character: string): void {
    const open = stack.at(-1)
    if (character === ' ' || character === '\n' || character === '\r' || character === '\t') return
    const isKey = expected === 'key' || expected === 'first-key'
    const isValue = expected === 'value' || expected === 'first-item'
    if (character === '"' && (isKey || isValue)) string = ''
    else if (character === '{' && isValue) {
      stack.push({ items: {}, key: undefined })
      expected = 'first-key'
    } else if (character === '[' && isValue) {
      stack.push({ items: [], key: undefined })
      expected = 'first-item'
    } else if (character === ':' && expected === 'colon') expected = 'value'
    else if (character === ',' && expected === 'next' && open) {
      expected = Array.isArray(open.items) ? 'value' : 'key'
      open.key = undefined
    } else if ((character === '}' || character === ']') && open && closes(character, open, expected)) {
      stack.pop()
      add(open.items)
    } else if (isValue && /[-\dtfn]/.test(character)) token = character
    else broken = true
  }

  return {
    feed(text) {
      let at = 0
      while (at < text.length && !broken) {
        if (string !== undefined) {
          at = readString(string, text, at)
          continue
        }
        const character = text[at]! // Inside the text.
        at++
        if (token !== '') {
          if (/[\w.+-]/.test(character)) {
            token += character
            continue
          }
          closeToken()
        }
        readStructure(character)
      }
    },
    value() {
      if (broken) return undefined
      if (stack.length === 0 && token === '' && string === undefined) return root
      // A key that is open has no place: the key of its object is not known.
      let inner = string ?? (token === '' ? undefined : begunToken(token))
      for (let depth = stack.length - 1; depth >= 0; depth--) {
        const { items, key } = stack[depth]! // Inside the stack.
        // The parser goes on writing into its own.
        const copy = Array.isArray(items) ? items.slice() : { ...items }
        if (inner !== undefined) put(copy, key, inner)
        inner = copy
      }
      return inner
    },
  }
}

/** Characters of a string, with complete escapes. */
const characters = /(?:[^"\\]+|\\(?:u[\da-fA-F]{4}|[^u]))*/
const cutEscape = /^\\(?:u[\da-fA-F]{0,3})?$/

function put(items: unknown[] | Record<string, unknown>, key: string | undefined, value: unknown): void {
  if (Array.isArray(items)) items.push(value)
  else if (key === '__proto__') Object.defineProperty(items, key, { value, enumerable: true, configurable: true, writable: true })
  else if (key !== undefined) items[key] = value
}

function closes(character: string, { items }: Open, expected: Expected): boolean {
  return Array.isArray(items)
    ? character === ']' && (expected === 'next' || expected === 'first-item')
    : character === '}' && (expected === 'next' || expected === 'first-key')
}

/** A number or word that goes on, as far as it is known. */
function begunToken(token: string): unknown {
  const word = ['true', 'false', 'null'].find((each) => each.startsWith(token))
  return parsed(word ?? /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(token)?.[0] ?? '')
}

interface Reading {
  readonly parser: PartialJson
  /** How much of the body has been read. */
  readonly length: number
}

const readings = kept<Lineage, Reading>()

/**
 * The value of JSON text that streams as a body. Reading it after every token costs as much as reading it once, because a reading
 * continues where the one before ended.
 */
export function readPartialJson({ body, lineage }: Frame): unknown {
  const known = readings.get(lineage)
  const continues = known && known.length <= body.length
  const parser = continues ? known.parser : createPartialJson()
  parser.feed(lineage.rest(body, continues ? known.length : 0))
  // An older state of the message has its own parser, so that the newest one can continue.
  if (!known || continues) readings.set(lineage, { parser, length: body.length })
  return parser.value()
}
