import type { Conversation, ConversationEvent } from '@streamfold/core'
import { clockTime } from './clock-time.ts'
import type { Effect } from './describe-effect.ts'
import { describeEffects, nothingNew } from './describe-effect.ts'
import { describeEvent } from './describe-event.ts'
import type { Output } from '../output.ts'
import { shorten, visible } from './visible.ts'

/** An event with the conversations before and after it. */
export interface Step {
  readonly before: Conversation
  readonly event: ConversationEvent
  readonly after: Conversation
  /** Local time of its arrival, in milliseconds; undefined if unknown. */
  readonly at: number | undefined
  /** Its place in a log. */
  readonly number?: number
}

const KIND = 10
const NAME = 4

/** @param name short names of serials @returns one line of text; undefined if there is nothing to print */
export function formatEvent(
  step: Step,
  name: (serial: string) => string,
  output: Pick<Output, 'paint' | 'columns'>,
): string | undefined {
  const { paint, columns } = output
  const { before, event, after } = step
  const effects = describeEffects(before, event, after)
  const description = describeEvent(event, before, after)
  if (!description && effects.length === 0) return undefined
  const { kind, format, serial, detail, keep = 'start' } = description ?? { kind: 'silence', format: 'gray' as const, detail: '' }

  const time = step.at === undefined ? '' : `${clockTime(step.at)} `
  const number = step.number === undefined ? '' : `${String(step.number).padStart(5)} `
  const subject = serial === undefined ? '' : name(serial).padEnd(NAME)
  const notes = notesOf(event, before === after, effects, serial, name)
  const plain = notes.map(({ text }) => `  ${text}`).join('')
  const room = columns - time.length - number.length - KIND - 1 - subject.length - plain.length
  const shown = shorten(visible(detail), Math.max(room, 10), keep)
  const marks = notes.map(({ text, format }) => `  ${paint(format, text)}`).join('')
  return `${paint('gray', number + time)}${paint(format, visible(kind).padEnd(KIND))} ${subject && paint('bold', subject)}${shown}${marks}`.trimEnd()
}

interface Note {
  readonly text: string
  readonly format: Effect['format']
}

function notesOf(
  event: ConversationEvent,
  unchanged: boolean,
  effects: readonly Effect[],
  subject: string | undefined,
  name: (serial: string) => string,
): readonly Note[] {
  if (unchanged && 'version' in event) return [{ text: nothingNew, format: 'gray' }]
  return effects.map(({ serial, word, format }) => ({ text: serial === subject ? word : `${name(serial)} ${word}`, format }))
}
