import { isTrouble } from '../model/change.ts'
import type { Entry } from '../model/entry.ts'
import type { Filter } from './event-list.ts'
import { listed } from './event-list.ts'

/** The event before or after the cursor among those that are listed; undefined where there is none. @param cursor undefined for the present. */
export function nextListed(
  entries: readonly Entry[],
  filter: Filter,
  cursor: number | undefined,
  by: number,
): number | undefined {
  return next(listed(entries, filter), cursor, by)
}

/** The next time something went wrong, or was mended. */
export function nextTrouble(entries: readonly Entry[], cursor: number | undefined, by: number): number | undefined {
  const troubled = entries.filter(({ kind, changes }) => kind === 'repair' || changes.some(isTrouble))
  return next(troubled, cursor, by)
}

function next(entries: readonly Entry[], cursor = Infinity, by: number): number | undefined {
  const found = by < 0 ? entries.findLast(({ index }) => index < cursor) : entries.find(({ index }) => index > cursor)
  return found?.index
}
