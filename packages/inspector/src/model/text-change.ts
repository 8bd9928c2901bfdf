/** How a text became another: what stayed at both ends, and what is between. */
export interface TextChange {
  readonly start: string
  readonly removed: string
  readonly added: string
  readonly end: string
}

/** The one place where two texts differ, as far as their ends agree; whole characters only. */
export function textChange(before: string, after: string): TextChange {
  const shortest = Math.min(before.length, after.length)
  let start = 0
  while (start < shortest && before[start] === after[start]) start++
  if (start > 0 && isHalf(before.charCodeAt(start - 1))) start--
  let end = 0
  while (end < shortest - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  return {
    start: before.slice(0, start),
    removed: before.slice(start, before.length - end),
    added: after.slice(start, after.length - end),
    end: after.slice(after.length - end),
  }
}

/** The first half of a surrogate pair. */
function isHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}
