import type { ProviderMetadata } from '@streamfold/core/codec'

/** An object of a vendor's stream, nothing of which is certain. */
export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function fieldsIn(list: unknown): readonly Fields[] {
  return Array.isArray(list) ? list.filter(isFields) : []
}

/** A text that is not empty; undefined for anything else. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** An id: servers write numbers, too. */
export function idIn(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : textIn(value)
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Fields without those that are undefined. */
export function defined<Value extends object>(fields: Value): { [Name in keyof Value]: Exclude<Value[Name], undefined> } {
  // Only optional fields can be undefined.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

/** What a provider wants to have back, by its name. */
export function providerIn(value: unknown): ProviderMetadata | undefined {
  if (!isFields(value)) return undefined
  const known = Object.entries(value).filter((entry): entry is [string, Fields] => isFields(entry[1]))
  return known.length === 0 ? undefined : Object.fromEntries(known)
}
