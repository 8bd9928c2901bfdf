import { ReaderError } from '../publish/reader-error.ts'
import { UncertainError } from '../source/errors/uncertain-error.ts'
import type { Recorded } from './journal.ts'

/** The key of what JSON has no type for. */
const TYPE = '$streamfold'

/** A value as JSON: with dates, bytes and errors, and without what is undefined. @throws TypeError when it is something else */
export function toRecorded(value: unknown): Recorded {
  // `toJSON` of a date would run before a replacer sees it.
  return JSON.parse(JSON.stringify(typed(value, new Set()) ?? null)) as Recorded // As it was just written.
}

/** The value that was recorded. */
export function fromRecorded(recorded: Recorded): unknown {
  if (typeof recorded !== 'object' || recorded === null) return recorded
  if (isList(recorded)) return recorded.map(fromRecorded)
  const type = recorded[TYPE]
  if (type === 'date') return new Date(String(recorded['value']))
  if (type === 'bytes') return Uint8Array.from(atob(String(recorded['value'])), (character) => character.charCodeAt(0))
  if (type === 'error') return errorFrom(recorded)
  const entries = type === 'object' ? (recorded['value'] as Readonly<Record<string, Recorded>>) : recorded // As `typed` writes it.
  return Object.fromEntries(Object.entries(entries).map(([name, each]) => [name, fromRecorded(each)]))
}

function typed(value: unknown, above: ReadonlySet<object>): unknown {
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    throw new TypeError(`it holds a ${typeof value}`)
  if (typeof value !== 'object' || value === null) return value
  if (above.has(value)) throw new TypeError('it holds itself')
  if (value instanceof Date) return { [TYPE]: 'date', value: value.toISOString() }
  if (value instanceof Uint8Array) return { [TYPE]: 'bytes', value: base64(value) }
  if (value instanceof Error) return errorRecord(value)
  if (isLost(value)) throw new TypeError(`it holds a ${value.constructor.name}`)
  const within = new Set(above).add(value)
  if (Array.isArray(value)) return value.map((each) => typed(each, within) ?? null)
  if ('toJSON' in value && typeof value.toJSON === 'function') return typed(value.toJSON() as unknown, within)
  const fields = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, typed(each, within)]))
  return TYPE in fields ? { [TYPE]: 'object', value: fields } : fields
}

/** Objects that hold more than their fields: JSON would say all of them as `{}`. */
function isLost(value: object): boolean {
  if (ArrayBuffer.isView(value)) return true
  const kinds = [Map, Set, WeakMap, WeakSet, Promise, ArrayBuffer, ReadableStream, Response, Request, Blob]
  return kinds.some((kind) => value instanceof kind)
}

function errorRecord({ name, message, ...more }: Error): object {
  const code = 'code' in more && (typeof more.code === 'string' || typeof more.code === 'number') ? more.code : undefined
  return { [TYPE]: 'error', name, message, code }
}

function errorFrom({ name, message, code }: Readonly<Record<string, Recorded>>): Error {
  const text = String(message)
  if (name === 'UncertainError') return new UncertainError()
  // Its message is for readers.
  const error = name === 'ReaderError' ? new ReaderError(text) : Object.assign(new Error(text), { name: String(name) })
  return code === undefined ? error : Object.assign(error, { code })
}

function isList(recorded: Recorded): recorded is readonly Recorded[] {
  return Array.isArray(recorded)
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
