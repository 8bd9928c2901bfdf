import {
  earlierRows,
  hasEarlier,
  lastRows,
  laterRows,
  openWindow,
  slideWindow,
  watchEdges,
  windowRows,
} from '@streamfold/app-shared'
import type { RefObject } from 'react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'

/** The rows of a long list that are on the page; more come while the reader scrolls towards them. */
export function useListWindow<Row extends { readonly key: string }>(
  all: readonly Row[],
  view: RefObject<HTMLElement | null>,
  following: boolean,
  hold: () => void,
) {
  const [list, setList] = useState(() => openWindow(all))
  const shown = useRef(list)
  // During rendering, otherwise one frame would show the old list.
  let next = list.all === all ? list : slideWindow(list, all, following)
  if (following) next = lastRows(next)
  if (next !== list) setList(next)

  useLayoutEffect(() => {
    shown.current = list
    hold()
  }, [hold, list])
  useEffect(() => {
    // Called for every scroll event, which a growing answer causes once per frame: React must know only of changes.
    const change = (to: typeof earlierRows) => {
      if (to(shown.current) !== shown.current) setList(to)
    }
    return watchEdges(
      view.current!,
      () => change(earlierRows),
      () => change(laterRows),
    )
  }, [view])

  return {
    rows: windowRows(next),
    hasEarlier: hasEarlier(next),
    hasLater: next.hidden > 0,
    showEarlier: () => setList(earlierRows),
  }
}
