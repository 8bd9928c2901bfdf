import { isTrouble } from '../model/change.ts'
import type { Entry } from '../model/entry.ts'
import { rowsBefore } from './event-list.ts'

/** The event before or after the cursor among `rows`; undefined where there is none. @param cursor undefined for the present. */
export function nextIn(rows: readonly Entry[], cursor: number | undefined, by: number): number | undefined {
  if (cursor === undefined) return by < 0 ? rows.at(-1)?.index : undefined
  return rows[by < 0 ? rowsBefore(rows, cursor) - 1 : rowsBefore(rows, cursor + 1)]?.index
}

/** The next time something went wrong, or was mended. */
export function nextTrouble(entries: readonly Entry[], cursor: number | undefined, by: number): number | undefined {
  return nextIn(
    entries.filter(({ kind, changes }) => kind === 'repair' || changes.some(isTrouble)),
    cursor,
    by,
  )
}
