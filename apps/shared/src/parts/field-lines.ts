import { beginningOf } from '@streamfold/core/text'
import { prettyJson } from './json-text.ts'
import { inWords } from './words.ts'

/** A value with its name, as a person reads it before a decision. */
export interface FieldLine {
  /** Empty for a value without a name. */
  readonly name: string
  readonly text: string
}

/** Fields of an input that are shown; the whole input is in the open card. */
const most = 20
/** Characters of a field that are shown. */
const longest = 2_000

/** The fields of a value, one for each name; a value that is no object has one field without a name. */
export function fieldLines(value: unknown): readonly FieldLine[] {
  if (value === undefined || value === null) return []
  if (typeof value !== 'object' || Array.isArray(value)) return [{ name: '', text: textOf(value) }]
  const fields = Object.entries(value)
  const lines = fields.slice(0, most).map(([name, one]) => ({ name: inWords(name), text: textOf(one) }))
  return fields.length > most ? [...lines, { name: '', text: `… ${fields.length - most} more: open the card` }] : lines
}

function textOf(value: unknown): string {
  const list = Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null)
  const text = list ? value.map(String).join(', ') : prettyJson(value)
  return text.length > longest ? `${beginningOf(text, longest)}… ${text.length - longest} more characters: open the card` : text
}
