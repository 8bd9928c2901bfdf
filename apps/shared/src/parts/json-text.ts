import { beginningOf, endOf } from '@streamfold/core/text'

/** Characters of a value that are shown in full; more would hold up the page. */
const longest = 20_000
/** Characters of a value in one line. */
const longestLine = 120

/** A value as indented JSON; a text as it is. */
export function prettyJson(value: unknown): string {
  if (typeof value === 'string') return cut(value)
  if (value === undefined) return ''
  return cut(JSON.stringify(value, null, 2))
}

function cut(text: string): string {
  if (text.length <= longest) return text
  const shown = beginningOf(text, longest)
  return `${shown}\n… ${text.length - shown.length} more characters`
}

/**
 * A value in one line: the values of an object without their keys if it has one only, the number of a list's items.
 *
 * @param growing whether its end is being written: then the end is shown, not the beginning
 */
export function previewOf(value: unknown, growing = false): string {
  const line = oneLine(inWords(value))
  if (line.length <= longestLine) return line
  return growing ? `…${endOf(line, longestLine / 2)}` : `${beginningOf(line, longestLine)}…`
}

/** Text in one line. */
export function oneLine(text: string): string {
  // Of a long text no more is read than could be shown.
  return (text.length > longest ? beginningOf(text, longest) : text).replace(/\s+/g, ' ').trim()
}

function inWords(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return value.length === 1 ? inWords(value[0]) : `${value.length} items`
  const entries = Object.entries(value)
  if (entries.length === 1) return inWords(entries[0]![1])
  return entries
    .map(([name, one]) => (typeof one === 'object' && one !== null ? `${name}: …` : `${name}: ${inWords(one)}`))
    .join(', ')
}
