/** A JSON object with unchecked fields. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A JSON object whose fields are JSON too, as other libraries type it. */
export interface JsonFields {
  readonly [name: string]: JsonValue | undefined
}

type JsonValue = null | string | number | boolean | JsonFields | readonly JsonValue[]

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A non-empty string; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The value of JSON text; undefined if it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
