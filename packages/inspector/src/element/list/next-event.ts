import { isTrouble } from '../../model/change.ts'
import type { Entry } from '../../model/entry.ts'
import { rowsBefore } from './event-list.ts'

/** The event in `rows` before or after the cursor; undefined if there is none. @param cursor undefined for the present */
export function nextIn(rows: readonly Entry[], cursor: number | undefined, by: number): number | undefined {
  if (cursor === undefined) return by < 0 ? rows.at(-1)?.index : undefined
  return rows[by < 0 ? rowsBefore(rows, cursor) - 1 : rowsBefore(rows, cursor + 1)]?.index
}

/** The next event at which a problem started or was repaired. */
export function nextTrouble(entries: readonly Entry[], cursor: number | undefined, by: number): number | undefined {
  return nextIn(
    entries.filter(({ kind, changes }) => kind === 'repair' || changes.some(isTrouble)),
    cursor,
    by,
  )
}
