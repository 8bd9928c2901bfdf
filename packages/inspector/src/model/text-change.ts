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
  const at = left === '' ? -1 : rest.indexOf(left)
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
  return count > 0 && isFirstHalf(a.charCodeAt(count - 1)) ? count - 1 : count
}

function commonEnd(a: string, b: string): number {
  const shortest = Math.min(a.length, b.length)
  let count = 0
  while (count < shortest && a[a.length - 1 - count] === b[b.length - 1 - count]) count++
  return count > 0 && isSecondHalf(a.charCodeAt(a.length - count)) ? count - 1 : count
}

/** Of a surrogate pair. */
function isFirstHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

function isSecondHalf(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}
