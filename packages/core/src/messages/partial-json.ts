import type { Frame, Lineage } from '../protocol/frames.ts'

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
  /** The escape that is open, without its backslash. */
  let escape: string | undefined
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

  function closeString(): void {
    const text = string ?? ''
    string = undefined
    if (expected === 'key' || expected === 'first-key') {
      stack.at(-1)!.key = text // A key is expected only in an object.
      expected = 'colon'
    } else add(text)
  }

  function closeToken(): void {
    const value = tokenValue(token, true)
    if (value === undefined) broken = true
    else add(value.is)
    token = ''
  }

  /** Reads inside a string, from `at`; returns where to go on. */
  function readString(text: string, at: number): number {
    if (escape !== undefined) {
      escape += text[at]
      if (escape[0] === 'u' ? escape.length === 5 : true) {
        const character = unescaped(escape)
        if (character === undefined) broken = true
        string += character ?? ''
        escape = undefined
      }
      return at + 1
    }
    special.lastIndex = at
    const found = special.exec(text)
    const end = found ? found.index : text.length
    if (end > at) string += text.slice(at, end)
    if (!found) return end
    if (found[0] === '"') closeString()
    else escape = ''
    return end + 1
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
          at = readString(text, at)
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
          if (broken) return
        }
        readStructure(character)
      }
    },
    value() {
      if (broken) return undefined
      if (stack.length === 0 && token === '' && string === undefined) return root
      const isKey = expected === 'key' || expected === 'first-key'
      let inner: { readonly is: unknown } | undefined =
        string !== undefined && !isKey ? { is: string } : token !== '' ? tokenValue(token, false) : undefined
      for (let depth = stack.length - 1; depth >= 0; depth--) {
        const { items, key } = stack[depth]! // Inside the stack.
        // The parser goes on writing into its own.
        const copy = Array.isArray(items) ? items.slice() : { ...items }
        if (inner) put(copy, key, inner.is)
        inner = { is: copy }
      }
      return inner?.is
    },
  }
}

const special = /["\\]/g

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

const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/** @param whole whether nothing of it is to come */
function tokenValue(token: string, whole: boolean): { readonly is: unknown } | undefined {
  for (const [word, is] of Object.entries(words)) if (whole ? word === token : word.startsWith(token)) return { is }
  const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(token)?.[0]
  return number === undefined || (whole && number !== token) ? undefined : { is: Number(number) }
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

function unescaped(escape: string): string | undefined {
  if (escape[0] !== 'u') return escapes[escape]
  return /^u[\da-fA-F]{4}$/.test(escape) ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : undefined
}

interface Reading {
  readonly parser: PartialJson
  /** What has been read: for each frame its lineage and how much of its body. */
  readonly read: readonly (readonly [lineage: Lineage, length: number])[]
  readonly value: unknown
}

const readings = new WeakMap<Lineage, Reading>()

/**
 * The value of JSON text that streams in frames. Reading it after every token costs as much as reading it once, because a reading
 * continues where the one before ended.
 */
export function readPartialJson(frames: readonly Frame[]): unknown {
  const first = frames[0]
  if (!first) return undefined
  const known = readings.get(first.lineage)
  const continues = known && isBeginning(known.read, frames)
  const parser = continues ? known.parser : createPartialJson()
  const done = continues ? known.read : []
  frames.forEach(({ body, lineage }, at) => parser.feed(lineage.rest(body, done[at]?.[1] ?? 0)))
  const value = parser.value()
  // An older state of the message has its own parser, so that the newest one can continue.
  if (!known || continues) {
    readings.set(first.lineage, { parser, read: frames.map(({ lineage, body }) => [lineage, body.length]), value })
  }
  return value
}

function isBeginning(read: Reading['read'], frames: readonly Frame[]): boolean {
  return (
    read.length <= frames.length &&
    read.every(([lineage, length], at) => {
      const frame = frames[at]! // No more were read than there are.
      if (frame.lineage !== lineage) return false
      // Only the last one may have grown.
      return at === read.length - 1 ? frame.body.length >= length : frame.body.length === length
    })
  )
}
