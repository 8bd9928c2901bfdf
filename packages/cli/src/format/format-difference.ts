import type { Message } from '@streamfold/core'
import type { Difference } from '@streamfold/core/log'
import { partChanges } from '@streamfold/core/log'
import { characterStart } from '@streamfold/core/text'
import type { Format, Paint } from '../output.ts'
import { partLine } from './format-parts.ts'
import { shorten, visible } from './visible.ts'

const CONTEXT = 20
const LONGEST = 200

/** A difference as text: a line for the message and one or two for each field. */
export function formatDifference(difference: Difference, paint: Paint): string {
  if (difference.type !== 'changed') {
    const { type, message } = difference
    const [sign, format]: [string, Format] = type === 'added' ? ['+', 'green'] : ['-', 'red']
    const others = message.parts.filter((part) => part.type !== 'text').map((part) => `    ${sign} ${short(partLine(part))}`)
    const first = `${sign} ${title(message)}, ${message.status}: ${short(message.text)}`
    return [first, ...others].map((line) => paint(format, line)).join('\n')
  }
  const { before, after, fields } = difference
  return [`~ ${title(after)}`, ...fields.flatMap((field) => formatField(field, before, after, paint))].join('\n')
}

function title({ clientId, role, id }: Message): string {
  return `${visible(clientId ?? role)} ${visible(id)}`
}

function formatField(field: keyof Message, before: Message, after: Message, paint: Paint): readonly string[] {
  if (field === 'text') return formatText(before.text, after.text, paint)
  if (field === 'parts') return formatParts(before.parts, after.parts, paint)
  return [`    ${field}: ${paint('red', written(before[field]))} → ${paint('green', written(after[field]))}`]
}

/** The parts that differ; texts are compared as the field `text`. */
function formatParts(before: Message['parts'], after: Message['parts'], paint: Paint): readonly string[] {
  const changes = partChanges(before, after).filter(({ part }) => part.type !== 'text')
  return changes.map(({ type, part, words }) => {
    if (type === 'added') return paint('green', `    + ${short(partLine(part))}`)
    if (type === 'removed') return paint('red', `    - ${short(partLine(part))}`)
    return `    ~ ${short(words.join(', '))}`
  })
}

function short(text: string): string {
  return shorten(visible(text), LONGEST)
}

function formatText(before: string, after: string, paint: Paint): readonly string[] {
  const start = commonStart(before, after)
  const length = Math.abs(after.length - before.length)
  const growth = after.length === before.length ? 'as long' : `${length} ${after.length > before.length ? 'longer' : 'shorter'}`
  return [
    `    text: differs from character ${start} on, ${growth}`,
    paint('red', `    - ${excerpt(before, start)}`),
    paint('green', `    + ${excerpt(after, start)}`),
  ]
}

function commonStart(a: string, b: string): number {
  let length = 0
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length++
  return length
}

/** Starts a little before the first difference of the texts. */
function excerpt(text: string, at: number): string {
  const from = characterStart(text, at - CONTEXT)
  return `${from > 0 ? '…' : ''}${shorten(visible(text.slice(from)), LONGEST)}`
}

function written(value: unknown): string {
  if (value === undefined) return 'none'
  return visible(typeof value === 'string' ? value : JSON.stringify(value))
}
