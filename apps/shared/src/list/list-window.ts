/**
 * The rows of a long list that are on the page: an unbroken run of them, counted from the end, where a conversation is read.
 * Rows keep their natural height, so that nothing has to be guessed, and find-in-page and screen readers see a plain list.
 */
export interface ListWindow<Row> {
  readonly all: readonly Row[]
  /** How many rows after the window are left out. */
  readonly hidden: number
  readonly shown: number
}

/** Rows that come at a time; a few screenfuls. */
const step = 30
/** Rows on the page at most. */
const most = 90

export function openWindow<Row>(all: readonly Row[]): ListWindow<Row> {
  return { all, hidden: 0, shown: step }
}

export function windowRows<Row>({ all, hidden, shown }: ListWindow<Row>): readonly Row[] {
  return all.slice(Math.max(0, all.length - hidden - shown), all.length - hidden)
}

export function hasEarlier({ all, hidden, shown }: ListWindow<unknown>): boolean {
  return all.length - hidden > shown
}

/**
 * The same place in a list that has changed: new rows at the front are left out, new rows between those on the page are shown, and those at
 * the end if the reader is there.
 *
 * @param following whether the reader is at the end; otherwise no visible row is removed
 */
export function slideWindow<Row extends { readonly key: string }>(
  before: ListWindow<Row>,
  all: readonly Row[],
  following: boolean,
): ListWindow<Row> {
  const { hidden, shown } = before
  const rows = windowRows(before)
  const first = placeOf(all, rows[0])
  const last = placeOf(all, rows.at(-1))
  if (first === -1 || (hidden > 0 && last === -1)) return { all, hidden, shown }
  if (hidden > 0) return { all, hidden: all.length - 1 - last, shown: last - first + 1 }
  const grown = Math.max(shown, all.length - first)
  return { all, hidden, shown: following ? Math.min(grown, Math.max(shown, most)) : grown }
}

function placeOf<Row extends { readonly key: string }>(all: readonly Row[], row: Row | undefined): number {
  return row === undefined ? -1 : all.findLastIndex(({ key }) => key === row.key)
}

export function earlierRows<Row>(list: ListWindow<Row>): ListWindow<Row> {
  if (!hasEarlier(list)) return list
  const shown = Math.min(list.shown + step, most)
  return { ...list, shown, hidden: list.hidden + list.shown + step - shown }
}

export function laterRows<Row>(list: ListWindow<Row>): ListWindow<Row> {
  if (list.hidden === 0) return list
  const come = Math.min(step, list.hidden)
  return { ...list, hidden: list.hidden - come, shown: Math.min(list.shown + come, most) }
}

export function lastRows<Row>(list: ListWindow<Row>): ListWindow<Row> {
  return list.hidden === 0 ? list : openWindow(list.all)
}

/** The number of rows after the one with this key: the new rows for a reader who stopped there. */
export function countAfter(all: readonly { readonly key: string }[], key: string | undefined): number {
  const at = placeOf(all, key === undefined ? undefined : { key })
  return at === -1 ? 0 : all.length - 1 - at
}
