import { characterStart, endOf } from '@streamfold/core/text'

/** A run of text that was kept, removed or added. */
export interface TextPart {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/**
 * Compares two texts. A repair gives two additions: the missing text in the middle, and text written meanwhile at the end. Any other
 * change is one place between the common start and the common end. Never splits a character.
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

/** Where a text occurs in another one without splitting a character. */
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

/** How many of the last `count` code units are complete characters. */
function wholeEnd(text: string, count: number): number {
  const { length } = endOf(text, count)
  return characterStart(text, text.length - length) === text.length - length ? length : 0
}
