/**
 * Keeps the reader's place when rows are added or removed above it. Browsers that do this themselves do not at the very top,
 * where readers ask for older messages; the style sheet turns theirs off.
 */
export interface KeepPlace {
  /** Call it after the reader has scrolled. */
  mark(): void
  /** Call it after rows or heights have changed. */
  hold(): void
}

export function keepPlace(view: HTMLElement): KeepPlace {
  let row: HTMLElement | undefined
  let top = 0

  const mark = () => {
    const { top: edge } = view.getBoundingClientRect()
    row = rowAt(view.querySelectorAll<HTMLElement>('[data-serial]'), edge)
    top = row?.offsetTop ?? 0
  }
  return {
    mark,
    hold() {
      if (row?.isConnected) view.scrollTop += row.offsetTop - top
      mark()
    },
  }
}

/** The first row that ends below `edge`; rows stand one below the other, so half of them need not be asked. */
function rowAt(rows: NodeListOf<HTMLElement>, edge: number): HTMLElement | undefined {
  let from = 0
  let to = rows.length - 1
  while (from < to) {
    const middle = (from + to) >> 1
    if (rows[middle]!.getBoundingClientRect().bottom > edge) to = middle
    else from = middle + 1
  }
  return rows[from]
}
