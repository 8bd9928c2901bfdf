import { characterStart, endOf } from '@streamfold/core/text'

/** A piece of a text that stayed, went or came. */
export interface TextPart {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/**
 * How a text became another. What a repair does is told apart: what was missing came in the middle, and what was written
 * meanwhile at the end. Anything else is one place where the two differ, as far as their ends agree. Whole characters only.
 */
export function textChange(before: string, after: string): readonly TextPart[] {
  const start = commonStart(before, after)
  const [left, rest] = [before.slice(start), after.slice(start)]
  const at = left === '' ? -1 : placeOf(left, rest)
  const parts: readonly TextPart[] =
    at >= 0
      ? [
          { kind: 'added', text: rest.slice(0, at) },
          { kind: 'same', text: left },
          { kind: 'added', text: rest.slice(at + left.length) },
        ]
      : oneChange(left, rest)
  return [{ kind: 'same' as const, text: before.slice(0, start) }, ...parts].filter(({ text }) => text !== '')
}

function oneChange(before: string, after: string): readonly TextPart[] {
  const end = commonEnd(before, after)
  return [
    { kind: 'removed', text: before.slice(0, before.length - end) },
    { kind: 'added', text: after.slice(0, after.length - end) },
    { kind: 'same', text: after.slice(after.length - end) },
  ]
}

function commonStart(a: string, b: string): number {
  const shortest = Math.min(a.length, b.length)
  let count = 0
  while (count < shortest && a[count] === b[count]) count++
  return Math.min(characterStart(a, count), characterStart(b, count))
}

/** Where a text is within another, as whole characters. */
function placeOf(text: string, within: string): number {
  const at = within.indexOf(text)
  const begins = at >= 0 && characterStart(within, at) === at
  return begins && characterStart(within, at + text.length) === at + text.length ? at : -1
}

function commonEnd(a: string, b: string): number {
  const shortest = Math.min(a.length, b.length)
  let count = 0
  while (count < shortest && a[a.length - 1 - count] === b[b.length - 1 - count]) count++
  return Math.min(wholeEnd(a, count), wholeEnd(b, count))
}

/** How many of the last `count` code units are of whole characters. */
function wholeEnd(text: string, count: number): number {
  const { length } = endOf(text, count)
  return characterStart(text, text.length - length) === text.length - length ? length : 0
}
